// The text report.
// SPDX-License-Identifier: Apache-2.0
#include "report/text.h"

#include <algorithm>

#include <fmt/format.h>

namespace interleave::report {
namespace {

using support::cut;
using support::display_width;
using support::pad;
using support::with_commas;

std::string plural(std::uint64_t count, const std::string &noun) {
  return fmt::format("{} {}{}", with_commas(count), noun, count == 1 ? "" : "s");
}

std::string time_text(double seconds) {
  if (seconds < 99.95) return fmt::format("{:.1f}s", seconds);
  return fmt::format("{}m{:02}s", static_cast<int>(seconds) / 60, static_cast<int>(seconds) % 60);
}

std::string rule_title(const Finding &f) {
  std::string title = model::text(f.rule).title;
  return f.is_confirmed ? title : title + ", unconfirmed";
}

// Of a part that is not complete.
std::string executions_text(const Coverage &c) {
  if (c.estimated_total() <= c.executions) return plural(c.executions, "execution");
  return fmt::format("{} of ~{} (est.)", with_commas(c.executions), with_commas(c.estimated_total()));
}

std::string bounded_text(const Coverage &c) {
  std::string within = c.is_everything || c.bound == UINT32_MAX
                           ? ""
                           : fmt::format(" with ≤{}", plural(c.bound, "preemption"));
  if (c.is_complete) return fmt::format("all {}{}", plural(c.executions, "execution"), within);
  if (c.executions == 0) return "nothing explored";
  std::string text = executions_text(c);
  if (c.drained >= 0) text = fmt::format("bound {} complete, {}", c.drained, text);
  return text;
}

std::string exhaustive_text(const Coverage &c) {
  std::string text = c.is_complete ? "all " + plural(c.executions, "execution") : executions_text(c);
  if (c.cut != 0) text += fmt::format(" in which no place is come to more than {}", plural(c.bound, "time"));
  std::string besides;
  if (c.cut != 0) besides += with_commas(c.cut) + " cut";
  if (c.blocked != 0) besides += (besides.empty() ? "" : ", ") + with_commas(c.blocked) + " blocked";
  return besides.empty() ? text : fmt::format("{} (and {})", text, besides);
}

std::string verdict_word(const TestResult &test, const support::Paint &paint) {
  switch (test.verdict) {
    case Verdict::passed:
    case Verdict::sequential: return paint.green("PASS ");
    case Verdict::failed:
    case Verdict::diverged: return paint.red("FAIL ");
    case Verdict::interrupted: return paint.yellow("STOP ");
    case Verdict::untestable:
    case Verdict::internal: return paint.red("ERROR");
  }
  return "";
}

std::string failed_text(const TestResult &test) {
  const Finding &first = test.findings.front();
  std::string text = rule_title(first);
  if (first.executions) text += fmt::format(" after {}", plural(first.executions, "execution"));
  if (test.findings.size() > 1)
    text += fmt::format(" (and {})", plural(test.findings.size() - 1, "other finding"));
  return text;
}

std::string outcome_text(const TestResult &test) {
  if (test.has_finding()) return failed_text(test);
  switch (test.verdict) {
    case Verdict::sequential: return "sequential: it never reaches a scheduling point";
    case Verdict::interrupted:
      return fmt::format("interrupted after {}", plural(test.executions(), "execution"));
    case Verdict::untestable:
    case Verdict::internal: return test.failure;
    default: return coverage_text(test);
  }
}

std::string locks_text(const Access &access, bool is_full) {
  if (access.locks.empty()) return "locks: none";
  std::string text = "locks: ";
  for (std::size_t i = 0; i < access.locks.size(); i++) {
    const Lock &lock = access.locks[i];
    text += (i ? ", " : "") + lock.name;
    if (is_full && lock.taken.is_known())
      text += fmt::format(" ({})", file_and_line(lock.taken, true));
  }
  return text;
}

// Frames of libraries show as one line, in the full view only.
std::string stack_text(const std::vector<Frame> &stack, const TextOptions &options) {
  std::string text;
  const std::string indent(11, ' ');
  for (std::size_t i = 0; i < stack.size(); i++) {
    std::size_t folded = i;
    while (folded < stack.size() && stack[folded].is_folded) folded++;
    if (folded > i) {
      if (options.is_full)
        text += indent +
                options.paint.dim(fmt::format("({} of libraries)", plural(folded - i, "frame"))) +
                "\n";
      i = folded - 1;
      continue;
    }
    std::string where = stack[i].where.is_known() ? file_and_line(stack[i].where) : stack[i].module;
    text += indent +
            cut(fmt::format("{}  {}{}", where, stack[i].where.function,
                            stack[i].is_inlined ? " (inlined)" : ""),
                options.width - 11) +
            "\n";
  }
  return text;
}

std::string source_text(const Location &where, int indent, const TextOptions &options) {
  if (where.source.empty()) return "";
  return std::string(static_cast<std::size_t>(indent), ' ') +
         options.paint.cyan(cut(where.source, options.width - indent)) + "\n";
}

bool is_race_like(const Finding &f) {
  return std::any_of(f.accesses.begin(), f.accesses.end(),
                     [](const Access &a) { return a.size > 0; }) ||
         f.rule == model::Rule::mutex_misuse || f.rule == model::Rule::use_after_destroy ||
         f.rule == model::Rule::lost_wakeup;
}

// The accesses in aligned columns: operation, place, function, thread, locks.
std::string accesses_text(const Finding &f, const TextOptions &options) {
  std::string text;
  int operation = 0, place = 0, function = 0, thread = 0;
  std::vector<Access> accesses;
  for (const Access &a : f.accesses)
    if (a.operation != "join" || f.rule != model::Rule::lost_wakeup)
      accesses.push_back(a);  // a consequence only
  for (const Access &a : accesses) {
    operation = std::max(operation, display_width(a.operation));
    place = std::max(place, display_width(file_and_line(a.where, true)));
    function = std::max(function, display_width(a.where.function));
    thread = std::max(thread, display_width(thread_label(f, a.thread)));
  }
  constexpr int kLeastFunction = 8;
  int others = 2 + operation + 2 + place + 2 + 2 + thread + 2 + 11;
  function = std::min(function, std::max(kLeastFunction, options.width - others));
  for (const Access &a : accesses) {
    std::string line = "  " + options.paint.red(pad(a.operation, operation)) + "  " +
                       options.paint.bold(pad(file_and_line(a.where, true), place)) + "  " +
                       pad(cut(a.where.function, function), function);
    std::string who = pad(thread_label(f, a.thread), thread),
                locks = locks_text(a, options.is_full);
    const std::string indent(static_cast<std::size_t>(operation + 4), ' ');
    int used = operation + place + function + 6;
    if (used + 2 + thread + 2 + display_width(locks) <= options.width)
      line += "  " + who + "  " + locks;
    else if (used + 2 + thread <= options.width)
      line += "  " + thread_label(f, a.thread) + "\n" + indent +
              wrap(locks, options.width, operation + 4);
    else
      line += "\n" + indent +
              cut(thread_label(f, a.thread) + "  " + locks, options.width - operation - 4);
    text += line + "\n";
    text += source_text(a.where, operation + 4, options);
    if (options.is_full) text += stack_text(a.stack, options);
  }
  return text;
}

std::string place_text(const Finding &f, const TextOptions &options) {
  if (!f.primary.is_known() && f.primary.function.empty()) return "";
  std::string text = "  at " + options.paint.bold(file_and_line(f.primary));
  if (!f.primary.function.empty()) text += "  " + f.primary.function;
  const Access *access = primary_access(f);
  if (access) text += "  " + thread_label(f, access->thread);
  text += "\n" + source_text(f.primary, 5, options);
  if (access) {
    const auto user = std::count_if(access->stack.begin(), access->stack.end(), [](const Frame &fr) { return !fr.is_folded; });
    if (user > 1) text += stack_text(access->stack, options);
  }
  return text;
}

std::string threads_text(const Finding &f, int width) {
  std::string text = "  threads:\n";
  for (const ThreadEntry &t : f.threads) {
    std::string created =
        t.created.is_known() ? fmt::format(", created at {}", file_and_line(t.created)) : "";
    std::string role = t.role.empty() ? "" : fmt::format(" runs {}", t.role);
    text += "    " +
            wrap(fmt::format("{}{}{}; {}", thread_label(f, t.id), role, created, t.state),
                 width - 4, 6) +
            "\n";
  }
  return text;
}

// What GoogleTest prints around every test says nothing about this one.
bool is_framework_chatter(const std::string &line) {
  bool is_bracketed = line.size() > 12 && line[0] == '[' && line[11] == ']';
  return line.empty() || is_bracketed || line.starts_with("Note: Google Test") ||
         line.starts_with("Running main() from") || line.ends_with("FAILED TEST") ||
         line.ends_with("FAILED TESTS");
}

// The last lines are the most telling ones; the whole is in the output folder.
std::string output_text(const Finding &f, const TextOptions &options) {
  constexpr std::size_t kMostLines = 12;
  if (f.output.empty()) return "";
  std::vector<std::string> lines;
  for (std::size_t begin = 0; begin < f.output.size();) {
    std::size_t end = std::min(f.output.find('\n', begin), f.output.size());
    std::string line;
    for (char c : f.output.substr(begin, end - begin))
      if (static_cast<unsigned char>(c) >= ' ') line += c;
    if (options.is_full || !is_framework_chatter(line)) lines.push_back(line);
    begin = end + 1;
  }
  if (lines.empty()) return "";
  std::size_t first = options.is_full || lines.size() <= kMostLines ? 0 : lines.size() - kMostLines;
  std::string text = first ? fmt::format("  output of the program (last {} of {} lines):\n",
                                         kMostLines, lines.size())
                           : "  output of the program:\n";
  for (std::size_t i = first; i < lines.size(); i++)
    text += "  | " + cut(lines[i], options.width - 4) + "\n";
  return text;
}

std::string how_found(const Finding &f, int width) {
  if (f.executions == 0) return "";
  std::string text =
      fmt::format("found in execution {} ({}", with_commas(f.executions), f.strategy);
  if (f.strategy == "bounded") text += fmt::format(", bound {}", f.bound);
  text += ")";
  text += f.schedule.deviations == 0
              ? "; it is the default schedule"
              : fmt::format("; the schedule has {}", plural(f.schedule.preemptions, "preemption"));
  if (f.schedule.stale_reads != 0) text += " and " + plural(f.schedule.stale_reads, "stale read");
  return "  " + wrap(text, width - 2, 2) + "\n";
}

bool is_complete_by_graph(const RunResult &run) {
  return std::any_of(run.tests.begin(), run.tests.end(), [](const TestResult &test) {
    return std::any_of(test.coverage.begin(), test.coverage.end(),
                       [](const Coverage &c) { return c.is_complete && c.strategy == "exhaustive"; });
  });
}

bool has_recalled(const RunResult &run) {
  return std::any_of(run.tests.begin(), run.tests.end(), [](const TestResult &test) {
    return std::any_of(test.coverage.begin(), test.coverage.end(), [](const Coverage &c) { return c.recalled != 0; });
  });
}

// What "with ≤2 preemptions" says besides: the budgets of the other choices, or what an exhaustive search takes for granted.
std::string budget_text(const RunResult &run, const TextOptions &options) {
  if (is_complete_by_graph(run)) {
    const RunSettings &s = run.settings;
    std::string text = fmt::format("\"all executions\", one of each class of equivalent ones, have at most {}, {} and {} a thread; "
                                   "rounds of loops that change nothing are cut",
                                   plural(s.timeouts, "timeout"), plural(s.spurious_wakeups, "spurious wake-up"),
                                   plural(s.weak_cas_failures, "failing weak compare-exchange"));
    if (has_recalled(run)) text += "; those whose every step was known were not run again (--run-all runs them)";
    if (s.assumes_told_reads) text += "; it is assumed that only instrumented code reads what other threads wrote";
    return options.paint.dim(wrap(text, options.width, 0) + "\n");
  }
  bool is_claimed = std::any_of(run.tests.begin(), run.tests.end(), [](const TestResult &test) {
    return std::any_of(test.coverage.begin(), test.coverage.end(),
                       [](const Coverage &c) { return c.is_complete && !c.is_everything; });
  });
  if (!is_claimed) return "";
  const RunSettings &s = run.settings;
  std::string stale = s.stale_reads == 0 ? "" : plural(s.stale_reads, "stale read") + ", ";
  std::string text = fmt::format("\"all executions\" have at most {}{}, {} and {} each", stale,
                                 plural(s.timeouts, "early timeout"),
                                 plural(s.spurious_wakeups, "spurious wake-up"),
                                 plural(s.weak_cas_failures, "failing weak compare-exchange"));
  return options.paint.dim(wrap(text, options.width, 0) + "\n");
}

}  // namespace

std::string wrap(const std::string &text, int width, int indent) {
  std::string result, line;
  auto flush = [&] {
    if (!result.empty()) result += "\n" + std::string(static_cast<std::size_t>(indent), ' ');
    result += line;
    line.clear();
  };
  for (std::size_t begin = 0; begin <= text.size();) {
    std::size_t end = std::min(text.find_first_of(" \n", begin), text.size());
    std::string word = text.substr(begin, end - begin);
    int used = display_width(line) + (line.empty() ? 0 : 1) + (result.empty() ? 0 : indent);
    if (!line.empty() && used + display_width(word) > width) flush();
    line += (line.empty() ? "" : " ") + word;
    if (end < text.size() && text[end] == '\n') flush();
    begin = end + 1;
  }
  flush();
  return result;
}

std::string header_line(const RunResult &run, std::size_t tests) {
  std::string name = run.program.substr(run.program.rfind('/') + 1);
  const RunSettings &s = run.settings;
  std::string how = s.strategy == "random" || s.strategy == "pct"
                        ? fmt::format("strategy {}, seed {}", s.strategy, s.seed)
                    : s.strategy == "exhaustive" ? "exhaustive"
                    : s.bound == UINT32_MAX ? "no bound"
                                            : fmt::format("bound {}", s.bound);
  std::string model = s.memory_model == "sc" ? "SC" : "C++";
  return fmt::format("{}: {}, {}, {} memory model", name, plural(tests, "test"), how, model);
}

int name_width(const std::vector<std::string> &names) {
  constexpr int kLeast = 8, kMost = 28;
  int width = kLeast;
  for (const std::string &name : names) width = std::max(width, display_width(name));
  return std::min(width, kMost);
}

std::string coverage_text(const TestResult &test) {
  std::string text;
  std::uint64_t sampled = 0;
  std::string samplers;
  for (const Coverage &part : test.coverage) {
    if (part.strategy == "bounded") text = bounded_text(part);
    else if (part.strategy == "exhaustive") text = exhaustive_text(part);
    else {
      sampled += part.executions;
      samplers += (samplers.empty() ? "" : ", ") + part.strategy;
    }
  }
  if (sampled && text.empty())
    text = fmt::format("{} sampled ({})", plural(sampled, "execution"), samplers);
  else if (sampled) text += fmt::format(", {} sampled", with_commas(sampled));
  return test.is_complete() ? text : text + " — NOT exhaustive";
}

std::string verdict_line(const TestResult &test, int names, const TextOptions &options) {
  std::string time = time_text(test.seconds);
  std::string outcome = outcome_text(test);
  int room = options.width - 8 - names - 2 - 2 - std::max(5, display_width(time));
  std::string word = "  " + verdict_word(test, options.paint) + " ";
  if (display_width(test.name) <= names && display_width(outcome) <= room)
    return word + pad(test.name, names) + "  " + pad(outcome, room) + "  " +
           fmt::format("{:>5}", time) + "\n";
  room = options.width - 8 - 2 - std::max(5, display_width(time));
  std::string first =
      word + pad(cut(test.name, room), room) + "  " + fmt::format("{:>5}", time) + "\n";
  return first + "          " + wrap(outcome, options.width - 10, 10) + "\n";
}

std::string finding_text(const Finding &f, const TextOptions &options) {
  std::string head =
      fmt::format("{} — {} (interleave/{})", f.test, rule_title(f), model::text(f.rule).id);
  std::string text = options.paint.red(f.is_confirmed ? "FAIL " : "WARN ");
  std::string message = f.message.starts_with("on ") || f.message.starts_with("between ")
                            ? " " + f.message
                        : f.message.empty() ? ""
                                            : ": " + f.message;
  text += options.paint.bold(wrap(head + message, options.width - 5, 2)) + "\n";
  text += options.paint.dim(how_found(f, options.width));
  text += is_race_like(f) ? accesses_text(f, options)
          : f.rule == model::Rule::deadlock || f.rule == model::Rule::lock_order
              ? ""
              : place_text(f, options);
  if (f.rule == model::Rule::deadlock || f.rule == model::Rule::lock_order) {
    for (const std::string &line : f.explanation)
      text += "  " + wrap(line, options.width - 2, 4) + "\n";
    if (options.is_full)
      for (const Access &a : f.accesses)
        text += fmt::format("  {}:\n", thread_label(f, a.thread)) + stack_text(a.stack, options);
  }
  if (!f.object_description.empty() && !f.object.empty())
    text += "  " +
            wrap(fmt::format("{}: {}", f.object, f.object_description), options.width - 2, 4) +
            "\n";
  std::string table = trace_table(f, options);
  if (!table.empty()) text += "\n" + table;
  if (f.hidden_steps && !options.is_full && !table.empty())
    text += options.paint.dim(
        "  " +
        wrap(fmt::format("({} that {} not matter hidden; --view full)",
                         plural(f.hidden_steps, "step"), f.hidden_steps == 1 ? "does" : "do"),
             options.width - 2, 2) +
        "\n");
  text += "\n";
  if (f.rule != model::Rule::deadlock && f.rule != model::Rule::lock_order)
    for (const std::string &line : f.explanation)
      text += "  " + wrap(line, options.width - 2, 2) + "\n";
  if (options.is_full && !f.threads.empty()) text += threads_text(f, options.width);
  text += output_text(f, options);
  if (!f.replay_command.empty())
    text += "  replay:  " + options.paint.bold(f.replay_command) + "\n";
  if (!f.schedule.file.empty())
    text += options.paint.dim(fmt::format("  saved:   {}\n", f.schedule.file));
  return text + options.paint.dim(
                    fmt::format("  about:   interleave explain {}\n", model::text(f.rule).id));
}

std::string summary_of(const Finding &f) {
  std::string text = model::text(f.rule).title;
  if (f.primary.is_known()) text += " " + file_and_line(f.primary);
  if (!f.primary.function.empty()) text += " in " + f.primary.function;
  if (!f.primary.is_known() && f.primary.function.empty()) text += " in test " + f.test;
  return text;
}

std::string summary_text(const RunResult &run, const TextOptions &options) {
  std::uint64_t failed = 0, passed = 0, partial = 0, sequential = 0, other = 0;
  for (const TestResult &test : run.tests) {
    if (test.has_finding()) failed++;
    else if (test.verdict == Verdict::passed || test.verdict == Verdict::sequential) passed++;
    else other++;
    if (test.verdict == Verdict::passed && !test.is_complete()) partial++;
    if (test.verdict == Verdict::sequential && !test.has_finding()) sequential++;
  }
  std::vector<std::string> parts;
  if (failed) parts.push_back(options.paint.red(fmt::format("{} failed", failed)));
  std::vector<std::string> kinds;
  if (partial) kinds.push_back(fmt::format("{} not exhaustive", partial));
  if (sequential) kinds.push_back(fmt::format("{} sequential", sequential));
  if (passed || !failed)
    parts.push_back(fmt::format("{} passed{}", passed,
                                kinds.empty() ? "" : fmt::format(" ({})", fmt::join(kinds, ", "))));
  if (other) parts.push_back(fmt::format("{} not judged", other));
  std::string text = fmt::format("{} in {}\n", fmt::join(parts, ", "), time_text(run.seconds)) +
                     budget_text(run, options);
  for (const TestResult &test : run.tests)
    if (test.has_finding())
      return text + fmt::format("SUMMARY: interleave: {}\n", summary_of(test.findings.front()));
  return text;
}

}  // namespace interleave::report
