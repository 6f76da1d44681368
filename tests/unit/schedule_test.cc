// Schedule text: what it looks like, that it survives a round trip, and what bad text is told.
// SPDX-License-Identifier: Apache-2.0
#include "model/schedule.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace interleave::model {
namespace {

Schedule random_schedule(std::mt19937_64 &random, std::size_t most) {
  Schedule out;
  out.fingerprint = static_cast<std::uint32_t>(random() & 0xffff);
  out.is_sc = random() % 4 == 0;
  out.is_by_graph = random() % 4 == 0;
  out.fails_weakly = out.is_by_graph && random() % 2 == 0;
  Step step = static_cast<Step>(random() % 3);
  for (std::size_t n = random() % (most + 1); n > 0; n--) {
    const auto kind = static_cast<ChoiceKind>(random() % kChoiceKinds);
    std::uint32_t value = static_cast<std::uint32_t>(random() % 256);
    if (kind == ChoiceKind::user && random() % 2) value = static_cast<std::uint32_t>(random());
    if (kind == ChoiceKind::timeout || kind == ChoiceKind::spurious ||
        kind == ChoiceKind::weak_fail || kind == ChoiceKind::blocks) {
      value = 1;
    }
    out.deviations.push_back({step, kind, value});
    step += 1 + static_cast<Step>(random() % 3 == 0 ? random() % 100000 : random() % 10);
  }
  return out;
}

std::string message(std::string_view text) {
  const auto parsed = parse_schedule(text);
  return parsed ? "parsed" : parsed.error().message;
}

TEST(Letter, IsItsKindsOwn_ForEveryKind) {
  std::string letters;
  for (int i = 0; i < kChoiceKinds; i++) {
    const auto kind = static_cast<ChoiceKind>(i);
    letters += letter(kind);
    ChoiceKind back{};
    EXPECT_TRUE(kind_of_letter(letter(kind), &back));
    EXPECT_EQ(back, kind);
  }
  EXPECT_EQ(letters, ">rmwtsfcb");
  ChoiceKind kind{};
  EXPECT_FALSE(kind_of_letter('x', &kind));
  EXPECT_FALSE(kind_of_letter('\0', &kind));
}

TEST(Schedule, HasTheDocumentedText_ForEveryKind) {
  const Schedule schedule = {0x7c1e,
                             {{14, ChoiceKind::thread, 2},
                              {17, ChoiceKind::store, 3},
                              {18, ChoiceKind::position, 1},
                              {22, ChoiceKind::waiter, 3},
                              {30, ChoiceKind::timeout, 1},
                              {40, ChoiceKind::spurious, 1},
                              {41, ChoiceKind::weak_fail, 1},
                              {43, ChoiceKind::user, 2}}};
  const std::string text = "il1:7c1e:14>2,17r3,18m1,22w3,30t,40s,41f,43c2";
  EXPECT_EQ(to_text(schedule), text);
  const auto parsed = parse_schedule(text);
  ASSERT_TRUE(parsed) << parsed.error().message;
  EXPECT_EQ(*parsed, schedule);
}

TEST(Schedule, IsTheDefault_WhenNothingFollowsTheSecondColon) {
  EXPECT_EQ(to_text({0x2bd, {}}), "il1:02bd:");
  const auto parsed = parse_schedule("il1:02bd:");
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->fingerprint, 0x2bdu);
  EXPECT_TRUE(parsed->deviations.empty());
}

TEST(Schedule, NamesTheMemoryModel_WhenItIsNotTheDefault) {
  const Schedule schedule = {0x7c1e, {{14, ChoiceKind::thread, 2}}, true};
  EXPECT_EQ(to_text(schedule), "il1:sc:7c1e:14>2");
  const auto parsed = parse_schedule("il1:sc:7c1e:14>2");
  ASSERT_TRUE(parsed) << parsed.error().message;
  EXPECT_EQ(*parsed, schedule);
  EXPECT_FALSE(parse_schedule("il1:7c1e:14>2")->is_sc);
  EXPECT_EQ(message("il1:tso:7c1e:"), "malformed schedule, column 5: expected four hex digits of "
                                      "the fingerprint, found 't'");
  const ScheduleFile file = {{}, schedule};
  EXPECT_EQ(parse_schedule_file(to_file_text(file))->schedule, schedule);
}

