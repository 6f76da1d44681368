// Symbolizer: LLVM's library, and what it does not do (elements of variables).
// SPDX-License-Identifier: Apache-2.0
#include "driver/symbolize.h"

#include <fmt/format.h>
#include <llvm/BinaryFormat/Dwarf.h>
#include <llvm/DebugInfo/DWARF/DWARFCompileUnit.h>
#include <llvm/DebugInfo/DWARF/DWARFContext.h>
#include <llvm/DebugInfo/Symbolize/Symbolize.h>
#include <llvm/Object/ObjectFile.h>

#include <map>

#include "support/fs.h"

namespace interleave::driver {
namespace {

using llvm::DWARFDie;

constexpr std::uint64_t kNoSection = llvm::object::SectionedAddress::UndefSection;

DWARFDie type_of(DWARFDie die) {
  DWARFDie type = die.getAttributeValueAsReferencedDie(llvm::dwarf::DW_AT_type);
  return type ? type.resolveTypeUnitReference() : type;
}

DWARFDie without_qualifiers(DWARFDie type) {
  while (type) {
    switch (type.getTag()) {
      case llvm::dwarf::DW_TAG_typedef:
      case llvm::dwarf::DW_TAG_const_type:
      case llvm::dwarf::DW_TAG_volatile_type:
      case llvm::dwarf::DW_TAG_atomic_type: type = type_of(type); continue;
      default: return type;
    }
  }
  return type;
}

std::string name_of(DWARFDie die) {
  const char *name = die.getShortName();
  return name ? name : "";
}

// The outermost namespace: types of std and of ours are not looked into.
std::string outermost_namespace(DWARFDie die) {
  std::string result;
  for (DWARFDie at = die.getParent(); at; at = at.getParent())
    if (at.getTag() == llvm::dwarf::DW_TAG_namespace) result = name_of(at);
  return result;
}

std::uint64_t size_of(DWARFDie type) {
  auto size = without_qualifiers(type).getTypeSize(8);
  return size.value_or(0);
}

std::string element_of(DWARFDie type, std::uint64_t offset);

std::string element_of_array(DWARFDie array, std::uint64_t offset) {
  std::vector<std::uint64_t> counts;
  for (DWARFDie child : array.children()) {
    if (child.getTag() != llvm::dwarf::DW_TAG_subrange_type) continue;
    std::uint64_t count = llvm::dwarf::toUnsigned(child.find(llvm::dwarf::DW_AT_count), 0);
    if (auto last = llvm::dwarf::toUnsigned(child.find(llvm::dwarf::DW_AT_upper_bound)))
      count = *last + 1;
    counts.push_back(count);
  }
  DWARFDie element = type_of(array);
  std::uint64_t stride = size_of(element);
  for (std::uint64_t count : counts) stride *= count;
  std::string text;
  for (std::uint64_t count : counts) {
    if (count == 0 || stride == 0) return text;
    stride /= count;
    text += fmt::format("[{}]", offset / stride);
    offset %= stride;
  }
  return text + element_of(element, offset);
}

std::string element_of_class(DWARFDie type, std::uint64_t offset) {
  std::string space = outermost_namespace(type);
  bool is_library = space == "std" || space == "interleave" || space == "__gnu_cxx";
  bool is_std_array = is_library && name_of(type).starts_with("array<");
  if (is_library && !is_std_array) return "";
  // Classes defined elsewhere (std::condition_variable) have no size here: such a member reaches to
  // the next one.
  DWARFDie found;
  std::uint64_t found_at = 0;
  for (DWARFDie child : type.children()) {
    bool is_base = child.getTag() == llvm::dwarf::DW_TAG_inheritance;
    if (!is_base && child.getTag() != llvm::dwarf::DW_TAG_member) continue;
    auto begin = llvm::dwarf::toUnsigned(child.find(llvm::dwarf::DW_AT_data_member_location));
    if (!begin && type.getTag() != llvm::dwarf::DW_TAG_union_type) continue;  // static member
    std::uint64_t at = begin.value_or(0), size = size_of(type_of(child));
    if (offset < at || (size != 0 && offset >= at + size) || (found && at < found_at)) continue;
    found = child;
    found_at = at;
  }
  if (!found) return "";
  std::string rest = element_of(type_of(found), offset - found_at);
  bool is_nameless =
      found.getTag() == llvm::dwarf::DW_TAG_inheritance || is_std_array || name_of(found).empty();
  return is_nameless ? rest : "." + name_of(found) + rest;
}

// The way from a variable of this type to the part at `offset`: ".balance", "[1]".
std::string element_of(DWARFDie type, std::uint64_t offset) {
  type = without_qualifiers(type);
  if (!type) return "";
  switch (type.getTag()) {
    case llvm::dwarf::DW_TAG_array_type: return element_of_array(type, offset);
    case llvm::dwarf::DW_TAG_structure_type:
    case llvm::dwarf::DW_TAG_class_type:
    case llvm::dwarf::DW_TAG_union_type: return element_of_class(type, offset);
    default: return "";
  }
}

template <class T>
std::optional<T> value_of(llvm::Expected<T> result) {
  if (result) return std::move(*result);
  llvm::consumeError(result.takeError());
  return std::nullopt;
}

std::string known(const std::string &text) {
  return text == llvm::DILineInfo::BadString ? "" : text;
}

}  // namespace

struct Symbolizer::Impl {
  llvm::symbolize::LLVMSymbolizer llvm;
  struct File {
    llvm::object::OwningBinary<llvm::object::ObjectFile> object;
    std::unique_ptr<llvm::DWARFContext> dwarf;
  };
  std::map<std::string, File> files;

