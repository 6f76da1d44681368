// What the plugin adds to the optimiser's pipeline: the note, marks (std_lock.h), and instrumentation before optimisation.
// SPDX-License-Identifier: Apache-2.0
//
// Why early: clang runs the thread sanitizer's pass last, after loads were hoisted and merged. A racy
//   `while (!done) {}` is then one read and an endless loop without events. So at -O1 and above memory
//   accesses are instrumented before the inliner and the loop passes (after SROA, so that plain locals
//   are registers already), and the calls keep the accesses where the source has them.
// How it works: our run instruments accesses only and takes the function's sanitize_thread attribute away.
//   Clang's own late run then finds nothing but function entries and exits to instrument, once per function
//   that is left after inlining. At -O0, where nothing moves, ours comes just before it.
// Loops are not rotated: that tests a loop's condition once before it, at another place in the code, so that the first round of a loop
//   that waits looks different from all others (lib/runtime/by_graph/pure_loops.h).
// Cost: code is slower than late instrumentation, as accessors keep their reads.
// Limits: needs CodeGenOptions::PassBuilderCallbacks (LLVM 19); before, there is neither the note nor
//   early instrumentation.
#include "passes.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/DebugInfoMetadata.h"
#include "llvm/IR/GlobalVariable.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/Module.h"
#include "llvm/Passes/PassBuilder.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Transforms/Instrumentation/ThreadSanitizer.h"
#include "llvm/Transforms/Utils/ModuleUtils.h"

#include "dead_slots.h"
#include "note.h"
#include "shared_locals.h"
#include "std_lock.h"

namespace interleave::instrument {
namespace {

// The sums in DWARF 5 are of the rewritten text and debuggers compare them with the file on disk. One
// file without a sum makes LLVM leave all of them out.
void drop_checksums(llvm::Module &module) {
  constexpr unsigned kFileOperand = 0;
  for (auto *unit : module.debug_compile_units()) {
    const auto *file = unit->getFile();
    unit->replaceOperandWith(kFileOperand,
                             llvm::DIFile::get(module.getContext(), file->getFilename(),
                                               file->getDirectory(), std::nullopt,
                                               file->getSource()));
  }
}

struct NotePass : llvm::PassInfoMixin<NotePass> {
  PassSettings settings;
  explicit NotePass(PassSettings given) : settings(std::move(given)) {}

  llvm::PreservedAnalyses run(llvm::Module &module, llvm::ModuleAnalysisManager &) {
    constexpr char kName[] = "interleave.note";
    if (module.getNamedGlobal(kName)) return llvm::PreservedAnalyses::all();
    auto &context = module.getContext();
    const auto bytes = encode_note(settings.main_file, settings.is_rewritten);
    auto *data = llvm::ConstantDataArray::getString(context, bytes, /*AddNull=*/false);
    auto *note = new llvm::GlobalVariable(module, data->getType(), /*isConstant=*/true,
                                          llvm::GlobalValue::PrivateLinkage, data, kName);
    note->setSection(kNoteSection);
    note->setAlignment(llvm::Align(4));
    auto *byte = llvm::Type::getInt8Ty(context);
    auto *symbol = llvm::cast<llvm::Constant>(module.getOrInsertGlobal(kAbiSymbol, byte));
    auto *guard = new llvm::GlobalVariable(module, symbol->getType(), /*isConstant=*/true,
                                           llvm::GlobalValue::PrivateLinkage, symbol,
                                           "interleave.abi");
    llvm::appendToUsed(module, {note, guard});
    if (settings.has_other_text) drop_checksums(module);
    return llvm::PreservedAnalyses::all();
  }
  static bool isRequired() { return true; }
};

template <class T>
llvm::cl::opt<T> *compiler_option(const char *name) {
  auto &options = llvm::cl::getRegisteredOptions();
  const auto found = options.find(name);
  return found == options.end() ? nullptr : static_cast<llvm::cl::opt<T> *>(found->second);
}

// The passes have these only as command line options of the compiler.
void turn_off_loop_rotation() {
  if (auto *option = compiler_option<unsigned>("rotation-max-header-size"); option && option->getNumOccurrences() == 0)
    option->setValue(0);
}

// By default a read that a write of the same bytes follows is left out. But what a thread does depends on what it reads, and a value that is
// put in place at the call before a write comes too late for it.
void tell_reads_before_writes() {
  if (auto *option = compiler_option<bool>("tsan-instrument-read-before-write"); option && option->getNumOccurrences() == 0)
    option->setValue(true);
}

class FunctionEntriesOff {
 public:
  FunctionEntriesOff() {
    option_ = compiler_option<bool>("tsan-instrument-func-entry-exit");
    if (!option_) return;
    before_ = option_->getValue();
    option_->setValue(false);
  }
  ~FunctionEntriesOff() {
    if (option_) option_->setValue(before_);
  }