TEST(Schedule, SaysThatChoicesWereCountedByGraph) {
  for (bool is_sc : {false, true}) {
    Schedule schedule;
    schedule.fingerprint = 0x7c1e;
    schedule.deviations = {{14, ChoiceKind::thread, 2}};
    schedule.is_sc = is_sc;
    schedule.is_by_graph = true;
    const std::string text = to_text(schedule);
    EXPECT_EQ(text, is_sc ? "il1:sc:x:7c1e:14>2" : "il1:x:7c1e:14>2");
    const auto parsed = parse_schedule(text);
    ASSERT_TRUE(parsed) << parsed.error().message;
    EXPECT_EQ(*parsed, schedule);
  }
}

TEST(Schedule, AcceptsWhatHandsMake_WhenPastedOrEdited) {
  const auto parsed = parse_schedule("  il1:7C1E:014>02,31>1\r\n");
  ASSERT_TRUE(parsed) << parsed.error().message;
  EXPECT_EQ(to_text(*parsed), "il1:7c1e:14>2,31>1");
}

TEST(Schedule, SurvivesARoundTrip_WhenRandom) {
  std::mt19937_64 random(1);
  for (int i = 0; i < 20000; i++) {
    const Schedule schedule = random_schedule(random, 12);
    const std::string text = to_text(schedule);
    const auto parsed = parse_schedule(text);
    ASSERT_TRUE(parsed) << text << ": " << parsed.error().message;
    ASSERT_EQ(*parsed, schedule) << text;
    ASSERT_EQ(to_text(*parsed), text);
  }
}

TEST(Schedule, NamesThePlaceAndTheRemedy_WhenMalformed) {
  const std::string at = "malformed schedule, column ";
  EXPECT_EQ(message(""), at + "1: a schedule begins with 'il1:'");
  EXPECT_EQ(message("7c1e:14>2"), at + "1: a schedule begins with 'il1:'");
  EXPECT_EQ(message("il"), at + "3: expected the version, found the end");
  EXPECT_EQ(message("il2:7c1e:"),
            at + "4: the schedule is of version 2, this interleave reads version 1");
  EXPECT_EQ(message("il1"), at + "4: expected ':', found the end");
  EXPECT_EQ(message("il1:7cg"), at + "7: expected four hex digits of the fingerprint, found 'g'");
  EXPECT_EQ(message("il1:7c1e5:"), at + "9: expected ':', found '5'");
  EXPECT_EQ(message("il1:7c1e:x"), at + "10: expected a step, found 'x'");
  EXPECT_EQ(message("il1:7c1e:14"), at + "12: expected a kind, found the end");
  EXPECT_EQ(message("il1:7c1e:14~w3"), at + "12: expected a kind, found '~'");
  EXPECT_EQ(message("il1:7c1e:14>"), at + "13: expected a thread's number, found the end");
  EXPECT_EQ(message("il1:7c1e:14>256"), at + "13: there is no thread 256 for '>'");
  EXPECT_EQ(message("il1:7c1e:14c\xff"), at + "13: expected a value, found byte 255");
  EXPECT_EQ(message("il1:7c1e:14t1"), at + "13: 't' takes no value");
  EXPECT_EQ(message("il1:7c1e:14>2,"), at + "15: a deviation is missing after the last comma");
  EXPECT_EQ(message("il1:7c1e:14>2;31>1"), at + "14: expected a comma or the end, found ';'");
  EXPECT_EQ(message("il1:7c1e:14>2,14>1"), at + "15: step 14 does not come after step 14");
  EXPECT_EQ(message("il1:7c1e:31>2,14>1"), at + "15: step 14 does not come after step 31");
  EXPECT_EQ(message("il1:7c1e:4294967296>1"), at + "10: a step is too large");
  EXPECT_EQ(message("il1:7c1e:99999999999999999999999>1"), at + "10: a step is too large");
  EXPECT_EQ(message("il1:7c1e:4294967295>1"), "parsed");
  EXPECT_EQ(message(" il1:7c1e: 14>2"), at + "11: expected a step, found ' '");
  const auto parsed = parse_schedule("il1:7c1e:14x2");
  ASSERT_FALSE(parsed);
  EXPECT_EQ(parsed.error().exit_status, 2);
  EXPECT_NE(parsed.error().hint.find("> thread"), std::string::npos);
}

