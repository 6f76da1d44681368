// Names for what an execution touched.
// SPDX-License-Identifier: Apache-2.0
#include "driver/names.h"

#include <algorithm>
#include <cctype>
#include <regex>

#include <fmt/format.h>

namespace interleave::driver {
namespace {

using model::ObjectKind;

// What an object can be written as: a.b->c_[i], *p, this->m.
constexpr const char *kExpression =
    R"(((?:this->)?[A-Za-z_][\w]*(?:(?:\.|->|::)[A-Za-z_]\w*|\[[^\][]*\])*))";

std::vector<std::regex> patterns_for(ObjectKind kind) {
  std::string e = kExpression;
  std::vector<std::string> texts;
  switch (kind) {
    case ObjectKind::mutex:
    case ObjectKind::rwlock:
      texts = {
          R"((?:lock_guard|unique_lock|scoped_lock|shared_lock)\b)"
               R"((?:\s*<[^(){};]*>)?\s*\w*\s*[({]\s*\*?)" +
              e,
          e + R"((?:\.|->)(?:try_)?(?:lock|unlock)\w*\s*\()",
          R"(pthread_(?:mutex|rwlock|spin)_\w+\s*\(\s*&?\s*)" + e,
          R"(pthread_cond_\w+\s*\(\s*&?\s*[^,]*,\s*&?\s*)" + e};
      break;
    case ObjectKind::condition:
      texts = {e + R"((?:\.|->)(?:wait|wait_for|wait_until|notify_one|notify_all)\s*\()",
               R"(pthread_cond_\w+\s*\(\s*&?\s*)" + e};
      break;
    case ObjectKind::once:
      texts = {R"(call_once\s*\(\s*)" + e, R"(pthread_once\s*\(\s*&?\s*)" + e};
      break;
    case ObjectKind::atomic:
    case ObjectKind::futex:
      texts = {
          e + R"((?:\.|->)(?:load|store|exchange|fetch_\w+|compare_exchange_\w+|wait|notify_\w+|)"
                   R"(test|test_and_set|clear|acquire|try_acquire\w*|release|count_down|arrive\w*|try_wait)\s*\()",
          R"(atomic_\w+\s*\(\s*&?\s*)" + e, R"((?:\+\+|--)\s*)" + e,
          e + R"(\s*(?:\+\+|--|(?:[-+|&^])?=(?!=)))"};
      break;
    case ObjectKind::memory:
      texts = {e + R"(\s*(?:\+\+|--|(?:[-+*/%|&^]|<<|>>)?=(?!=)))", R"((?:\+\+|--)\s*)" + e,
               R"(^(?:return|delete)\s+\*?)" + e + R"(\s*;)"};
      break;
    default: break;
  }
  std::vector<std::regex> result;
  for (const std::string &text : texts) result.emplace_back(text);
  return result;
}

bool is_keyword(const std::string &word) {
  for (const char *keyword : {"return", "if", "while", "for", "auto", "const", "new", "delete",
                              "std", "this", "case", "else"})
    if (word == keyword) return true;
  return false;
}

// "int seen = hits" declares seen: a declared local is hardly what two threads share.
bool is_declared_here(const std::string &source, const std::smatch &match) {
  std::string before = source.substr(0, static_cast<std::size_t>(match.position(1)));
  while (!before.empty() && before.back() == ' ') before.pop_back();
  const auto is_in_word = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_'; };
  const std::string last_word(std::find_if_not(before.rbegin(), before.rend(), is_in_word).base(), before.end());
  for (const char *word : {"return", "else", "do", "delete", "throw", "co_return", "co_await"})
    if (last_word == word) return false;
  return !last_word.empty() || before.ends_with('>');
}

}  // namespace

std::string expression_in(const std::string &source, ObjectKind kind) {
  static std::map<ObjectKind, std::vector<std::regex>> cache;
  auto [at, is_new] = cache.try_emplace(kind);
  if (is_new) at->second = patterns_for(kind);
  const bool may_declare = kind == ObjectKind::memory || kind == ObjectKind::atomic || kind == ObjectKind::futex;
  for (const std::regex &pattern : at->second) {
    std::string found;
    for (std::sregex_iterator match(source.begin(), source.end(), pattern), end; match != end; ++match) {
      const std::string name = (*match)[1];
      if (is_keyword(name) || (may_declare && is_declared_here(source, *match))) continue;
      if (!found.empty() && found != name) return "";
      found = name;
    }
    if (!found.empty()) return found;
  }
  return "";
}

AddressBook::AddressBook(const campaign::Campaign &campaign, std::string program,
                         Symbolizer &symbolizer)
    : campaign_(campaign), program_(std::move(program)), symbolizer_(symbolizer) {}

const std::vector<report::Frame> &AddressBook::stack(model::StackId id) {
  auto [at, is_new] = stacks_.try_emplace(id);
  if (!is_new || id >= campaign_.stack_count || id >= campaign::kMaxStacks) return at->second;
  const campaign::Stack &s = campaign_.stacks[id];
  for (std::uint32_t i = 0; i < s.count && s.first + i < campaign::kMaxFrames; i++) {
    std::uint64_t pc =
        campaign_.frames[s.first + i] - 1;  // a return address belongs to the call before it
    for (std::uint32_t m = 0; m < campaign_.module_count; m++) {
      const campaign::Module &module = campaign_.modules[m];
      if (pc < module.low || pc >= module.high) continue;
      for (report::Frame &frame :
           symbolizer_.code(module.path[0] ? module.path : program_, pc - module.base))
        at->second.push_back(std::move(frame));
      break;
    }
  }
  return at->second;
}

report::Location AddressBook::place(model::StackId id) {
  const std::vector<report::Frame> &frames = stack(id);
  for (const report::Frame &frame : frames)
    if (!frame.is_folded && frame.where.is_known()) return frame.where;
  for (const report::Frame &frame : frames)
    if (!frame.is_folded) return frame.where;
  for (const report::Frame &frame : frames)
    if (frame.where.is_known()) return frame.where;
  return frames.empty() ? report::Location{} : frames.front().where;
}

std::string AddressBook::role(model::StackId id) {
  const std::vector<report::Frame> &frames = stack(id);
  for (auto frame = frames.rbegin(); frame != frames.rend(); ++frame)
    if (!frame->is_folded && frame->where.is_known()) return frame->where.function;
  return "";
}

std::optional<Symbolizer::Variable> AddressBook::variable(std::uint64_t address) {
  for (std::uint32_t m = 0; m < campaign_.module_count; m++) {
    const campaign::Module &module = campaign_.modules[m];
    if (address < module.low || address >= module.high) continue;
    return symbolizer_.variable(module.path[0] ? module.path : program_, address - module.base);
  }
  return std::nullopt;
}

int AddressBook::thread_of_stack(std::uint64_t address) const {
  for (std::uint32_t t = 0; t < campaign_.thread_count; t++)
    if (address >= campaign_.threads[t].stack_low && address < campaign_.threads[t].stack_high)
      return static_cast<int>(t);
  return -1;
}

void AddressBook::name_objects() {
  std::map<std::string, int> uses, seen;
  std::map<ObjectKind, int> ordinals;
  std::vector<bool> is_numbered(campaign_.object_count);
  for (std::uint32_t id = 0; id < campaign_.object_count; id++) {
    const campaign::ObjectInfo &object = campaign_.objects[id];
    int ordinal = ++ordinals[object.kind];
    std::string name;
    if (auto global = variable(object.address)) name = global->name;
    if (name.empty()) name = expression_in(place(object.created).source, object.kind);
    is_numbered[id] = name.empty();
    if (name.empty()) name = fmt::format("{} #{}", model::name(object.kind), ordinal);
    uses[name]++;
    object_names_.push_back(std::move(name));
  }
  for (std::uint32_t id = 0; id < campaign_.object_count; id++) {
    std::string &name = object_names_[id];
    if (uses[name] > 1 && !is_numbered[id]) name += fmt::format(" #{}", ++seen[name]);
  }
}

std::string AddressBook::object_name(model::ObjectId id) {
  if (object_names_.empty()) name_objects();
  return id < object_names_.size() ? object_names_[id] : "";
}

std::string AddressBook::memory_name(std::uint64_t address, const report::Location &used) {
  if (auto global = variable(address)) return global->name;
  return expression_in(used.source, ObjectKind::memory);
}

// The latest allocation whose block holds the address; the events carry its size as the operand.
std::string AddressBook::heap_description(std::uint64_t address) {
  for (std::uint32_t i = std::min<std::uint32_t>(campaign_.event_count, campaign::kMaxEvents);
       i-- > 0;) {
    const campaign::Event &e = campaign_.events[i];
    if (e.op != model::Op::memory_allocate || address < e.address ||
        address >= e.address + e.operand)
      continue;
    return fmt::format("at offset {} of a block of {} bytes, allocated at {} by thread {}",
                       address - e.address, e.operand, report::file_and_line(place(e.stack)),
                       e.thread);
  }
  for (std::uint32_t id = 0; id < campaign_.object_count; id++) {
    const campaign::ObjectInfo &o = campaign_.objects[id];
    if (o.block == 0 || address < o.block || address >= o.block + o.block_size) continue;
    report::Location at = place(o.allocated);
    std::string where = at.is_known() ? ", allocated at " + report::file_and_line(at) : "";
    return fmt::format("at offset {} of a block of {} bytes{}", address - o.block, o.block_size,
                       where);
  }
  return "";
}

std::string AddressBook::description(std::uint64_t address, report::Location *declared) {
  if (auto global = variable(address)) {
    *declared = global->declared;
    std::string where = global->declared.is_known()
                            ? ", declared at " + report::file_and_line(global->declared)
                            : "";
    return fmt::format("global of {} byte{}{}", global->size, global->size == 1 ? "" : "s", where);
  }
  if (int thread = thread_of_stack(address); thread >= 0)
    return thread == 0 ? "on the stack of main" : fmt::format("on the stack of thread {}", thread);
  return heap_description(address);
}

}  // namespace interleave::driver
