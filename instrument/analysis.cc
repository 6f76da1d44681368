// The first parse of the plugin: prints the diagnostics and collects the replacements.
// SPDX-License-Identifier: Apache-2.0
//
// Why a compiler instance of its own: the user sees warnings and errors once, about the source as it is
//   written, while the host's instance stays untouched for the compilation that was really asked for.
// Precompiled headers: they hold the tree of headers that were not rewritten (so a precompiled header
//   serves -fsyntax-only and this parse). If a replacement falls into one of them, the second parse must
//   see text: the header's own -include files and its main file are included instead.
#include "analysis.h"

#include "clang/AST/ASTConsumer.h"
#include "clang/Frontend/FrontendAction.h"
#include "clang/Serialization/ASTReader.h"
#include "clang/Serialization/InMemoryModuleCache.h"

#include "compat.h"

namespace interleave::instrument {
namespace {

class CollectConsumer : public clang::ASTConsumer {
 public:
  CollectConsumer(const PathRules &paths, bool is_preprocessed, std::optional<Rewrites> &result)
      : paths_(paths), is_preprocessed_(is_preprocessed), result_(result) {}

  void HandleTranslationUnit(clang::ASTContext &context) override {
    auto &diagnostics = context.getDiagnostics();
    if (diagnostics.hasErrorOccurred()) return;
    result_ = collect_rewrites(context, paths_);
    if (is_without_shim(context)) {
      result_ = Rewrites();
      if (diagnostics.getIgnoreAllWarnings()) return;
      const auto id = diagnostics.getCustomDiagID(
          clang::DiagnosticsEngine::Warning,
          "interleave: not rewritten: this file was preprocessed without the plugin");
      diagnostics.Report(id);
      return;
    }
    if (diagnostics.getIgnoreAllWarnings()) return;  // -w
    for (const auto &left : result_->left_alone) {
      const auto id = diagnostics.getCustomDiagID(clang::DiagnosticsEngine::Warning, "%0");
      diagnostics.Report(left.where, id) << left.message;
    }
  }

 private:
  // Preprocessed text cannot include the shim any more: -E must have put it there.
  bool is_without_shim(clang::ASTContext &context) const {
    if (!is_preprocessed_ || result_->files.empty()) return false;
    auto &name = context.Idents.get("interleave");
    return context.getTranslationUnitDecl()->lookup(&name).empty();
  }

  const PathRules &paths_;
  const bool is_preprocessed_;
  std::optional<Rewrites> &result_;
};

class CollectAction : public clang::ASTFrontendAction {
 public:
  CollectAction(const PathRules &paths, std::optional<Rewrites> &result)
      : paths_(paths), result_(result) {}

  std::unique_ptr<clang::ASTConsumer> CreateASTConsumer(clang::CompilerInstance &,
                                                        llvm::StringRef) override {
    const bool is_preprocessed = getCurrentInput().getKind().isPreprocessed();
    return std::make_unique<CollectConsumer>(paths_, is_preprocessed, result_);
  }

 private:
  const PathRules &paths_;
  std::optional<Rewrites> &result_;
};

// Collects what a precompiled header was made from.
class PchListener : public clang::ASTReaderListener {
 public:
  std::vector<std::string> includes;
  std::string inner;

  bool ReadPreprocessorOptions(const clang::PreprocessorOptions &options, bool, bool,
                               std::string &) override {
    includes = options.Includes;
    inner = options.ImplicitPCHInclude;
    return false;
  }
};

std::vector<std::string> sources_of_pch(clang::CompilerInstance &host, const std::string &pch) {
  PchListener listener;
  clang::InMemoryModuleCache cache;
  auto &files = host.hasFileManager() ? host.getFileManager() : *host.createFileManager();
  clang::ASTReader::readASTFileControlBlock(pch, files, cache, host.getPCHContainerReader(),
                                            /*FindModuleFileExtensions=*/false, listener,
                                            /*ValidateDiagnosticOptions=*/false);
  std::vector<std::string> sources;
  if (!listener.inner.empty()) sources = sources_of_pch(host, listener.inner);
  sources.insert(sources.end(), listener.includes.begin(), listener.includes.end());
  sources.push_back(clang::ASTReader::getOriginalSourceFile(
      pch, files, host.getPCHContainerReader(), host.getDiagnostics()));
  return sources;
}

}  // namespace

std::optional<Rewrites> analyse(clang::CompilerInstance &host, const PathRules &paths) {
  auto invocation = std::make_shared<clang::CompilerInvocation>(host.getInvocation());
  auto &frontend = invocation->getFrontendOpts();
  frontend.ProgramAction = clang::frontend::ParseSyntaxOnly;
  frontend.Plugins.clear();
  frontend.OutputFile.clear();
  frontend.DisableFree = false;
  invocation->getPreprocessorOpts().RetainRemappedFileBuffers = true;  // the host's
  invocation->getDependencyOutputOpts() = clang::DependencyOutputOptions();

  std::optional<Rewrites> result;
  auto compiler = compat::make_compiler(invocation);
  compat::create_diagnostics(*compiler);
  CollectAction action(paths, result);
  if (!compiler->ExecuteAction(action)) result.reset();
  return result;
}

void include_instead_of_pch(clang::CompilerInstance &host) {
  auto &options = host.getPreprocessorOpts();
  const auto sources = sources_of_pch(host, options.ImplicitPCHInclude);
  options.Includes.insert(options.Includes.begin(), sources.begin(), sources.end());
  options.ImplicitPCHInclude.clear();
}

}  // namespace interleave::instrument
