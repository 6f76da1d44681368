// Finds uses of std primitives in a parsed translation unit and replaces them by the shim's names.
// SPDX-License-Identifier: Apache-2.0
#include "rewriter.h"

#include <algorithm>

#include "clang/AST/Decl.h"
#include "clang/AST/DeclTemplate.h"
#include "clang/Basic/SourceManager.h"
#include "clang/Lex/Lexer.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

#include "compat.h"
#include "uses.h"

namespace interleave::instrument {
namespace {

constexpr ShimRow kRows[] = {
#define INTERLEAVE_SHIM(std_name, shim_name, header) {std_name, shim_name, header},
#include "shim_map.def"
#undef INTERLEAVE_SHIM
};

constexpr char kIdentifierCharacters[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_";

std::string absolute(llvm::StringRef path) {
  llvm::SmallString<256> result(path);
  llvm::sys::fs::make_absolute(result);
  llvm::sys::path::remove_dots(result, /*remove_dot_dot=*/true);
  return std::string(result);
}

bool is_below(llvm::StringRef path, llvm::StringRef directory) {
  if (!path.consume_front(directory)) return false;
  return path.empty() || path.front() == '/' || directory.ends_with("/");
}

llvm::StringRef last_component(llvm::StringRef qualified) {
  return qualified.substr(qualified.rfind(':') + 1);
}

// The namespaces around a declaration as written by users: without inline ones, which are the
// library's versioning. Empty if it is not directly in a namespace.
std::string user_visible_scope(const clang::Decl &declaration) {
  std::string scope;
  const auto *context = declaration.getDeclContext()->getRedeclContext();
  for (; !context->isTranslationUnit(); context = context->getParent()->getRedeclContext()) {
    const auto *space = llvm::dyn_cast<clang::NamespaceDecl>(context);
    if (!space) return {};
    if (!space->isInline()) scope = space->getName().str() + "::" + scope;
  }
  return scope;
}

// std::atomic_load(&shared_ptr) is another function of the same name: the shim has none for it.
bool is_for_shared_ptr(const clang::NamedDecl &declaration) {
  const auto *function = declaration.getAsFunction();
  if (!function || function->getNumParams() == 0) return false;
  const auto pointee = function->getParamDecl(0)->getType()->getPointeeType();
  if (pointee.isNull()) return false;
  const clang::NamedDecl *record = pointee->getAsCXXRecordDecl();
  if (const auto *special = pointee->getAs<clang::TemplateSpecializationType>())
    record = special->getTemplateName().getAsTemplateDecl();
  if (!record || !record->getIdentifier()) return false;
  return record->getName().ends_with("shared_ptr") || record->getName() == "weak_ptr";
}

// These are used together: a half of them in std and a half in the shim does not compile.
llvm::StringRef group_of(const ShimRow &row) {
  const llvm::StringRef header = row.header;
  if (header == "thread.h") return "thread";
  if (header == "atomic.h" || header == "once.h") return "";
  return "lock";
}

struct Placed {
  clang::FileID file;
  unsigned offset = 0;
  Edit edit;
  const char *problem = nullptr;
};

// Turns uses into edits of files; one object per translation unit.
class Placer {
 public:
  Placer(clang::ASTContext &context, const Uses &uses)
      : context_(context), sources_(context.getSourceManager()), uses_(uses) {}

  Rewrites place_all() {
    std::set<llvm::StringRef> broken_groups;
    std::vector<Placed> placed;
    for (const Use &use : uses_.found) {
      Placed one = place(use);
      if (one.problem) {
        leave(use, one.problem);
        broken_groups.insert(group_of(*use.row));
      } else {
        placed.push_back(std::move(one));
      }
    }
    broken_groups.erase("");
    for (const auto &one : placed)
      if (!broken_groups.count(group_of(*one.edit.row))) store(one);
    for (const auto group : broken_groups) leave_group(group);
    return std::move(result_);
  }

 private:
  Placed place(const Use &use) {
    Placed placed;
    if (use.is_definition) return problem("it specialises the std template itself");
    const auto name = sources_.getSpellingLoc(use.name);
    if (sources_.isWrittenInScratchSpace(name)) return problem("a macro pastes its name together");
    auto begin = name;
    if (use.qualifier.isValid()) {
      begin = sources_.getSpellingLoc(use.qualifier);
      if (sources_.getFileID(use.qualifier) != sources_.getFileID(use.name) ||
          sources_.getFileID(begin) != sources_.getFileID(name))
        return problem("its spelling is spread over a macro and its use");
    }
    if (uses_.other_meanings.count(sources_.getDecomposedLoc(name)))
      return problem("the macro that spells it means something else elsewhere");
    const auto [file, name_offset] = sources_.getDecomposedLoc(name);
    const auto text = sources_.getBufferData(file);
    unsigned offset = sources_.getFileOffset(begin);
    const auto identifier = last_component(use.row->std_name);
    if (!text.substr(name_offset).starts_with(identifier) || offset > name_offset)
      return problem("its spelling is not one range of the file");
    if (offset == name_offset) offset = qualifier_before(text, name_offset);
    const unsigned length = name_offset + identifier.size() - offset;
    if (!is_plain_name(file, offset, length))
      return problem("its spelling is not one range of the file");
    placed.file = file;
    placed.offset = offset;
    placed.edit = {length, replacement(*use.row, text, offset, length), use.row};
    return placed;
  }

  static Placed problem(const char *why) {
    Placed placed;
    placed.problem = why;
    return placed;
  }

  // A few AST nodes (pointers to members) lose the qualifier: read it back from the text.
  static unsigned qualifier_before(llvm::StringRef text, unsigned offset) {
    auto before = text.substr(0, offset).rtrim(" \t");
    if (!before.ends_with("::")) return offset;
    while (before.consume_back("::")) {
      before = before.substr(0, before.find_last_not_of(kIdentifierCharacters) + 1);
    }
    return before.size();
  }

  // Identifiers, `::` and white space only: anything else is a spelling we do not understand.
  bool is_plain_name(clang::FileID file, unsigned offset, unsigned length) {
    const auto begin = sources_.getLocForStartOfFile(file);
    const auto text = sources_.getBufferData(file);
    clang::Lexer lexer(begin, context_.getLangOpts(), text.begin(), text.begin() + offset, text.end());
    clang::Token token;
    do {
      lexer.LexFromRawLexer(token);
      if (token.isNot(clang::tok::raw_identifier) && token.isNot(clang::tok::coloncolon))
        return false;
    } while (sources_.getFileOffset(token.getEndLoc()) < offset + length);
    return sources_.getFileOffset(token.getEndLoc()) == offset + length;
  }

  // Line breaks of the range stay, with the backslash of a macro definition before them.
  std::string replacement(const ShimRow &row, llvm::StringRef text, unsigned offset,
                          unsigned length) {
    const auto replaced = text.substr(offset, length);
    std::string result = leading_colons(text.substr(0, offset));
    result.append("interleave::").append(row.shim_name);
    for (size_t i = 0; i < replaced.size(); ++i) {
      if (replaced[i] != '\n') continue;
      if (replaced.substr(0, i).ends_with("\\\r")) result += "\\\r\n";
      else if (replaced.substr(0, i).ends_with("\\")) result += "\\\n";
      else result += '\n';
    }
    return result;
  }

  // After a name or a `>`, as in `Value std::mutex::*p`, a leading `::` would continue that name; after
  // `a ? b :` it would be read as `::` and `:`.
  std::string leading_colons(llvm::StringRef before) {
    if (before.ends_with(":")) return " ::";
    before = before.rtrim();
    const auto word = before.substr(before.find_last_not_of(kIdentifierCharacters) + 1);
    if (before.ends_with(">") || before.ends_with(")")) return "";
    return word.empty() || context_.Idents.get(word).isKeyword(context_.getLangOpts()) ? "::" : "";
  }

  void store(const Placed &placed) {
    const auto file = compat::file_name(sources_, placed.file);
    result_.files[file].emplace(placed.offset, placed.edit);
    result_.originals.emplace(file, sources_.getBufferData(placed.file).str());
    result_.headers.insert(placed.edit.row->header);
    result_.in_precompiled |= sources_.isLoadedFileID(placed.file);
  }

  void leave(const Use &use, const char *why) {
    const auto where = sources_.getExpansionLoc(use.name);
    if (!reported_.insert(where).second) return;
    result_.left_alone.push_back(
        {where, std::string("interleave: not rewritten: ") + use.row->std_name + ", because " + why});
  }

  void leave_group(llvm::StringRef group) {
    const char *names = group == "lock" ? "std mutexes and condition variables" : "std threads";
    const auto where = sources_.getLocForStartOfFile(sources_.getMainFileID());
    result_.left_alone.push_back(
        {where, std::string("interleave: not rewritten: ") + names +
                    " in this translation unit, because one use of them is not rewritten"});
  }

  clang::ASTContext &context_;
  clang::SourceManager &sources_;
  const Uses &uses_;
  std::set<clang::SourceLocation> reported_;
  Rewrites result_;
};

}  // namespace

const ShimRow *find_shim(const clang::NamedDecl *declaration) {
  static const auto *const by_name = [] {
    auto *map = new llvm::StringMap<const ShimRow *>;
    for (const ShimRow &row : kRows) map->try_emplace(last_component(row.std_name), &row);
    return map;
  }();
  if (!declaration || !declaration->getIdentifier()) return nullptr;
  const auto found = by_name->find(declaration->getName());
  if (found == by_name->end()) return nullptr;
  const llvm::StringRef name = found->second->std_name;
  if (user_visible_scope(*declaration) != name.drop_back(declaration->getName().size()))
    return nullptr;
  return is_for_shared_ptr(*declaration) ? nullptr : found->second;
}

std::vector<std::string> all_shim_headers() {
  std::vector<std::string> headers;
  for (const ShimRow &row : kRows)
    if (std::find(headers.begin(), headers.end(), row.header) == headers.end())
      headers.emplace_back(row.header);
  return headers;
}

void PathRules::add_standard_library(const clang::HeaderSearchOptions &search) {
  for (const auto &entry : search.UserEntries) {
    const bool is_library = llvm::sys::fs::exists(entry.Path + "/cstddef") ||
                            llvm::sys::fs::exists(entry.Path + "/bits/c++config.h");
    if (is_library) exclude(entry.Path);
  }
  if (!search.ResourceDir.empty()) exclude(search.ResourceDir);
}

void PathRules::exclude(const std::string &path) { excluded_.push_back(absolute(path)); }

bool PathRules::is_rewritten(llvm::StringRef path) const {
  if (path.starts_with("<") && path != "<stdin>") return false;  // <built-in>, <command line>
  const std::string full = absolute(path);
  // Preprocessed input comes without search directories: these two name themselves.
  if (llvm::StringRef(full).contains("/include/c++/")) return false;
  if (llvm::StringRef(full).contains("/lib/clang/")) return false;
  return std::none_of(excluded_.begin(), excluded_.end(),
                      [&](const std::string &directory) { return is_below(full, directory); });
}

std::string Rewrites::text_of(const std::string &file) const {
  const std::string &original = originals.at(file);
  std::string text;
  size_t done = 0;
  for (const auto &[offset, edit] : files.at(file)) {
    if (offset < done) continue;
    text.append(original, done, offset - done);
    text += edit.text;
    done = offset + edit.length;
  }
  return text.append(original, done);
}

Rewrites collect_rewrites(clang::ASTContext &context, const PathRules &paths) {
  const Uses uses = find_uses(context, paths);
  return Placer(context, uses).place_all();
}

}  // namespace interleave::instrument