 private:
  llvm::cl::opt<bool> *option_ = nullptr;
  bool before_ = true;
};

// Does the sanitizer's call for this very load stand before it, perhaps with a cast between?
bool is_replaced(const llvm::LoadInst &load) {
  if (!load.isAtomic() || !load.use_empty()) return false;
  for (const llvm::Instruction *before = load.getPrevNode(); before; before = before->getPrevNode()) {
    if (llvm::isa<llvm::CastInst>(before)) continue;
    const auto *call = llvm::dyn_cast<llvm::CallInst>(before);
    const llvm::Function *called = call ? call->getCalledFunction() : nullptr;
    return called && called->getName().starts_with("__tsan_atomic") && called->getName().ends_with("_load") &&
           call->getArgOperand(0) == load.getPointerOperand();
  }
  return false;
}

// The sanitizer's pass, for accesses only.
struct AccessPass : llvm::PassInfoMixin<AccessPass> {
  llvm::PreservedAnalyses run(llvm::Function &function, llvm::FunctionAnalysisManager &analyses) {
    if (!function.hasFnAttribute(llvm::Attribute::SanitizeThread))
      return llvm::PreservedAnalyses::all();
    FunctionEntriesOff off;
    {
      SharedLocals marked(function);
      llvm::ThreadSanitizerPass().run(function, analyses);
    }
    for (llvm::Instruction &i : llvm::make_early_inc_range(llvm::instructions(function))) {
      const auto *load = llvm::dyn_cast<llvm::LoadInst>(&i);
      if (load && is_replaced(*load)) i.eraseFromParent();
    }
    function.removeFnAttr(llvm::Attribute::SanitizeThread);
    return llvm::PreservedAnalyses::none();
  }
  static bool isRequired() { return true; }
};

}  // namespace

void add_passes(clang::CodeGenOptions &options, const PassSettings &settings) {
#if LLVM_VERSION_MAJOR >= 19
  turn_off_loop_rotation();
  tell_reads_before_writes();
  options.PassBuilderCallbacks.push_back([settings](llvm::PassBuilder &builder) {
    builder.registerPipelineStartEPCallback(
        [settings](llvm::ModulePassManager &passes, llvm::OptimizationLevel) {
          passes.addPass(NotePass(settings));
          passes.addPass(llvm::createModuleToFunctionPassAdaptor(StdLockPass()));
        });
    builder.registerOptimizerLastEPCallback(                   // the sanitizer's own comes after ours
        [](llvm::ModulePassManager &passes, llvm::OptimizationLevel level, auto &&...) {
          if (level != llvm::OptimizationLevel::O0) return;
          llvm::FunctionPassManager both;
          both.addPass(DeadSlotsPass());
          both.addPass(AccessPass());
          passes.addPass(llvm::createModuleToFunctionPassAdaptor(std::move(both)));
        });
    builder.registerPipelineEarlySimplificationEPCallback(
        [](llvm::ModulePassManager &passes, llvm::OptimizationLevel level, auto &&...) {
          if (level == llvm::OptimizationLevel::O0) return;  // nothing moves there
          passes.addPass(llvm::createModuleToFunctionPassAdaptor(AccessPass()));
        });
  });
#endif
}

}  // namespace interleave::instrument
