// The clang plugin: one flag, -fplugin=<this>, and a translation unit is under Interleave's control.
// SPDX-License-Identifier: Apache-2.0
//
// How it works: registering as a "replace" action makes clang hand over before anything is opened. Then
//   1. the action that was asked for is restored from the saved cc1 arguments;
//   2. LangOptions.Sanitize gets `thread`, whatever the action, so every parse (also of a precompiled
//      header) agrees about __has_feature(thread_sanitizer);
//   3. if code is to be generated from C++, analysis.cc parses the file as it is written, prints its
//      diagnostics and finds what to rewrite; the rewritten texts are remapped over the files;
//   4. the host's own compiler instance runs the action that was asked for. Outputs, dependency files,
//      debug info and -Werror are therefore clang's, with warnings off as they were printed before.
// -E: preprocessed text has no room for a shim header later, so -E on C++ puts all of them in front
//   (not for -dM and -M, which ask questions about the user's text). Whoever compiles the .ii then finds
//   uses in it by their line markers. -fsyntax-only, -ast-dump and the like see the source as it is.
// Arguments: -fplugin-arg-interleave-no-rewrite, -fplugin-arg-interleave-exclude=PATH,
//   -fplugin-arg-interleave-shim=DIR (holds interleave/mutex.h).
// Cost: a second parse for C++ that uses std primitives. C is only instrumented, with one parse.
// Limits: C++20 modules are not looked into; other plugins on the command line see both parses; the
//   MD5 sums of files in DWARF 5 are dropped from objects that were rewritten (in -S and -emit-llvm
//   output they are those of the rewritten text).
#include <dlfcn.h>

#include "clang/AST/ASTConsumer.h"
#include "clang/AST/ASTContext.h"
#include "clang/Frontend/CompilerInstance.h"
#include "clang/Frontend/FrontendPluginRegistry.h"
#include "clang/FrontendTool/Utils.h"
#include "clang/Lex/PreprocessorOptions.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

#include "analysis.h"
#include "compat.h"
#include "passes.h"

