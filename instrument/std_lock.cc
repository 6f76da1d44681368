// std::lock is a template of the library's: it is found by its name.
// SPDX-License-Identifier: Apache-2.0
//
// Why: it takes one lock, tries the others, and gives all back where one is held, again and again. By graph each of these rounds would
// be an execution more, without end (lib/runtime/together.h). std::scoped_lock of several mutexes calls it.
// Limits: a lockable type of the program's own is left alone, as its try_lock may do more than try.
#include "std_lock.h"

#include <algorithm>
#include <string>
#include <vector>

#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Demangle/Demangle.h"
#include "llvm/IR/Module.h"
#include "llvm/Transforms/Utils/EscapeEnumerator.h"

namespace interleave::instrument {
namespace {

// What may stand in the template's arguments: the rewritten types, std's own where nothing is rewritten, and guards.
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

// "std::unique_lock<interleave::mutex>, interleave::mutex" is two.
std::vector<llvm::StringRef> split(llvm::StringRef arguments) {
  std::vector<llvm::StringRef> parts;
  std::size_t begin = 0, depth = 0;
  for (std::size_t i = 0; i < arguments.size(); i++) {
    depth += (arguments[i] == '<') - (arguments[i] == '>');
    if (arguments[i] != ',' || depth != 0) continue;
    parts.push_back(arguments.slice(begin, i));
    begin = i + 1;
  }
  parts.push_back(arguments.drop_front(begin));
  return parts;
}

struct Lockables {
  std::uint32_t count = 0, guards = 0, shared = 0;       // bit i: of argument i
};

// "void std::lock<interleave::mutex, interleave::mutex>(interleave::mutex&, interleave::mutex&)"; none: it is no std::lock, or not of the
// standard's types only.
Lockables lockables_of(const llvm::Function &function) {
  if (!function.getName().starts_with("_ZSt4lockI") && !function.getName().starts_with("_ZNSt3__14lockI")) return {};
  const std::string name = llvm::demangle(function.getName().str());
  const llvm::StringRef rest = llvm::StringRef(name).split("lock<").second, arguments = rest.take_front(rest.rfind(">("));
  if (!is_standard(arguments)) return {};
  const std::vector<llvm::StringRef> types = split(arguments);
  if (types.size() != function.arg_size() || types.size() > 32) return {};
  Lockables all{static_cast<std::uint32_t>(types.size())};
  for (std::uint32_t i = 0; i < all.count; i++) {
    const bool is_shared = types[i].contains("shared_lock<");
    if (is_shared || types[i].contains("unique_lock<")) all.guards |= 1u << i;
    if (is_shared) all.shared |= 1u << i;
  }
  return all;
}

}  // namespace

llvm::PreservedAnalyses StdLockPass::run(llvm::Function &function, llvm::FunctionAnalysisManager &) {
  const Lockables lockables = function.isDeclaration() ? Lockables{} : lockables_of(function);
  if (lockables.count == 0) return llvm::PreservedAnalyses::all();
  auto &context = function.getContext();
  auto *nothing = llvm::Type::getVoidTy(context);
  auto *number = llvm::Type::getInt32Ty(context);
  auto *pointer = llvm::PointerType::getUnqual(context);
  const auto hook = [&](const char *name, llvm::ArrayRef<llvm::Type *> parameters) {
    auto *type = llvm::FunctionType::get(nothing, parameters, /*isVarArg=*/false);
    llvm::FunctionCallee callee = function.getParent()->getOrInsertFunction(name, type);
    llvm::cast<llvm::Function>(callee.getCallee())->setDoesNotThrow();
    return callee;
  };
  llvm::IRBuilder<> entry(&*function.getEntryBlock().getFirstInsertionPt());
  auto *array = llvm::ArrayType::get(pointer, lockables.count);
  llvm::AllocaInst *locks = entry.CreateAlloca(array);
  for (std::uint32_t i = 0; i < lockables.count; i++) entry.CreateStore(function.getArg(i), entry.CreateConstGEP2_32(array, locks, 0, i));
  entry.CreateCall(hook("interleave_enter_std_lock", {pointer, number, number, number}),
                   {locks, entry.getInt32(lockables.count), entry.getInt32(lockables.guards), entry.getInt32(lockables.shared)});
  llvm::EscapeEnumerator exits(function, "interleave_leave_std_lock");
  while (llvm::IRBuilder<> *at = exits.Next()) at->CreateCall(hook("interleave_leave_std_lock", {}));
  return llvm::PreservedAnalyses::none();
}

}  // namespace interleave::instrument
