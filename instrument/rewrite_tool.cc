// interleave-rewrite: shows what the plugin would compile instead of a source file.
// SPDX-License-Identifier: Apache-2.0
//
// Why a program of its own: it links clang, which `interleave` should not load; `interleave rewrite`
//   executes it. It uses the same collect_rewrites() as the plugin.
// Usage: interleave-rewrite [-p BUILD_DIR] [--diff] [--shim DIR] [--exclude PATH] FILE [-- FLAGS...]
//   Without --diff: the rewritten FILE on stdout. With --diff: a unified diff of every file of the
//   translation unit that changes, headers included. Flags come from compile_commands.json (searched
//   upwards from FILE if there is no -p) or from behind `--`.
// Exit status: 0 done, 1 FILE does not compile, 2 wrong usage.
#include "clang/Frontend/FrontendAction.h"
#include "clang/Tooling/CompilationDatabase.h"
#include "clang/Tooling/Tooling.h"
#include "clang/Tooling/ArgumentsAdjusters.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"

#include "clang/AST/ASTConsumer.h"
#include "clang/Frontend/CompilerInstance.h"

#include "diff.h"
#include "rewriter.h"

#ifndef INTERLEAVE_CLANG_RESOURCE_DIR
#define INTERLEAVE_CLANG_RESOURCE_DIR ""
#endif

namespace interleave::instrument {
namespace {

namespace tooling = clang::tooling;

struct Options {
  std::string file;
  std::string build_dir;
  std::string here;  // where the command was started
  std::string shim;
  std::vector<std::string> excluded;
  std::vector<std::string> flags;
  bool has_flags = false;
  bool prints_diff = false;
};

constexpr char kUsage[] =
    "usage: interleave rewrite [-p BUILD_DIR] [--diff] [--shim DIR] [--exclude PATH] FILE "
    "[-- FLAGS...]\n";

// A path as the user would write it in the directory `here`.
std::string shown_path(llvm::StringRef path, llvm::StringRef here) {
  llvm::SmallString<256> full(path);
  llvm::sys::fs::make_absolute(full);
  llvm::sys::path::remove_dots(full, /*remove_dot_dot=*/true);
  llvm::StringRef shown = full;
  if (shown.consume_front(here)) shown.consume_front("/");
  return shown.str();
}

class Printer : public clang::ASTConsumer {
 public:
  Printer(clang::CompilerInstance &compiler, const Options &options)
      : compiler_(compiler), options_(options) {}

  void HandleTranslationUnit(clang::ASTContext &context) override {
    if (context.getDiagnostics().hasErrorOccurred()) return;
    PathRules rules;
    rules.add_standard_library(compiler_.getHeaderSearchOpts());
    if (!options_.shim.empty()) rules.exclude(options_.shim + "/interleave");
    for (const auto &path : options_.excluded) rules.exclude(path);
    const Rewrites rewrites = collect_rewrites(context, rules);
    for (const auto &left : rewrites.left_alone) {
      auto &diagnostics = context.getDiagnostics();
      const auto id = diagnostics.getCustomDiagID(clang::DiagnosticsEngine::Warning, "%0");
      diagnostics.Report(left.where, id) << left.message;
    }
    if (options_.prints_diff) print_diff(rewrites);
    else print_main_file(context.getSourceManager(), rewrites);
  }

 private:
  void print_diff(const Rewrites &rewrites) const {
    for (const auto &[file, edits] : rewrites.files)
      llvm::outs() << unified_diff(shown_path(file, options_.here), rewrites.originals.at(file), rewrites.text_of(file));
  }

  static void print_main_file(const clang::SourceManager &sources, const Rewrites &rewrites) {
    const auto id = sources.getMainFileID();
    for (const auto &[file, original] : rewrites.originals) {
      if (original != sources.getBufferData(id)) continue;
      llvm::outs() << rewrites.text_of(file);
      return;
    }
    llvm::outs() << sources.getBufferData(id);
  }

  clang::CompilerInstance &compiler_;
  const Options &options_;
};

class PrintAction : public clang::ASTFrontendAction {
 public:
  explicit PrintAction(const Options &options) : options_(options) {}
  std::unique_ptr<clang::ASTConsumer> CreateASTConsumer(clang::CompilerInstance &compiler,
                                                        llvm::StringRef) override {
    return std::make_unique<Printer>(compiler, options_);
  }

