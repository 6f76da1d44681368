// What identifies a finding, and the words for its parts.
// SPDX-License-Identifier: Apache-2.0
#include "report/finding.h"

#include <algorithm>

#include <fmt/format.h>

#include "support/fs.h"

namespace interleave::report {

const char *words(Why why) {
  switch (why) {
    case Why::none: return "none";
    case Why::finding: return "finding";
    case Why::weak_order: return "weak-order";
    case Why::blocked: return "blocked";
    case Why::preemption: return "preemption";
    case Why::choice: return "choice";
    case Why::same_object: return "same-object";
    case Why::last_before: return "last-before-switch";
    case Why::creation: return "creation";
  }
  return "none";
}

std::string fingerprint(const Finding &finding) {
  std::vector<std::string> parts;
  for (const Access &access : finding.accesses)
    parts.push_back(access.operation + " in " + access.where.function);
  std::sort(parts.begin(), parts.end());
  std::string all = model::text(finding.rule).id;
  for (const std::string &part : parts) all += "\n" + part;
  // A crash or failed assertion has no accesses: then its place and words tell one from another.
  if (parts.empty()) all += "\n" + finding.primary.function + "\n" + finding.message;
  return fmt::format("{:016x}", support::fnv(all));
}

const ThreadEntry *thread_entry(const Finding &finding, std::uint32_t id) {
  for (const ThreadEntry &thread : finding.threads)
    if (thread.id == id) return &thread;
  return nullptr;
}

const Access *primary_access(const Finding &finding) {
  for (const Access &access : finding.accesses)
    if (access.operation != "join") return &access;
  return finding.accesses.empty() ? nullptr : &finding.accesses.front();
}

std::string thread_label(const Finding &finding, std::uint32_t id) {
  if (id == model::kMainThread) return "main";
  const ThreadEntry *thread = thread_entry(finding, id);
  if (!thread || thread->name.empty()) return fmt::format("thread {}", id);
  return fmt::format("thread {} \"{}\"", id, thread->name);
}

std::string file_and_line(const Location &location, bool is_short) {
  if (!location.is_known()) return location.file.empty() ? "?" : location.file;
  std::size_t slash = is_short ? location.file.rfind('/') : std::string::npos;
  std::string file = slash == std::string::npos ? location.file : location.file.substr(slash + 1);
  return fmt::format("{}:{}", file, location.line);
}

}  // namespace interleave::report