// Inserts, deletes, replaces, doubles.
void mutate(std::mt19937_64 &random, std::string *text) {
  static constexpr std::string_view kLikely = "0123456789>rmwtsfcb,:il#\n\r \\-\xff";
  const std::size_t at = random() % (text->size() + 1);
  const char c = random() % 4 ? kLikely[random() % kLikely.size()] : static_cast<char>(random());
  switch (random() % 4) {
    case 0: text->insert(at, 1, c); break;
    case 1: if (at < text->size()) text->erase(at, 1 + random() % 3); break;
    case 2: if (at < text->size()) (*text)[at] = c; break;
    case 3: text->insert(at, text->substr(random() % (text->size() + 1), random() % 8)); break;
  }
}

// Whatever parses is a schedule that prints and parses again; whatever does not has an explanation.
TEST(Schedule, IsSoundOrExplained_WhenTextIsMutated) {
  std::mt19937_64 random(2);
  int parsed_count = 0;
  for (int i = 0; i < 100000; i++) {
    std::string text = to_text(random_schedule(random, 4));
    for (auto n = random() % 4; n > 0; n--) mutate(random, &text);
    const auto parsed = parse_schedule(text);
    if (!parsed) {
      ASSERT_FALSE(parsed.error().message.empty());
      ASSERT_FALSE(parsed.error().hint.empty());
      continue;
    }
    parsed_count++;
    ASSERT_TRUE(std::is_sorted(parsed->deviations.begin(), parsed->deviations.end(),
                               [](const auto &a, const auto &b) { return a.step <= b.step; }) ||
                parsed->deviations.size() < 2);
    const auto again = parse_schedule(to_text(*parsed));
    ASSERT_TRUE(again) << text;
    ASSERT_EQ(*again, *parsed) << text;
  }
  EXPECT_GT(parsed_count, 10000);
}

TEST(ScheduleFile, HasOneDeviationALine_AfterItsSettings) {
  const ScheduleFile file = {{{"command", "./queue_test -x"}, {"memory-model", "sc"}},
                             {0x7c1e, {{14, ChoiceKind::thread, 2}, {30, ChoiceKind::timeout, 1}}}};
  EXPECT_EQ(to_file_text(file),
            "# Schedule of interleave; replay it with: interleave replay <this file>\n"
            "# command: ./queue_test -x\n"
            "# memory-model: sc\n"
            "il1:7c1e:\n"
            "14>2\n"
            "30t\n");
  EXPECT_EQ(*file.value("memory-model"), "sc");
  EXPECT_EQ(file.value("test"), nullptr);
}

TEST(ScheduleFile, SurvivesARoundTrip_WhenRandom) {
  std::mt19937_64 random(3);
  static constexpr std::string_view kCharacters = "ab :#\\\n\r\t'\"\xc3\xa9n";
  for (int i = 0; i < 5000; i++) {
    ScheduleFile file;
    file.schedule = random_schedule(random, 40);
    for (auto n = random() % 4; n > 0; n--) {
      std::string value;
      for (auto m = random() % 12; m > 0; m--) value += kCharacters[random() % kCharacters.size()];
      file.settings.emplace_back("key-" + std::to_string(n), value);
    }
    const std::string text = to_file_text(file);
    const auto parsed = parse_schedule_file(text);
    ASSERT_TRUE(parsed) << text << parsed.error().message;
    ASSERT_EQ(parsed->schedule, file.schedule) << text;
    ASSERT_EQ(parsed->settings, file.settings) << text;
  }
}