namespace interleave::instrument {
namespace {

// Clang asks a plugin what kind it is without saying when: this is the answer's context.
enum class Phase { waiting, analysing, compiling_plain, compiling_silently };
Phase phase = Phase::waiting;
bool warnings_were_ignored = false;
constexpr char kStdin[] = "<stdin>";

struct Arguments {
  bool rewrites = true;
  std::vector<std::string> excluded;
  std::string shim;
};

void report(clang::CompilerInstance &host, clang::DiagnosticsEngine::Level level,
            const std::string &message) {
  auto &diagnostics = host.getDiagnostics();
  diagnostics.Report(diagnostics.getDiagnosticIDs()->getCustomDiagID(
      static_cast<clang::DiagnosticIDs::Level>(level), message));
}

std::string own_path() {
  Dl_info info;
  if (!dladdr(reinterpret_cast<void *>(&own_path), &info) || !info.dli_fname) return {};
  llvm::SmallString<256> path;
  if (llvm::sys::fs::real_path(info.dli_fname, path)) return info.dli_fname;
  return std::string(path);
}

// The plugin is <prefix>/lib/interleave/x.so and the headers are in <prefix>/include, also in a build tree.
std::string default_shim() {
  llvm::SmallString<256> beside(llvm::sys::path::parent_path(own_path()));
  llvm::sys::path::append(beside, "..", "..", "include");
  llvm::sys::path::remove_dots(beside, /*remove_dot_dot=*/true);
  return std::string(beside);
}

// Loading the plugin overwrote the action; the cc1 arguments still have it.
void restore_requested_action(clang::CompilerInstance &host) {
  clang::CompilerInvocation asked;
  std::vector<const char *> arguments;
  for (const auto &argument : host.getCodeGenOpts().CommandLineArgs)
    arguments.push_back(argument.c_str());
  auto scratch = compat::make_compiler(std::make_shared<clang::CompilerInvocation>());
  compat::create_diagnostics(*scratch, new clang::IgnoringDiagConsumer);
  clang::CompilerInvocation::CreateFromArgs(asked, arguments, scratch->getDiagnostics(),
                                            host.getCodeGenOpts().Argv0);
  host.getFrontendOpts().ProgramAction = asked.getFrontendOpts().ProgramAction;
  host.getFrontendOpts().ActionName = asked.getFrontendOpts().ActionName;
}

bool generates_code(clang::frontend::ActionKind action) {
  switch (action) {
    case clang::frontend::EmitAssembly:
    case clang::frontend::EmitBC:
    case clang::frontend::EmitCodeGenOnly:
    case clang::frontend::EmitLLVM:
    case clang::frontend::EmitLLVMOnly:
    case clang::frontend::EmitObj:
      return true;
    default:
      return false;
  }
}

bool is_cxx(const clang::InputKind &kind) {
  return kind.getLanguage() == clang::Language::CXX && kind.getFormat() == clang::InputKind::Source;
}

// Sanitizers with a runtime of their own for the same accesses.
const char *conflicting_sanitizer(const clang::SanitizerSet &asked) {
  if (asked.has(clang::SanitizerKind::Address)) return "address";
  if (asked.has(clang::SanitizerKind::HWAddress)) return "hwaddress";
  if (asked.has(clang::SanitizerKind::Memory)) return "memory";
  if (asked.has(clang::SanitizerKind::Thread)) return "thread";
  return nullptr;
}

// Warnings are off while the rewritten text is parsed, but code generation asks about its own (that of
// -Wframe-larger-than, say) between two declarations and after the last one. One of these consumers runs
// before code generation and the other behind it.
class SwitchWarnings : public clang::ASTConsumer {
 public:
  explicit SwitchWarnings(bool are_ignored) : are_ignored_(are_ignored) {}
  void Initialize(clang::ASTContext &context) override { context_ = &context; }
  bool HandleTopLevelDecl(clang::DeclGroupRef) override {
    context_->getDiagnostics().setIgnoreAllWarnings(are_ignored_);
    return true;
  }
  void HandleTranslationUnit(clang::ASTContext &context) override {
    context.getDiagnostics().setIgnoreAllWarnings(are_ignored_);
  }

 private:
  const bool are_ignored_;
  clang::ASTContext *context_ = nullptr;
};

class SilenceAgain : public clang::PluginASTAction {
  ActionType getActionType() override {
    return phase == Phase::compiling_silently ? AddAfterMainAction : CmdlineAfterMainAction;
  }
  std::unique_ptr<clang::ASTConsumer> CreateASTConsumer(clang::CompilerInstance &,
                                                        llvm::StringRef) override {
    return std::make_unique<SwitchWarnings>(true);
  }
  bool ParseArgs(const clang::CompilerInstance &, const std::vector<std::string> &) override {
    return true;
  }
};

class InterleaveAction : public clang::PluginASTAction {
 protected:
  ActionType getActionType() override {
    switch (phase) {
      case Phase::waiting: return ReplaceAction;
      case Phase::compiling_silently: return AddBeforeMainAction;
      default: return CmdlineAfterMainAction;  // only if asked for by name: never
    }
  }

  std::unique_ptr<clang::ASTConsumer> CreateASTConsumer(clang::CompilerInstance &,
                                                        llvm::StringRef) override {
    if (phase == Phase::compiling_silently)
      return std::make_unique<SwitchWarnings>(warnings_were_ignored);
    return std::make_unique<clang::ASTConsumer>();
  }

