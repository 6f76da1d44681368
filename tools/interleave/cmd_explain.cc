// interleave explain: what a kind of finding means, why it matters, how it is usually fixed.
// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include <cstdio>

#include <fmt/format.h>

#include "model/finding.h"
#include "options.h"
#include "report/text.h"
#include "support/glob.h"

namespace interleave::cli {

int cmd_explain(const Options &options) {
  std::vector<std::string> words = options.program_after(0);
  report::TextOptions text = text_options(options, STDOUT_FILENO);
  std::vector<std::string> ids;
  for (int i = 0; i < model::rule_count(); i++)
    ids.emplace_back(model::text(static_cast<model::Rule>(i)).id);
  if (words.empty()) {
    for (int i = 0; i < model::rule_count(); i++)
      fmt::print("  {:<18} {}\n", ids[static_cast<std::size_t>(i)],
                 model::text(static_cast<model::Rule>(i)).title);
    return 0;
  }
  model::Rule rule;
  if (!model::rule_of_id(words[0].c_str(), &rule)) {
    std::string near = support::nearest(words[0], ids);
    return complain({fmt::format("no rule is named {}{}", words[0],
                                 near.empty() ? "" : fmt::format(". Did you mean {}?", near)),
                     "interleave explain lists them", static_cast<int>(support::Exit::usage)});
  }
  const model::RuleText &r = model::text(rule);
  fmt::print("{} — {}\n\n", text.paint.bold(std::string("interleave/") + r.id), r.title);
  fmt::print("{}\n\n{}\n\n{} {}\n", report::wrap(r.what, text.width, 0),
             report::wrap(r.why, text.width, 0), text.paint.bold("What helps:"),
             report::wrap(r.fix, text.width - 12, 0));
  return 0;
}

}  // namespace interleave::cli
