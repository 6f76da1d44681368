// The walk over the AST that finds every place where user code names a std primitive.
// SPDX-License-Identifier: Apache-2.0
//
// How it works: a primitive can be named by a type (TypeLoc), by an expression (functions), by a
//   using-declaration, as a template template argument or in an explicit instantiation. Qualifiers are
//   stored beside the name in the AST (elaborated types, nested-name-specifiers), so the walk remembers
//   where the qualifier of a name begins before it reaches the name.
// What it skips: top-level declarations spelled in files that are left alone, implicit code, template
//   instantiations (their pattern is visited) and names after `~` (the injected class name does it).
#include "uses.h"

#include "clang/AST/RecursiveASTVisitor.h"
#include "llvm/ADT/DenseMap.h"

#include "compat.h"

namespace interleave::instrument {
namespace {

class UseFinder : public clang::RecursiveASTVisitor<UseFinder> {
  using Base = clang::RecursiveASTVisitor<UseFinder>;

 public:
  UseFinder(clang::SourceManager &sources, const PathRules &paths)
      : sources_(sources), paths_(paths) {}

  Uses take() { return std::move(uses_); }

  bool TraverseDecl(clang::Decl *declaration) {
    if (declaration && is_left_alone(*declaration)) return true;
    return Base::TraverseDecl(declaration);
  }

  bool TraverseNestedNameSpecifierLoc(clang::NestedNameSpecifierLoc name) {
    if (name)
      if (auto type = compat::type_of(name)) remember(type, compat::prefix_begin(name));
    return Base::TraverseNestedNameSpecifierLoc(name);
  }

  // `p->~mutex()`: the name after `~` is found in the class itself, whatever the class is called.
  bool TraverseDeclarationNameInfo(clang::DeclarationNameInfo name) {
    const auto kind = name.getName().getNameKind();
    if (kind == clang::DeclarationName::CXXDestructorName) return true;
    if (kind == clang::DeclarationName::CXXConstructorName) return true;
    return Base::TraverseDeclarationNameInfo(name);
  }

  bool TraverseTemplateArgumentLoc(const clang::TemplateArgumentLoc &argument) {
    const auto kind = argument.getArgument().getKind();
    if (kind == clang::TemplateArgument::Template ||
        kind == clang::TemplateArgument::TemplateExpansion) {
      auto name = argument.getArgument().getAsTemplateOrTemplatePattern();
      auto qualifier = argument.getTemplateQualifierLoc();
      add(name.getAsTemplateDecl(), argument.getTemplateNameLoc(),
          qualifier ? qualifier.getBeginLoc() : clang::SourceLocation());
    }
    return Base::TraverseTemplateArgumentLoc(argument);
  }

#if LLVM_VERSION_MAJOR < 22
  bool VisitElaboratedTypeLoc(clang::ElaboratedTypeLoc type) {
    if (auto qualifier = type.getQualifierLoc())
      remember(type.getNamedTypeLoc(), qualifier.getBeginLoc());
    return true;
  }
#endif

  bool VisitRecordTypeLoc(clang::RecordTypeLoc type) {
    return add_type(type.getDecl(), type.getNameLoc());
  }
  bool VisitTypedefTypeLoc(clang::TypedefTypeLoc type) {
    return add_type(type.getTypedefNameDecl(), type.getNameLoc());
  }
  bool VisitUsingTypeLoc(clang::UsingTypeLoc type) {
    return add_type(type.getFoundDecl()->getTargetDecl(), type.getNameLoc());
  }
  bool VisitTemplateSpecializationTypeLoc(clang::TemplateSpecializationTypeLoc type) {
    return add_type(type.getTypePtr()->getTemplateName().getAsTemplateDecl(),
                    type.getTemplateNameLoc());
  }
  bool VisitDeducedTemplateSpecializationTypeLoc(
      clang::DeducedTemplateSpecializationTypeLoc type) {
    return add_type(type.getTypePtr()->getTemplateName().getAsTemplateDecl(),
                    type.getTemplateNameLoc());
  }
  bool VisitTemplateTypeParmTypeLoc(clang::TemplateTypeParmTypeLoc type) {
    return add_type(type.getDecl(), type.getNameLoc());
  }

