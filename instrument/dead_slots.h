// Stack slots whose content nobody will read again are cleared, so that equal states look equal.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "llvm/IR/PassManager.h"

namespace interleave::instrument {

/// For functions that are not optimised; to be run before the thread sanitizer's pass.
struct DeadSlotsPass : llvm::PassInfoMixin<DeadSlotsPass> {
  llvm::PreservedAnalyses run(llvm::Function &function, llvm::FunctionAnalysisManager &analyses);
  static bool isRequired() { return true; }
};

}  // namespace interleave::instrument
