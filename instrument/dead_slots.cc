// Clearing dead stack slots.
// SPDX-License-Identifier: Apache-2.0
//
// Why: a loop that waits is recognised by its state (lib/runtime/by_graph/pure_loops.h), and all that is on the stack is part of that.
// Without optimisation every parameter, local variable and intermediate value has a slot of its own, where what the last round read
// still lies when the next one begins. So two rounds that are the same looked different until each value had been read twice.
// How: before each operation at which a round can begin (an atomic access that reads, a lock that is tried), and in loops before each call,
// which may lead to one, zero is stored to every slot that is written before it is read again, whatever way the function goes on: backward
// data flow over loads and stores. Only slots of which the function itself sees all loads and stores are looked at. Intermediate values
// that live in another block than they come from, or across a call, get such slots too; the code generator would spill them to places
// that nobody can clear.
// Cost: a store for each slot and operation, in code that is not optimised.
// Limits: variables whose address is taken keep what they held. A debugger shows a variable that is not needed any more as 0.
#include "dead_slots.h"

#include <vector>

#include "llvm/ADT/BitVector.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/SCCIterator.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/IR/CFG.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/Transforms/Utils/Local.h"
#include "llvm/Transforms/Utils/PromoteMemToReg.h"

namespace interleave::instrument {
namespace {

bool is_try(llvm::StringRef name) {
  return name == "pthread_mutex_trylock" || name == "pthread_rwlock_tryrdlock" || name == "pthread_rwlock_trywrlock" ||
         name == "sem_trywait" || name == "pthread_spin_trylock";
}

// May a round of a loop that waits begin here?
bool may_be_round(const llvm::Instruction &i) {
  if (const auto *load = llvm::dyn_cast<llvm::LoadInst>(&i)) return load->isAtomic();
  if (llvm::isa<llvm::AtomicRMWInst>(i) || llvm::isa<llvm::AtomicCmpXchgInst>(i)) return true;
  const auto *call = llvm::dyn_cast<llvm::CallBase>(&i);
  const llvm::Function *called = call ? call->getCalledFunction() : nullptr;
  if (!called) return false;
  const llvm::StringRef name = called->getName();
  return is_try(name) || (name.starts_with("__tsan_atomic") && !name.ends_with("_store") && !name.ends_with("_fence"));
}

// ... or in what it calls?
bool may_lead_to_round(const llvm::Instruction &i) {
  const auto *call = llvm::dyn_cast<llvm::CallBase>(&i);
  if (!call || llvm::isa<llvm::IntrinsicInst>(i)) return false;
  const llvm::Function *called = call->getCalledFunction();
  return !called || !called->getName().starts_with("__tsan_");
}

bool is_call(const llvm::Instruction &i) { return llvm::isa<llvm::CallBase>(i) && !llvm::isa<llvm::DbgInfoIntrinsic>(i); }

// Is the value needed where only a slot of the stack can have kept it?
bool needs_slot(const llvm::Instruction &value) {
  if (value.getType()->isVoidTy() || value.getType()->isTokenTy() || llvm::isa<llvm::AllocaInst>(value) || value.isEHPad() ||
      value.use_empty())
    return false;
  const llvm::Instruction *last = nullptr;         // use in the same block
  for (const llvm::User *user : value.users()) {
    const auto *use = llvm::cast<llvm::Instruction>(user);
    if (use->getParent() != value.getParent() || llvm::isa<llvm::PHINode>(use)) return true;
    if (!last || last->comesBefore(use)) last = use;
  }
  if (value.isTerminator()) return true;
  for (const llvm::Instruction *i = value.getNextNode(); i && i != last; i = i->getNextNode()) {
    if (is_call(*i) || i->isAtomic()) return true;
  }
  return false;
}

void give_slots(llvm::Function &function) {
  llvm::SmallVector<llvm::Instruction *, 32> values;
  llvm::SmallVector<llvm::PHINode *, 8> phis;
  for (llvm::Instruction &i : llvm::instructions(function)) {
    if (auto *phi = llvm::dyn_cast<llvm::PHINode>(&i)) phis.push_back(phi);
  }
  for (llvm::PHINode *phi : phis) llvm::DemotePHIToStack(phi);
  for (llvm::Instruction &i : llvm::instructions(function)) {
    if (needs_slot(i)) values.push_back(&i);
  }
  for (llvm::Instruction *value : values) llvm::DemoteRegToStack(*value);
}

class Slots {
 public:
  explicit Slots(llvm::Function &function) : function_(function) {
    for (llvm::Instruction &i : function.getEntryBlock()) {
      auto *slot = llvm::dyn_cast<llvm::AllocaInst>(&i);
      if (!slot || !llvm::isAllocaPromotable(slot)) continue;
      index_[slot] = static_cast<unsigned>(slots_.size());
      slots_.push_back(slot);
    }
  }