  bool ParseArgs(const clang::CompilerInstance &compiler,
                 const std::vector<std::string> &given) override {
    for (llvm::StringRef argument : given) {
      if (argument == "no-rewrite") {
        arguments_.rewrites = false;
      } else if (argument.consume_front("exclude=")) {
        arguments_.excluded.push_back(argument.str());
      } else if (argument.consume_front("shim=")) {
        arguments_.shim = argument.str();
      } else {
        auto &diagnostics = compiler.getDiagnostics();
        const auto id = diagnostics.getCustomDiagID(clang::DiagnosticsEngine::Error,
                                                    "interleave: unknown plugin argument '%0'");
        diagnostics.Report(id) << argument;
        return false;
      }
    }
    return true;
  }

  bool PrepareToExecuteAction(clang::CompilerInstance &host) override {
    restore_requested_action(host);
    phase = Phase::compiling_plain;
    const bool is_done = instrument(host);
    phase = Phase::waiting;
    if (!is_done) return false;
    // Nothing is left to do for the action clang believes it runs.
    host.getFrontendOpts().Inputs.clear();
    host.getDiagnostics().setClient(new clang::IgnoringDiagConsumer, /*ShouldOwnClient=*/true);
    return true;
  }

 private:
  bool instrument(clang::CompilerInstance &host) {
    auto &sanitizers = host.getLangOpts().Sanitize;
    if (const char *conflict = conflicting_sanitizer(sanitizers)) {
      report(host, clang::DiagnosticsEngine::Error,
             std::string("interleave instruments memory accesses itself: build without -fsanitize=") +
                 conflict);
      return false;
    }
    sanitizers.set(clang::SanitizerKind::Thread, true);
    if (arguments_.shim.empty()) arguments_.shim = default_shim();
    host.getDependencyOutputOpts().ExtraDeps.emplace_back(own_path(), clang::EDK_DepFileEntry);

    const auto &inputs = host.getFrontendOpts().Inputs;
    const auto action = host.getFrontendOpts().ProgramAction;
    const bool looks_inside = arguments_.rewrites && inputs.size() == 1 && is_cxx(inputs[0].getKind());
    if (looks_inside && !check_shim(host)) return false;
    if (looks_inside && generates_code(action)) return compile_rewritten(host);
    if (looks_inside && action == clang::frontend::PrintPreprocessedInput) add_shim_to_text(host);
    if (generates_code(action)) add_passes(host.getCodeGenOpts(), {main_file(host), false, false});
    return run_requested(host);
  }

  bool check_shim(clang::CompilerInstance &host) {
    if (llvm::sys::fs::exists(arguments_.shim + "/interleave/mutex.h")) return true;
    report(host, clang::DiagnosticsEngine::Error,
           "interleave: the shim headers are not in '" + arguments_.shim +
               "'; name their directory with -fplugin-arg-interleave-shim=DIR");
    return false;
  }

  bool compile_rewritten(clang::CompilerInstance &host) {
    const std::string name = main_file(host);
    if (!read_stdin(host)) return false;
    phase = Phase::analysing;
    const auto rewrites = analyse(host, path_rules(host));
    phase = Phase::compiling_silently;
    if (!rewrites) return false;

    for (const auto &[file, edits] : rewrites->files)
      remap(host, file, rewrites->text_of(file));
    if (rewrites->in_precompiled) include_instead_of_pch(host);
    if (!host.getFrontendOpts().Inputs[0].getKind().isPreprocessed())
      add_includes(host, {rewrites->headers.begin(), rewrites->headers.end()});
    // (An assembler reading -S output warns if some files have a checksum and some have none.)
    const bool is_object = host.getFrontendOpts().ProgramAction == clang::frontend::EmitObj;
    add_passes(host.getCodeGenOpts(), {name, true, is_object && !rewrites->files.empty()});

    // The serialized diagnostics of the first parse are the file that stays.
    if (!host.getDiagnosticOpts().DiagnosticSerializationFile.empty())
      host.getDiagnostics().setClient(compat::make_printer(host), /*ShouldOwnClient=*/true);
    warnings_were_ignored = host.getDiagnostics().getIgnoreAllWarnings();
    host.getDiagnostics().setIgnoreAllWarnings(true);
    if (run_requested(host)) return true;
    report(host, clang::DiagnosticsEngine::Note,
           "the source compiles as it is written, but not with interleave's types: see it with "
           "'interleave rewrite', or leave files alone with -fplugin-arg-interleave-exclude=PATH");
    return false;
  }

