// The texts of the rules.
// SPDX-License-Identifier: Apache-2.0
#include "model/finding.h"

#include <cstring>

namespace interleave::model {
namespace {

constexpr RuleText kTexts[] = {
#define RULE(name, id, title, what, why, fix) {id, title, what, why, fix},
#include "model/rules.def"
#undef RULE
};

}  // namespace

const RuleText &text(Rule rule) { return kTexts[static_cast<unsigned>(rule)]; }

int rule_count() { return sizeof kTexts / sizeof *kTexts; }

bool rule_of_id(const char *id, Rule *rule) {
  if (std::strncmp(id, "interleave/", 11) == 0) id += 11;
  for (int i = 0; i < rule_count(); i++) {
    if (std::strcmp(id, kTexts[i].id) != 0) continue;
    *rule = static_cast<Rule>(i);
    return true;
  }
  return false;
}

}  // namespace interleave::model