  void clear() {
    if (slots_.empty()) return;
    find_live();
    for (auto part = llvm::scc_begin(&function_); !part.isAtEnd(); ++part) {
      const bool is_loop = part.hasCycle();
      for (llvm::BasicBlock *block : *part) clear_in(*block, is_loop);
    }
  }

 private:
  void clear_in(llvm::BasicBlock &block, bool is_loop) {
    llvm::BitVector live = live_at_end(block);
    for (llvm::Instruction &i : llvm::make_early_inc_range(llvm::reverse(block))) {
      step_back(i, live);
      if (!may_be_round(i) && !(is_loop && may_lead_to_round(i))) continue;
      for (unsigned s = 0; s < slots_.size(); s++) {
        if (live.test(s)) continue;
        new llvm::StoreInst(llvm::Constant::getNullValue(slots_[s]->getAllocatedType()), slots_[s], i.getIterator());
      }
    }
  }
  int slot_of(const llvm::Value *address) const {
    const auto found = index_.find(address);
    return found == index_.end() ? -1 : static_cast<int>(found->second);
  }
  void step_back(const llvm::Instruction &i, llvm::BitVector &live) const {
    if (const auto *load = llvm::dyn_cast<llvm::LoadInst>(&i)) {
      if (const int s = slot_of(load->getPointerOperand()); s >= 0) live.set(static_cast<unsigned>(s));
    } else if (const auto *store = llvm::dyn_cast<llvm::StoreInst>(&i)) {
      if (const int s = slot_of(store->getPointerOperand()); s >= 0) live.reset(static_cast<unsigned>(s));
    }
  }
  llvm::BitVector live_at_end(const llvm::BasicBlock &block) const {
    llvm::BitVector live(static_cast<unsigned>(slots_.size()));
    for (const llvm::BasicBlock *next : llvm::successors(&block)) live |= live_at_begin_.find(next)->second;
    return live;
  }
  void find_live() {
    for (const llvm::BasicBlock &block : function_) live_at_begin_[&block].resize(static_cast<unsigned>(slots_.size()));
    for (bool has_changed = true; has_changed;) {
      has_changed = false;
      for (const llvm::BasicBlock &block : llvm::reverse(function_)) {
        llvm::BitVector live = live_at_end(block);
        for (const llvm::Instruction &i : llvm::reverse(block)) step_back(i, live);
        llvm::BitVector &before = live_at_begin_[&block];
        if (live == before) continue;
        before = live;
        has_changed = true;
      }
    }
  }

  llvm::Function &function_;
  std::vector<llvm::AllocaInst *> slots_;
  llvm::DenseMap<const llvm::Value *, unsigned> index_;
  llvm::DenseMap<const llvm::BasicBlock *, llvm::BitVector> live_at_begin_;
};

}  // namespace

llvm::PreservedAnalyses DeadSlotsPass::run(llvm::Function &function, llvm::FunctionAnalysisManager &) {
  const bool is_ours = function.hasFnAttribute(llvm::Attribute::SanitizeThread);
  if (!is_ours || function.callsFunctionThatReturnsTwice() || function.isPresplitCoroutine()) return llvm::PreservedAnalyses::all();
  give_slots(function);
  Slots(function).clear();
  return llvm::PreservedAnalyses::none();
}

}  // namespace interleave::instrument
