// Files, names and quoting; what ELF files say; how wide text is.
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

#include "driver/workspace.h"
#include "support/elf.h"
#include "support/fs.h"
#include "support/terminal.h"

namespace interleave::support {
namespace {

TEST(FileName, StaysItself_WhenItIsSafe) {
  EXPECT_EQ(file_name_for("Queue.CloseRace"), "Queue.CloseRace");
}

TEST(FileName, TellsTestsApart_WhenCharactersAreReplaced) {
  EXPECT_NE(file_name_for("Suite/0.Case"), file_name_for("Suite_0.Case"));
  EXPECT_EQ(file_name_for("Suite/0.Case").find('/'), std::string::npos);
  EXPECT_NE(file_name_for(".."), "..");
  EXPECT_LT(file_name_for(std::string(1000, 'x')).size(), 200u);
  EXPECT_FALSE(file_name_for("").empty());
}

TEST(WriteFile, ReplacesTheWholeFile_AndLeavesNoPart) {
  std::string folder = testing::TempDir() + "files_test";
  empty_folder(folder);
  ASSERT_TRUE(make_folder(folder + "/a/b").has_value());
  std::string path = folder + "/a/b/file";
  ASSERT_TRUE(write_file(path, std::string(100000, 'x')).has_value());
  ASSERT_TRUE(write_file(path, "short").has_value());
  EXPECT_EQ(read_file(path), "short");
  auto entries = std::filesystem::directory_iterator(folder + "/a/b");
  EXPECT_EQ(std::distance(begin(entries), end(entries)), 1);
  EXPECT_FALSE(write_file(folder + "/none/file", "x").has_value());
}

TEST(ShellQuote, ComesBackFromAShell_ForAnyWord) {
  for (std::string word : {"plain", "two words", "it's", "$HOME", "", "a;b", "--x=1", "ü"}) {
    std::string command = "printf %s " + shell_quote(word);
    FILE *pipe = popen(command.c_str(), "r");
    char buffer[64] = "";
    std::size_t length = fread(buffer, 1, sizeof buffer, pipe);
    pclose(pipe);
    EXPECT_EQ(std::string(buffer, length), word);
  }
  EXPECT_EQ(shell_quote("./queue_test"), "./queue_test");
}

TEST(FindProgram, SaysWhatIsWrong_WhenItCannotRun) {
  EXPECT_TRUE(find_program("sh").has_value());
  EXPECT_NE(find_program("./no_such_program").error().message.find("No such file"),
            std::string::npos);
  EXPECT_NE(find_program("/").error().message.find("is a folder"), std::string::npos);
  EXPECT_NE(find_program("/etc/passwd").error().message.find("not executable"), std::string::npos);
}

TEST(Elf, ReadsItself_WithSymbolsAndFiles) {
  auto file = ElfFile::open("/proc/self/exe");
  ASSERT_TRUE(file.has_value());
  EXPECT_TRUE(file->has_symbol_table());
  bool has_main = false;
  file->for_each_symbol(
      [&](const ElfFile::Symbol &s) { has_main |= s.name == "main" && s.is_defined; });
  EXPECT_TRUE(has_main);
  std::vector<std::string> sources = file->source_files();
  EXPECT_NE(std::find(sources.begin(), sources.end(), "files_test.cc"), sources.end());
  ASSERT_EQ(file->notes(".note.gnu.build-id").size(), 1u);
  EXPECT_EQ(file->notes(".note.gnu.build-id")[0].name, "GNU");
}

TEST(Elf, RefusesOtherFiles_AndSurvivesDamagedOnes) {
  std::string path = testing::TempDir() + "files_test.elf";
  ASSERT_TRUE(write_file(path, "#!/bin/sh\n").has_value());
  EXPECT_FALSE(ElfFile::open(path).has_value());
  std::string bytes = *read_file("/proc/self/exe");
  for (std::size_t size : {10u, 64u, 1000u, 20000u}) {
    ASSERT_TRUE(write_file(path, bytes.substr(0, size)).has_value());
    if (auto file = ElfFile::open(path)) file->for_each_symbol([](const ElfFile::Symbol &) {});
  }
  // Section headers that point anywhere.
  std::string damaged = bytes;
  for (std::size_t at = damaged.size() - std::min<std::size_t>(damaged.size(), 2000);
       at < damaged.size(); at += 3)
    damaged[at] = '\xff';
  ASSERT_TRUE(write_file(path, damaged).has_value());
  if (auto file = ElfFile::open(path)) file->source_files(), file->notes(".note.interleave");
}

TEST(Text, IsCutAndPaddedByColumns_NotBytes) {
  EXPECT_EQ(display_width("── ≤2"), 5);
  EXPECT_EQ(cut("abcdef", 4), "abc…");
  EXPECT_EQ(cut("≤≥≤≥", 3), "≤≥…");
  EXPECT_EQ(cut("abc", 3), "abc");
  EXPECT_EQ(pad("≤", 3), "≤  ");
  EXPECT_EQ(with_commas(1204), "1,204");
  EXPECT_EQ(with_commas(999), "999");
  EXPECT_EQ(with_commas(1234567), "1,234,567");
}

TEST(Scratch, GivesTwoRunsTwoFolders_AndRemovesThem) {
  driver::Program program{"./p", "/p", {}};
  std::string first_folder;
  {
    auto first = driver::Scratch::make(program, "T");
    auto second = driver::Scratch::make(program, "T");
    ASSERT_TRUE(first && second);
    first_folder = first->temp_folder(1);
    EXPECT_NE(first_folder, second->temp_folder(1));
    EXPECT_EQ(first_folder.size(), second->temp_folder(2).size());
    EXPECT_TRUE(std::filesystem::is_directory(first_folder));
  }
  EXPECT_FALSE(std::filesystem::exists(first_folder));
  auto again = driver::Scratch::make(program, "T");
  EXPECT_EQ(again->temp_folder(1), first_folder);
}

TEST(Last, NamesTheLatestSchedule_RelativeToItsFolder) {
  std::string output = testing::TempDir() + "files_test_output";
  ASSERT_TRUE(make_folder(output).has_value());
  unlink((output + "/last").c_str());
  EXPECT_FALSE(driver::last_schedule(output).has_value());
  ASSERT_TRUE(driver::point_last(output, output + "/prog/T/1.sched").has_value());
  EXPECT_EQ(driver::last_schedule(output), output + "/prog/T/1.sched");
}

}  // namespace
}  // namespace interleave::support
