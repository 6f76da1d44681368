// Marks around std::lock, so that the runtime knows which locks a thread takes together.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "llvm/IR/PassManager.h"

namespace interleave::instrument {

/// Calls interleave_enter_std_lock() with the arguments at the entry of each instance of std::lock for the standard's lockable types, and
/// interleave_leave_std_lock() where it returns or throws. To be run before inlining.
struct StdLockPass : llvm::PassInfoMixin<StdLockPass> {
  llvm::PreservedAnalyses run(llvm::Function &function, llvm::FunctionAnalysisManager &);
  static bool isRequired() { return true; }
};

}  // namespace interleave::instrument
