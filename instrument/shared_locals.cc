// Marks of addresses that lead into local variables of which others know.
// SPDX-License-Identifier: Apache-2.0
//
// Why: LLVM 19's pass leaves out an access to a local variable if *its address* goes nowhere else. The address of results[0] goes
// nowhere else, though &results may have gone to a thread: then main's own read of it was not told, no race with it was found, and
// what main does seemed not to depend on it. (Later versions of LLVM ask for the variable.)
// How: the address computed for such an access is handed to an empty piece of inline assembly, which may do with it what it likes. When
// the pass is done, these are taken out again.
#include "shared_locals.h"

#include "llvm/ADT/SetVector.h"
#include "llvm/Analysis/CaptureTracking.h"
#include "llvm/Analysis/ValueTracking.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/InlineAsm.h"
#include "llvm/IR/InstIterator.h"

namespace interleave::instrument {
namespace {

bool may_be_known(const llvm::Value *pointer) {
  return llvm::PointerMayBeCaptured(pointer, /*ReturnCaptures=*/true, /*StoreCaptures=*/true);
}

// An address inside a local variable that others may know, while nobody else knows this address; null: it is none.
llvm::Instruction *address_to_mark(llvm::Instruction &i) {
  auto *address = llvm::dyn_cast_or_null<llvm::Instruction>(llvm::getLoadStorePointerOperand(&i));
  if (!address || llvm::isa<llvm::AllocaInst>(address)) return nullptr;
  const auto *variable = llvm::dyn_cast<llvm::AllocaInst>(llvm::getUnderlyingObject(address));
  return variable && !may_be_known(address) && may_be_known(variable) ? address : nullptr;
}

}  // namespace

SharedLocals::SharedLocals(llvm::Function &function) {
  llvm::SmallSetVector<llvm::Instruction *, 16> addresses;
  for (llvm::Instruction &i : llvm::instructions(function))
    if (llvm::Instruction *address = address_to_mark(i)) addresses.insert(address);
  auto *type = llvm::FunctionType::get(llvm::Type::getVoidTy(function.getContext()),
                                       {llvm::PointerType::getUnqual(function.getContext())}, /*isVarArg=*/false);
  auto *mark = llvm::InlineAsm::get(type, "", "r", /*hasSideEffects=*/true);
  for (llvm::Instruction *address : addresses) {
    const auto after = address->getInsertionPointAfterDef();
    if (after) marks_.push_back(llvm::IRBuilder<>(address->getParent(), *after).CreateCall(mark, {address}));
  }
}

SharedLocals::~SharedLocals() {
  for (llvm::CallInst *mark : marks_) mark->eraseFromParent();
}

}  // namespace interleave::instrument
