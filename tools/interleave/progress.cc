// Progress on stderr.
// SPDX-License-Identifier: Apache-2.0
#include "progress.h"

#include <unistd.h>

#include <cstdio>

#include <fmt/format.h>

namespace interleave::cli {
namespace {

// One figure is as much as an estimate is worth.
std::string rough_time(double seconds) {
  constexpr double kMinute = 60, kHour = 3600, kDay = 86400;
  if (seconds < kMinute) return fmt::format("{:.0f}s", seconds);
  if (seconds < kHour) return fmt::format("{:.0f}m", seconds / kMinute);
  if (seconds < kDay) return fmt::format("{:.0f}h", seconds / kHour);
  return fmt::format("{} days", support::with_commas(static_cast<std::uint64_t>(seconds / kDay)));
}

}  // namespace

std::string progress_text(const driver::Glimpse &g, double rate) {
  int seconds = static_cast<int>(g.seconds);
  std::string text = fmt::format("[{:02}:{:02}] {}  ", seconds / 60, seconds % 60, g.test);
  bool is_bounded = g.strategy == "bounded";
  if (is_bounded && g.max_bound == UINT32_MAX) text += fmt::format("bound {}  ", g.bound);
  else if (is_bounded) text += fmt::format("bound {}/{}  ", g.bound, g.max_bound);
  else text += g.strategy + "  ";
  constexpr double kLeast = 1e-6;  // a smaller part says nothing about the whole
  double total = 0, executions = static_cast<double>(g.executions);
  if (!is_bounded && g.executions > 0 && g.level_done >= kLeast) total = executions / g.level_done;
  if (total != 0)
    text += fmt::format("{} of ~{} (est.)", support::with_commas(g.executions),
                        support::with_commas(static_cast<std::uint64_t>(total)));
  else text += fmt::format("{} executions", support::with_commas(g.executions));
  if (!g.phase.empty()) return text + "  " + g.phase;
  if (rate > 0)
    text += fmt::format("  {}/s", support::with_commas(static_cast<std::uint64_t>(rate)));
  if (is_bounded && g.level_done >= 0 && g.executions > 0)
    text += fmt::format("  ~{:.0f}% of bound {}", g.level_done * 100, g.bound);
  if (total != 0 && rate > 0) text += fmt::format("  ~{} left", rough_time((total - executions) / rate));
  return text;
}

ProgressLine::ProgressLine(const Options &options) {
  bool can_rewrite = support::may_rewrite_lines(STDERR_FILENO);
  is_bar_ =
      options.progress == Progress::bar || (options.progress == Progress::automatic && can_rewrite);
  is_lines_ = options.progress == Progress::lines ||
              (options.progress == Progress::automatic && !can_rewrite);
  if (options.is_quiet && options.progress == Progress::automatic) is_bar_ = is_lines_ = false;
  width_ = support::terminal_width(STDERR_FILENO);
}

void ProgressLine::show(const driver::Glimpse &glimpse) {
  constexpr double kBarSeconds = 0.2, kLineSeconds = 30;
  if (!is_bar_ && !is_lines_) return;
  if (glimpse.test != last_test_) {
    last_test_ = glimpse.test;
    last_seconds_ = rate_ = 0;
    last_executions_ = 0;
    next_line_ = kLineSeconds;
  }
  double passed = glimpse.seconds - last_seconds_;
  if (passed < kBarSeconds && glimpse.phase.empty()) return;
  if (passed > 0 && glimpse.executions >= last_executions_) {
    double now = static_cast<double>(glimpse.executions - last_executions_) / passed;
    rate_ = rate_ == 0 ? now : 0.7 * rate_ + 0.3 * now;  // smooth enough to read
  }
  last_seconds_ = glimpse.seconds;
  last_executions_ = glimpse.executions;
  std::string text = progress_text(glimpse, rate_);
  if (is_bar_) {
    fmt::print(stderr, "\r\033[K{}", support::cut(text, width_ - 1));
    std::fflush(stderr);
    is_shown_ = true;
  } else if (glimpse.seconds >= next_line_) {
    fmt::print(stderr, "{}\n", text);
    next_line_ = glimpse.seconds + kLineSeconds;
  }
}

void ProgressLine::clear() {
  if (!is_shown_) return;
  fmt::print(stderr, "\r\033[K");
  std::fflush(stderr);
  is_shown_ = false;
}

}  // namespace interleave::cli
