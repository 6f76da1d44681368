// Columns: laying out the trace.
// SPDX-License-Identifier: Apache-2.0
#include "report/columns.h"

#include <algorithm>

#include <fmt/format.h>

namespace interleave::report {
namespace {

using support::cut;
using support::display_width;
using support::pad;

constexpr int kMostColumns = 3, kLeastWidth = 18, kLeastCell = 14, kMostHeading = 24;
constexpr const char *kPreempted = "── preempted ──";

// One line of the table, before it is laid out.
struct Row {
  std::uint32_t step;
  std::uint32_t thread;
  std::string text;
  std::string place;       // ":48" or "other.h:48"
  bool is_marker = false;  // a preemption
  bool is_finding = false;
  bool is_blocked = false;
  int width() const { return display_width(text) + (place.empty() ? 0 : 1 + display_width(place)); }
};

// The file most steps are in is not repeated in each row; its name stands above the table.
std::string usual_file(const Finding &finding) {
  if (!finding.primary.file.empty()) return finding.primary.file;
  for (const TraceStep &step : finding.steps)
    if (step.why != Why::none && !step.where.file.empty()) return step.where.file;
  return "";
}

std::string place_of(const Location &where, const std::string &usual) {
  if (!where.is_known()) return "";
  return where.file == usual ? fmt::format(":{}", where.line) : file_and_line(where, true);
}

std::vector<Row> rows_of(const Finding &finding, bool is_full) {
  std::vector<Row> rows;
  std::string usual = usual_file(finding);
  for (std::size_t i = 0; i < finding.steps.size(); i++) {
    const TraceStep &step = finding.steps[i];
    if (step.why == Why::none && !is_full) continue;
    if (step.is_preemption && i > 0 && step.schedule_step > 0)
      rows.push_back({step.schedule_step - 1, finding.steps[i - 1].thread, kPreempted, "", true,
                      false, false});
    std::string text = step.note.empty() ? step.text : fmt::format("{} ({})", step.text, step.note);
    rows.push_back({step.schedule_step, step.thread, std::move(text), place_of(step.where, usual),
                    false, step.why == Why::finding, step.why == Why::blocked});
  }
  return rows;
}

std::vector<std::uint32_t> threads_of(const std::vector<Row> &rows) {
  std::vector<std::uint32_t> threads;
  for (const Row &row : rows)
    if (std::find(threads.begin(), threads.end(), row.thread) == threads.end())
      threads.push_back(row.thread);
  std::sort(threads.begin(), threads.end());
  return threads;
}

// "main", "closer", "thread 2": what stands above a column.
std::string heading(const Finding &finding, std::uint32_t thread) {
  const ThreadEntry *entry = thread_entry(finding, thread);
  if (thread == model::kMainThread) return "main";
  if (entry && !entry->name.empty()) return fmt::format("{} {}", thread, entry->name);
  if (entry && !entry->role.empty()) return fmt::format("thread {}: {}", thread, entry->role);
  return fmt::format("thread {}", thread);
}

// "load buffers.head_ → 0" is "load head_ → 0" where there is not enough room.
std::string without_prefixes(std::string text, int room) {
  while (display_width(text) > room) {
    std::size_t dot = text.find('.');
    std::size_t arrow = text.find("->");
    std::size_t at = std::min(dot, arrow);
    if (at == std::string::npos || at + 2 >= text.size()) return text;
    std::size_t end = at + (at == dot ? 1 : 2);
    std::size_t begin = text.rfind(' ', at);
    begin = begin == std::string::npos ? 0 : begin + 1;
    text.erase(begin, end - begin);
  }
  return text;
}

std::string painted(const Row &row, const std::string &text, const support::Paint &paint) {
  if (row.is_marker) return paint.yellow(text);
  if (row.is_finding || row.is_blocked) return paint.red(text);
  return text;
}

constexpr int kMarkWidth = 2;  // " ◀"

// Text at the left, place at the right, behind it the mark or, in a column with marks, room for
// one.
std::string cell(const Row &row, int width, bool has_marks, const support::Paint &paint) {
  std::string mark = row.is_finding ? " ◀" : has_marks ? "  " : "";
  int place = display_width(row.place);
  if (place > width / 2) place = 0;
  int room = width - display_width(mark) - (place ? place + 1 : 0);
  std::string text = cut(without_prefixes(row.text, room), room);
  std::string line = painted(row, text, paint) + pad("", room - display_width(text));
  if (place) line += " " + paint.dim(row.place);
  return line + (row.is_finding ? painted(row, mark, paint) : mark);
}

// Whether a row of the thread (any thread: kNoThread) is marked.
bool has_mark(const std::vector<Row> &rows, std::uint32_t thread) {
  return std::any_of(rows.begin(), rows.end(), [&](const Row &r) {
    return r.is_finding && (thread == model::kNoThread || r.thread == thread);
  });
}

std::string without_trailing_blanks(std::string line) {
  while (!line.empty() && line.back() == ' ') line.pop_back();
  return line + "\n";
}

std::vector<int> widths_for(const Finding &finding, const std::vector<Row> &rows,
                            const std::vector<std::uint32_t> &threads, int room) {
  std::vector<int> widths;
  for (std::uint32_t thread : threads) {
    int widest =
        std::max(kLeastCell, std::min(kMostHeading, display_width(heading(finding, thread))));
    int mark = has_mark(rows, thread) ? kMarkWidth : 0;
    for (const Row &row : rows)
      if (row.thread == thread) widest = std::max(widest, row.width() + mark);
    widths.push_back(widest);
  }
  auto sum = [&] {
    int total = 0;
    for (int w : widths) total += w;
    return total;
  };
  while (sum() > room)
    (*std::max_element(widths.begin(), widths.end()))--;  // the widest gives first
  return widths;
}

std::string table_of_columns(const Finding &finding, const std::vector<Row> &rows,
                             const std::vector<std::uint32_t> &threads,
                             const TextOptions &options) {
  constexpr int kStep = 7, kGap = 2;  // "   step", then two blanks before each column
  int count = static_cast<int>(threads.size());
  std::vector<int> widths =
      widths_for(finding, rows, threads, options.width - kStep - kGap * count);
  std::string head = "   step", rule = "   ----";
  for (std::size_t i = 0; i < threads.size(); i++) {
    head += "  " + pad(cut(heading(finding, threads[i]), widths[i]), widths[i]);
    rule += "  ";
    for (int w = 0; w < widths[i]; w++) rule += "-";
  }
  std::string text = options.paint.bold(without_trailing_blanks(head)) +
                     options.paint.dim(without_trailing_blanks(rule));
  std::vector<bool> marks;
  for (std::uint32_t thread : threads) marks.push_back(has_mark(rows, thread));
  for (const Row &row : rows) {
    std::string line = fmt::format("{:>7}", row.step);
    for (std::size_t i = 0; i < threads.size(); i++) {
      line += "  ";
      if (threads[i] == row.thread) {
        line += cell(row, widths[i], marks[i], options.paint);
        break;
      }
      line += pad("", widths[i]);
    }
    text += without_trailing_blanks(line);
  }
  return text;
}

std::string table_in_one_column(const Finding &finding, const std::vector<Row> &rows,
                                const std::vector<std::uint32_t> &threads,
                                const TextOptions &options) {
  constexpr int kMostName = 20;
  int name_width = 6;
  for (std::uint32_t thread : threads)
    name_width = std::max(name_width, std::min(kMostName, display_width(heading(finding, thread))));
  int room = options.width - 7 - 2 - name_width - 2;
  int widest = 0;
  bool has_marks = has_mark(rows, model::kNoThread);
  for (const Row &row : rows) widest = std::max(widest, row.width() + (has_marks ? kMarkWidth : 0));
  room = std::max(kLeastCell, std::min(room, widest));
  std::string text = options.paint.bold("   step  " + pad("thread", name_width) + "  operation\n");
  text += options.paint.dim("   ----  " + std::string(static_cast<std::size_t>(name_width), '-') +
                            "  " + std::string(static_cast<std::size_t>(room), '-') + "\n");
  for (const Row &row : rows)
    text += without_trailing_blanks(fmt::format(
        "{:>7}  {}  {}", row.step, pad(cut(heading(finding, row.thread), name_width), name_width),
        cell(row, room, has_marks, options.paint)));
  return text;
}

}  // namespace

std::string trace_table(const Finding &finding, const TextOptions &options) {
  std::vector<Row> rows = rows_of(finding, options.is_full);
  if (rows.empty()) return "";
  std::vector<std::uint32_t> threads = threads_of(rows);
  int columns = static_cast<int>(threads.size());
  bool fits = columns <= kMostColumns && (options.width - 8) / columns - 2 >= kLeastWidth;
  return fits ? table_of_columns(finding, rows, threads, options)
              : table_in_one_column(finding, rows, threads, options);
}

}  // namespace interleave::report