  PathRules path_rules(const clang::CompilerInstance &host) const {
    PathRules rules;
    rules.add_standard_library(host.getHeaderSearchOpts());
    rules.exclude(arguments_.shim + "/interleave");
    llvm::SmallString<256> sources;                    // in a build tree that is a link to them
    if (!llvm::sys::fs::real_path(arguments_.shim + "/interleave", sources)) rules.exclude(std::string(sources));
    for (const auto &path : arguments_.excluded) rules.exclude(path);
    return rules;
  }

  static std::string main_file(const clang::CompilerInstance &host) {
    const auto &inputs = host.getFrontendOpts().Inputs;
    if (!host.getCodeGenOpts().MainFileName.empty()) return host.getCodeGenOpts().MainFileName;
    return inputs.empty() || !inputs[0].isFile() ? kStdin : inputs[0].getFile().str();
  }

  // Two parses need the text twice, so it becomes a file that only the preprocessor knows. (A main
  // buffer without a file would do, but code generation with a sanitizer asks for the file.)
  bool read_stdin(clang::CompilerInstance &host) {
    auto &input = host.getFrontendOpts().Inputs[0];
    if (!input.isFile() || input.getFile() != "-") return true;
    auto text = llvm::MemoryBuffer::getSTDIN();
    if (!text) {
      report(host, clang::DiagnosticsEngine::Error, "interleave: cannot read the standard input");
      return false;
    }
    compat::remap(host.getPreprocessorOpts(), kStdin, text.get()->getBuffer().str());
    input = clang::FrontendInputFile(kStdin, input.getKind(), input.isSystem());
    return true;
  }

  static void remap(clang::CompilerInstance &host, const std::string &file,
                    const std::string &text) {
    auto &options = host.getPreprocessorOpts();
    const auto is_same = [&](const auto &remapped) { return remapped.first == file; };
    llvm::erase_if(options.RemappedFileBuffers, is_same);
    compat::remap(options, file, text);
  }

  void add_shim_to_text(clang::CompilerInstance &host) {
    const auto &output = host.getPreprocessorOutputOpts();
    const auto &kind = host.getFrontendOpts().Inputs[0].getKind();
    if (!output.ShowCPP || kind.isPreprocessed()) return;
    add_includes(host, all_shim_headers());
  }

  void add_includes(clang::CompilerInstance &host, const std::vector<std::string> &headers) {
    auto &search = host.getHeaderSearchOpts();
    search.AddPath(arguments_.shim, clang::frontend::System, /*IsFramework=*/false,
                   /*IgnoreSysRoot=*/true);
    search.AddSystemHeaderPrefix(arguments_.shim + "/interleave/", /*IsSystemHeader=*/true);
    auto &includes = host.getPreprocessorOpts().Includes;
    std::vector<std::string> paths;
    for (const auto &header : headers) paths.push_back(arguments_.shim + "/interleave/" + header);
    includes.insert(includes.begin(), paths.begin(), paths.end());
  }

  static bool run_requested(clang::CompilerInstance &host) {
    const auto action = clang::CreateFrontendAction(host);
    return action && host.ExecuteAction(*action);
  }

  Arguments arguments_;
};

clang::FrontendPluginRegistry::Add<InterleaveAction> registration(
    "interleave", "put std primitives and memory accesses under Interleave's control");

clang::FrontendPluginRegistry::Add<SilenceAgain> second_registration(
    "interleave-silence", "part of interleave");

}  // namespace
}  // namespace interleave::instrument
