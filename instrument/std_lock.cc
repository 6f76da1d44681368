// std::lock is a template of the library's: it is found by its name.
// SPDX-License-Identifier: Apache-2.0
//
// Why: it takes one lock, tries the others, and gives all back where one is held, again and again. By graph each of these rounds would
// be an execution more, without end (lib/runtime/together.h). std::scoped_lock of several mutexes calls it.
// Limits: a lockable type of the program's own is left alone, as its try_lock may do more than try.
#include "std_lock.h"

#include <algorithm>

#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Demangle/Demangle.h"
#include "llvm/IR/Module.h"
#include "llvm/Transforms/Utils/EscapeEnumerator.h"

namespace interleave::instrument {
namespace {

// What may stand in the template's arguments: the rewritten types, those of C code in C++ clothes, and the guards that are lockable.
constexpr llvm::StringLiteral kWords[] = {"interleave",   "std",          "__1",         "mutex",       "recursive_mutex",
                                          "timed_mutex",  "recursive_timed_mutex",       "shared_mutex", "shared_timed_mutex",
                                          "unique_lock",  "shared_lock"};

bool is_standard(llvm::StringRef arguments) {
  while (!arguments.empty()) {
    const llvm::StringRef word = arguments.take_while([](char c) { return llvm::isAlnum(c) || c == '_'; });
    if (!word.empty() && std::find(std::begin(kWords), std::end(kWords), word) == std::end(kWords)) return false;
    arguments = arguments.drop_front(std::max<std::size_t>(word.size(), 1));
  }
  return true;
}

// "void std::lock<interleave::mutex, interleave::mutex>(interleave::mutex&, interleave::mutex&)"
bool is_std_lock(const llvm::Function &function) {
  if (!function.getName().starts_with("_ZSt4lockI") && !function.getName().starts_with("_ZNSt3__14lockI")) return false;
  const std::string name = llvm::demangle(function.getName().str());
  const llvm::StringRef arguments = llvm::StringRef(name).split("lock<").second;
  return is_standard(arguments.take_front(arguments.rfind(">(")));
}

}  // namespace

llvm::PreservedAnalyses StdLockPass::run(llvm::Function &function, llvm::FunctionAnalysisManager &) {
  if (function.isDeclaration() || !is_std_lock(function)) return llvm::PreservedAnalyses::all();
  auto *type = llvm::FunctionType::get(llvm::Type::getVoidTy(function.getContext()), /*isVarArg=*/false);
  const auto hook = [&](const char *name) {
    llvm::FunctionCallee callee = function.getParent()->getOrInsertFunction(name, type);
    llvm::cast<llvm::Function>(callee.getCallee())->setDoesNotThrow();
    return callee;
  };
  llvm::IRBuilder<>(&*function.getEntryBlock().getFirstInsertionPt()).CreateCall(hook("interleave_enter_std_lock"));
  llvm::EscapeEnumerator exits(function, "interleave_leave_std_lock");
  while (llvm::IRBuilder<> *at = exits.Next()) at->CreateCall(hook("interleave_leave_std_lock"));
  return llvm::PreservedAnalyses::none();
}

}  // namespace interleave::instrument
