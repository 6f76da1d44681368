// Globs, filters and suggestions.
// SPDX-License-Identifier: Apache-2.0
#include "support/glob.h"

#include <gtest/gtest.h>

#include <random>
#include <vector>

namespace interleave::support {
namespace {

// The definition, by recursion.
bool matches_slowly(std::string_view p, std::string_view t) {
  if (p.empty()) return t.empty();
  if (p[0] == '*')
    return matches_slowly(p.substr(1), t) || (!t.empty() && matches_slowly(p, t.substr(1)));
  return !t.empty() && (p[0] == '?' || p[0] == t[0]) && matches_slowly(p.substr(1), t.substr(1));
}

TEST(Glob, AgreesWithItsDefinition_OnRandomWords) {
  std::mt19937 random(1);
  auto word = [&](const char *letters, unsigned count) {
    std::string text(random() % 7, ' ');
    for (char &c : text) c = letters[random() % count];
    return text;
  };
  for (int i = 0; i < 20000; i++) {
    std::string pattern = word("ab*?", 4), text = word("ab", 2);
    ASSERT_EQ(matches_glob(pattern, text), matches_slowly(pattern, text))
        << pattern << " on " << text;
  }
}

TEST(Filter, FollowsGoogleTest_WithAlternativesAndExclusions) {
  EXPECT_TRUE(matches_filter("Queue.*:Stack.*", "Stack.Pop"));
  EXPECT_FALSE(matches_filter("Queue.*:Stack.*", "List.Pop"));
  EXPECT_TRUE(matches_filter("queue_test.cc:7", "queue_test.cc:7"));      // an explore() body without a name
  EXPECT_FALSE(matches_filter("Queue.*-*.Slow", "Queue.Slow"));
  EXPECT_TRUE(matches_filter("-*.Slow", "Queue.Fast"));
}

// Without the table: try every first step.
int distance_slowly(std::string_view a, std::string_view b) {
  if (a.empty() || b.empty()) return static_cast<int>(a.size() + b.size());
  int best = distance_slowly(a.substr(1), b.substr(1)) + (a[0] != b[0]);
  best = std::min(best, distance_slowly(a.substr(1), b) + 1);
  best = std::min(best, distance_slowly(a, b.substr(1)) + 1);
  if (a.size() > 1 && b.size() > 1 && a[0] == b[1] && a[1] == b[0])
    best = std::min(best, distance_slowly(a.substr(2), b.substr(2)) + 1);
  return best;
}

TEST(EditDistance, AgreesWithItsDefinition_OnRandomWords) {
  std::mt19937 random(2);
  for (int i = 0; i < 500; i++) {
    std::string a(random() % 6, 'a'), b(random() % 6, 'a');
    for (char &c : a) c = static_cast<char>('a' + random() % 3);
    for (char &c : b) c = static_cast<char>('a' + random() % 3);
    ASSERT_EQ(edit_distance(a, b), distance_slowly(a, b)) << a << " and " << b;
  }
}

TEST(Nearest, FindsTheMisspeltWord_AndNothingForAnother) {
  std::vector<std::string> flags{"bound", "seed", "max-time", "keep-going"};
  EXPECT_EQ(nearest("preemption-boud", flags), "bound");
  EXPECT_EQ(nearest("max-tiem", flags), "max-time");
  EXPECT_EQ(nearest("keepgoing", flags), "keep-going");
  EXPECT_EQ(nearest("verbose", flags), "");
  std::vector<std::string> commands{"run", "replay"};
  EXPECT_EQ(nearest("rnu", commands), "run");
}

}  // namespace
}  // namespace interleave::support