TEST(ScheduleFile, AcceptsOneLineTextAndForeignLineEnds) {
  const auto one_line = parse_schedule_file("il1:7c1e:14>2,31>1");
  ASSERT_TRUE(one_line) << one_line.error().message;
  EXPECT_EQ(to_text(one_line->schedule), "il1:7c1e:14>2,31>1");
  const auto crlf = parse_schedule_file(
      "# command: ./a b\r\n#just a remark\r\n\r\nil1:7c1e:14>2,\r\n  31>1, 32>2\r\n");
  EXPECT_FALSE(crlf);   // a blank after a comma is not a schedule
  const auto lines = parse_schedule_file(
      "# command: ./a b\r\n#just a remark\r\n\r\nil1:7c1e:14>2,\r\n  31>1,32>2\r\n# late: yes\r\n");
  ASSERT_TRUE(lines) << lines.error().message;
  EXPECT_EQ(to_text(lines->schedule), "il1:7c1e:14>2,31>1,32>2");
  EXPECT_EQ(*lines->value("command"), "./a b");
  EXPECT_EQ(*lines->value("late"), "yes");
}

TEST(ScheduleFile, NamesTheLine_WhenMalformed) {
  const auto error = [](std::string_view text) {
    const auto parsed = parse_schedule_file(text);
    return parsed ? "parsed" : parsed.error().message;
  };
  EXPECT_EQ(error(""), "malformed schedule: no line begins with 'il1:'");
  EXPECT_EQ(error("# command: ./a\n"), "malformed schedule: no line begins with 'il1:'");
  EXPECT_EQ(error("# command: ./a\n14>2\n"),
            "malformed schedule, line 2, column 1: a schedule begins with 'il1:'");
  EXPECT_EQ(error("il1:7c1e:\n14>2\n\n 9>1\n"),
            "malformed schedule, line 4, column 2: step 9 does not come after step 14");
}

TEST(ScheduleFile, IsSoundOrExplained_WhenTextIsMutated) {
  std::mt19937_64 random(4);
  for (int i = 0; i < 30000; i++) {
    std::string text =
        to_file_text({{{"command", "./a\n\\b"}, {"test", "T"}}, random_schedule(random, 4)});
    for (auto n = 1 + random() % 5; n > 0; n--) mutate(random, &text);
    const auto parsed = parse_schedule_file(text);
    if (!parsed) {
      ASSERT_FALSE(parsed.error().message.empty());
      continue;
    }
    const auto again = parse_schedule_file(to_file_text(*parsed));
    ASSERT_TRUE(again) << text;
    ASSERT_EQ(again->schedule, parsed->schedule);
    ASSERT_EQ(again->settings, parsed->settings);
  }
}

TEST(FromChoices, KeepsWhatDiffersFromTheDefault_WithItsPlace) {
  const std::vector<Choice> choices = {
      {ChoiceKind::thread, true, 2, 0, 0, 0, 5}, {ChoiceKind::thread, true, 3, 2, 1, 7, 6},
      {ChoiceKind::waiter, false, 2, 1, 2, 4, 9}, {ChoiceKind::thread, false, 2, 1, 2, 3, 10}};
  const std::vector<Deviation> deviations = from_choices(choices);
  ASSERT_EQ(deviations.size(), 3u);
  EXPECT_EQ(deviations[0], (Deviation{1, ChoiceKind::thread, 7}));
  EXPECT_EQ(deviations[0].current, 1);
  EXPECT_EQ(deviations[0].ordinal, 6u);
  EXPECT_EQ(deviations[1], (Deviation{2, ChoiceKind::waiter, 4}));
  EXPECT_EQ(deviations[2], (Deviation{3, ChoiceKind::thread, 3}));
  EXPECT_EQ(preemptions(choices), 1u);
}

}  // namespace
}  // namespace interleave::model