 private:
  const Options &options_;
};

class PrintFactory : public tooling::FrontendActionFactory {
 public:
  explicit PrintFactory(const Options &options) : options_(options) {}
  std::unique_ptr<clang::FrontendAction> create() override {
    return std::make_unique<PrintAction>(options_);
  }

 private:
  const Options &options_;
};

[[noreturn]] void refuse(const std::string &sentence) {
  llvm::errs() << "interleave: " << sentence << "\n";
  std::exit(2);
}

Options parse(int count, char **values) {
  Options options;
  const auto value_of = [&](int &i) {
    if (i + 1 >= count) refuse(std::string(values[i]) + " needs a value");
    return std::string(values[++i]);
  };
  for (int i = 1; i < count; ++i) {
    const std::string argument = values[i];
    if (argument == "--") {
      options.has_flags = true;
      options.flags.assign(values + i + 1, values + count);
      break;
    }
    if (argument == "--diff") options.prints_diff = true;
    else if (argument == "-p") options.build_dir = value_of(i);
    else if (argument == "--shim") options.shim = value_of(i);
    else if (argument == "--exclude") options.excluded.push_back(value_of(i));
    else if (argument == "--help") llvm::outs() << kUsage, std::exit(0);
    else if (argument.size() > 1 && argument[0] == '-') refuse("unknown option " + argument);
    else if (options.file.empty()) options.file = argument;
    else refuse("only one FILE can be shown at a time");
  }
  if (options.file.empty()) {
    llvm::errs() << kUsage;
    std::exit(2);
  }
  if (!llvm::sys::fs::exists(options.file)) refuse("there is no file " + options.file);
  return options;
}

std::string current_directory() {
  llvm::SmallString<256> path;
  llvm::sys::fs::current_path(path);
  return std::string(path);
}

std::unique_ptr<tooling::CompilationDatabase> find_commands(const Options &options) {
  if (options.has_flags)
    return std::make_unique<tooling::FixedCompilationDatabase>(".", options.flags);
  std::string error;
  auto commands =
      options.build_dir.empty()
          ? tooling::CompilationDatabase::autoDetectFromSource(options.file, error)
          : tooling::CompilationDatabase::loadFromDirectory(options.build_dir, error);
  if (!commands)
    refuse("no compile_commands.json for " + options.file +
           ": name its directory with -p, or give the compiler flags behind --");
  return commands;
}

// The build may have used the plugin and its companions; none of that belongs to this parse.
tooling::CommandLineArguments without_plugin(const tooling::CommandLineArguments &given,
                                             llvm::StringRef) {
  tooling::CommandLineArguments kept;
  for (size_t i = 0; i < given.size(); ++i) {
    const llvm::StringRef argument = given[i];
    if (argument.starts_with("-fplugin") || argument == "--no-rewrite") continue;
    if (argument == "-Xclang" && i + 1 < given.size() &&
        llvm::StringRef(given[i + 1]).starts_with("-fdepfile-entry")) {
      ++i;
      continue;
    }
    kept.push_back(given[i]);
  }
  kept.push_back("-w");  // the compiler says the rest
  return kept;
}

int run(int count, char **values) {
  Options options = parse(count, values);
  const auto commands = find_commands(options);
  options.here = current_directory();
  options.file = tooling::getAbsolutePath(options.file);
  for (auto &path : options.excluded) path = tooling::getAbsolutePath(path);
  if (!options.shim.empty()) options.shim = tooling::getAbsolutePath(options.shim);
  // Relative names in the commands mean the directory of the build.
  const auto found = commands->getCompileCommands(options.file);
  if (!found.empty()) llvm::sys::fs::set_current_path(found.front().Directory);
  tooling::ClangTool tool(*commands, {options.file});
  tool.appendArgumentsAdjuster(without_plugin);
  if (llvm::sys::fs::is_directory(INTERLEAVE_CLANG_RESOURCE_DIR))
    tool.appendArgumentsAdjuster(tooling::getInsertArgumentAdjuster(
        "-resource-dir=" INTERLEAVE_CLANG_RESOURCE_DIR, tooling::ArgumentInsertPosition::BEGIN));
  PrintFactory factory(options);
  return tool.run(&factory) == 0 ? 0 : 1;
}

}  // namespace
}  // namespace interleave::instrument

int main(int count, char **values) { return interleave::instrument::run(count, values); }
