// Accesses to parts of local variables that other threads may know of are told like all others.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "llvm/ADT/SmallVector.h"
#include "llvm/IR/Function.h"
#include "llvm/IR/Instructions.h"

namespace interleave::instrument {

/// While it lives, the thread sanitizer's pass takes no access for a private one because of its address alone.
class SharedLocals {
 public:
  explicit SharedLocals(llvm::Function &function);
  ~SharedLocals();
  SharedLocals(const SharedLocals &) = delete;
  SharedLocals &operator=(const SharedLocals &) = delete;

 private:
  llvm::SmallVector<llvm::CallInst *> marks_;
};

}  // namespace interleave::instrument