  llvm::DWARFContext *dwarf_of(const std::string &module) {
    auto [at, is_new] = files.try_emplace(module);
    if (is_new) {
      auto object = value_of(llvm::object::ObjectFile::createObjectFile(module));
      if (object) {
        at->second.object = std::move(*object);
        at->second.dwarf = llvm::DWARFContext::create(*at->second.object.getBinary());
      }
    }
    return at->second.dwarf.get();
  }
};

Symbolizer::Symbolizer() : impl_(std::make_unique<Impl>()) {}
Symbolizer::~Symbolizer() = default;

std::vector<report::Frame> Symbolizer::code(const std::string &module, std::uint64_t address) {
  std::vector<report::Frame> frames;
  auto info = value_of(impl_->llvm.symbolizeInlinedCode(module, {address, kNoSection}));
  for (std::uint32_t i = 0; info && i < info->getNumberOfFrames(); i++) {
    const llvm::DILineInfo &line = info->getFrame(i);
    report::Frame frame;
    std::string file = known(line.FileName);
    frame.where.function = readable(known(line.FunctionName));
    frame.where.file = support::relative_to_here(file);
    frame.where.line = file.empty() ? 0 : line.Line;
    frame.where.column = file.empty() ? 0 : line.Column;
    frame.where.source = source_line(file, frame.where.line);
    frame.is_inlined = i + 1 < info->getNumberOfFrames();
    frame.is_folded = is_foldable(known(line.FunctionName), file, module);
    frame.module = module.substr(module.rfind('/') + 1);
    frames.push_back(std::move(frame));
  }
  return frames;
}

std::optional<Symbolizer::Variable> Symbolizer::variable(const std::string &module,
                                                         std::uint64_t address) {
  auto global = value_of(impl_->llvm.symbolizeData(module, {address, kNoSection}));
  if (!global || known(global->Name).empty() ||
      address >= global->Start + std::max<std::uint64_t>(global->Size, 1))
    return std::nullopt;
  Variable result{readable(global->Name), global->Start, global->Size, {}};
  llvm::DWARFContext *dwarf = impl_->dwarf_of(module);
  llvm::DWARFCompileUnit *unit = dwarf ? dwarf->getCompileUnitForDataAddress(address) : nullptr;
  DWARFDie die = unit ? unit->getVariableForAddress(address) : DWARFDie();
  if (!die) return result;
  std::string file = die.getDeclFile(llvm::DILineInfoSpecifier::FileLineInfoKind::AbsoluteFilePath);
  result.declared.file = support::relative_to_here(file);
  result.declared.line = static_cast<unsigned>(die.getDeclLine());
  result.declared.source = source_line(file, result.declared.line);
  result.name += element_of(type_of(die), address - global->Start);
  return result;
}

}  // namespace interleave::driver