  bool VisitDeclRefExpr(clang::DeclRefExpr *expression) {
    auto qualifier = expression->getQualifierLoc();
    add(expression->getDecl(), expression->getLocation(),
        qualifier ? qualifier.getBeginLoc() : clang::SourceLocation());
    return true;
  }

  bool VisitUnresolvedLookupExpr(clang::UnresolvedLookupExpr *expression) {
    auto qualifier = expression->getQualifierLoc();
    for (const auto *candidate : expression->decls()) {
      if (!find_shim(candidate->getUnderlyingDecl())) continue;
      add(candidate->getUnderlyingDecl(), expression->getNameLoc(),
          qualifier ? qualifier.getBeginLoc() : clang::SourceLocation());
      break;
    }
    return true;
  }

  bool VisitUsingDecl(clang::UsingDecl *declaration) {
    for (const auto *shadow : declaration->shadows()) {
      if (!find_shim(shadow->getTargetDecl())) continue;
      add(shadow->getTargetDecl(), declaration->getNameInfo().getLoc(),
          declaration->getQualifierLoc().getBeginLoc());
      break;
    }
    return true;
  }

  bool VisitClassTemplateSpecializationDecl(clang::ClassTemplateSpecializationDecl *special) {
    if (!special->isExplicitInstantiationOrSpecialization()) return true;
    auto qualifier = special->getQualifierLoc();
    const bool is_definition =
        special->getSpecializationKind() == clang::TSK_ExplicitSpecialization;
    add(special->getSpecializedTemplate(), special->getLocation(),
        qualifier ? qualifier.getBeginLoc() : clang::SourceLocation(), is_definition);
    return true;
  }

 private:
  // Only whole top-level declarations are skipped: everything below belongs to the same file, but for
  // the odd header that is included inside a class.
  bool is_left_alone(const clang::Decl &declaration) {
    if (llvm::isa<clang::TranslationUnitDecl>(declaration)) return false;
    const auto *parent = declaration.getLexicalDeclContext();
    if (!parent || !parent->isFileContext()) return false;
    const auto where = sources_.getExpansionLoc(declaration.getBeginLoc());
    return where.isInvalid() || !is_rewritten(where);
  }

  bool is_rewritten(clang::SourceLocation where) {
    const auto presumed = sources_.getPresumedLoc(where);
    if (presumed.isInvalid()) return false;
    const auto [known, is_new] = by_file_.try_emplace(presumed.getFilename(), false);
    if (is_new) known->second = paths_.is_rewritten(presumed.getFilename());
    return known->second;
  }

  void remember(clang::TypeLoc named, clang::SourceLocation qualifier) {
    if (qualifier.isValid()) qualifiers_[named.getBeginLoc()] = qualifier;
  }

  bool add_type(const clang::NamedDecl *declaration, clang::SourceLocation name) {
    const auto found = qualifiers_.find(name);
    add(declaration, name, found == qualifiers_.end() ? clang::SourceLocation() : found->second);
    return true;
  }

  void add(const clang::NamedDecl *declaration, clang::SourceLocation name,
           clang::SourceLocation qualifier, bool is_definition = false) {
    if (!declaration || name.isInvalid()) return;
    const auto spelling = sources_.getSpellingLoc(name);
    if (const ShimRow *row = find_shim(declaration)) {
      const bool is_pasted = sources_.isWrittenInScratchSpace(spelling);
      const auto where = is_pasted ? sources_.getExpansionLoc(name) : spelling;
      if (is_rewritten(where)) uses_.found.push_back({row, name, qualifier, is_definition});
    } else if (name.isMacroID()) {
      uses_.other_meanings.insert(sources_.getDecomposedLoc(spelling));
    }
  }

  clang::SourceManager &sources_;
  const PathRules &paths_;
  llvm::DenseMap<const char *, bool> by_file_;
  llvm::DenseMap<clang::SourceLocation, clang::SourceLocation> qualifiers_;
  Uses uses_;
};

}  // namespace

Uses find_uses(clang::ASTContext &context, const PathRules &paths) {
  UseFinder finder(context.getSourceManager(), paths);
  finder.TraverseDecl(context.getTranslationUnitDecl());
  return finder.take();
}

}  // namespace interleave::instrument
