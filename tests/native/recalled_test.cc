// Bodies of which most executions are recalled, of some kinds that once were not.
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "recalled.h"

namespace native {
namespace {

TEST(Recalled, MostExecutions_AndNoOthersThanWhenAllRun) {
  for (const Recallable &r : recallable()) {
    SCOPED_TRACE(r.name);
    const Count all = count(r, true), some = count(r, false);
    EXPECT_TRUE(all.is_clean && some.is_clean);
    EXPECT_EQ(all.executions, r.executions);
    EXPECT_EQ(some.executions, r.executions);
    EXPECT_EQ(all.recalled, 0u);
    EXPECT_GT(some.recalled, r.executions / 2);
  }
}

}  // namespace
}  // namespace native
