// The letters of the kinds of choice.
// SPDX-License-Identifier: Apache-2.0
#include "model/choice.h"

namespace interleave::model {
namespace {

constexpr char kLetters[kChoiceKinds + 1] = ">rmwtsfcb";

}  // namespace

char letter(ChoiceKind kind) { return kLetters[static_cast<unsigned>(kind)]; }

bool kind_of_letter(char c, ChoiceKind *kind) {
  for (int i = 0; i < kChoiceKinds; i++) {
    if (kLetters[i] != c) continue;
    *kind = static_cast<ChoiceKind>(i);
    return true;
  }
  return false;
}

}  // namespace interleave::model
