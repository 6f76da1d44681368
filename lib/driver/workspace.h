// Workspace: the files of a run: the output folder, where users look, and a scratch folder, which
// goes away. SPDX-License-Identifier: Apache-2.0
//
//   .interleave/                          the output folder (--output-dir, or
//   TEST_UNDECLARED_OUTPUTS_DIR)
//     last                                name of the latest failure's .sched file: `interleave
//     replay` without argument queue_test/Queue.CloseRace/         one folder for each program and
//     test: parallel runs of other tests do not meet
//       result.json                       rewritten whenever something was found, always whole
//       1.sched  1.output  1.txt          of each finding: its schedule with the command; the
//       program's output; the report
//
// The scratch folder has a name that depends only on the working directory, program and test, so
// that a program which hashes the path of its temporary folder still does the same in each run; a
// lock keeps two runs out of one.
#pragma once

#include <string>

#include "driver/program.h"
#include "support/error.h"

namespace interleave::driver {

// One test's folder.
struct TestFolder {
  std::string path;
  std::string file(const std::string &name) const { return path + "/" + name; }
};

// output_folder() makes the output folder of a run.
support::Result<std::string> output_folder(const std::string &wanted);

// test_folder() makes, and empties, the folder of a test's results; a file of the name `kept` stays.
support::Result<TestFolder> test_folder(const std::string &output, const Program &program,
                                        const std::string &test, const std::string &kept = "");
std::string test_folder_path(const std::string &output, const Program &program,
                             const std::string &test);

// point_last() makes a .sched file what `interleave replay` replays without an argument;
// last_schedule() reads that name.
support::Result<void> point_last(const std::string &output, const std::string &schedule_file);
support::Result<std::string> last_schedule(const std::string &output);

class Scratch {
 public:
  static support::Result<Scratch> make(const Program &program, const std::string &test);
  Scratch(Scratch &&other) noexcept;
  Scratch &operator=(Scratch &&) = delete;
  ~Scratch();  // removes it

  std::string output_file(int session) const;
  // temp_folder() makes an empty folder for a session's TMPDIR; names of all sessions have one
  // length.
  std::string temp_folder(int session) const;

 private:
  Scratch(std::string path, int lock) : path_(std::move(path)), lock_(lock) {}
  std::string path_;
  int lock_;
};

}  // namespace interleave::driver
