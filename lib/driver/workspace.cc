// Workspace: the files of a run.
// SPDX-License-Identifier: Apache-2.0
#include "driver/workspace.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>

#include <fmt/format.h>

#include "support/exit.h"
#include "support/fs.h"

namespace interleave::driver {

using support::Exit;

support::Result<std::string> output_folder(const std::string &wanted) {
  const char *bazel = std::getenv("TEST_UNDECLARED_OUTPUTS_DIR");
  std::string path = !wanted.empty() ? wanted : bazel && *bazel ? bazel : ".interleave";
  while (path.size() > 1 && path.back() == '/') path.pop_back();
  if (auto made = support::make_folder(path); !made) return tl::make_unexpected(made.error());
  if (access(path.c_str(), W_OK | X_OK) != 0)
    return support::error(
        Exit::usage,
        fmt::format("cannot write to the output folder {}: {}", path, std::strerror(errno)),
        "choose another one with --output-dir");
  return path;
}

std::string test_folder_path(const std::string &output, const Program &program,
                             const std::string &test) {
  return fmt::format("{}/{}/{}", output, support::file_name_for(program.name()),
                     support::file_name_for(test));
}

support::Result<TestFolder> test_folder(const std::string &output, const Program &program,
                                        const std::string &test, const std::string &kept) {
  TestFolder folder{test_folder_path(output, program, test)};
  if (auto made = support::make_folder(folder.path); !made)
    return tl::make_unexpected(made.error());
  support::empty_folder(folder.path, kept);
  return folder;
}

support::Result<void> point_last(const std::string &output, const std::string &schedule_file) {
  std::string name = std::filesystem::path(schedule_file).lexically_relative(output);
  return support::write_file(output + "/last", name + "\n");
}

support::Result<std::string> last_schedule(const std::string &output) {
  std::string path = output.empty() ? ".interleave" : output;
  auto name = support::read_file(path + "/last");
  if (!name)
    return support::error(
        Exit::usage, fmt::format("there is no failure to replay in {}", path),
        "give the schedule that `interleave run` printed, or its .sched file, or --output-dir");
  while (!name->empty() && name->back() == '\n') name->pop_back();
  return path + "/" + *name;
}

// A name others could have taken: only a folder that is ours, and that nobody else holds, is used.
support::Result<Scratch> Scratch::make(const Program &program, const std::string &test) {
  constexpr int kTries = 1000;
  const char *base = std::getenv("TMPDIR");
  std::error_code ignored;
  std::string here = std::filesystem::current_path(ignored);
  std::uint64_t hash = support::fnv(here + "\n" + program.path + "\n" + test);
  for (int i = 0; i < kTries; i++) {
    std::string path = fmt::format("{}/interleave-{:08x}-{:03}", base && *base ? base : "/tmp",
                                   static_cast<std::uint32_t>(hash), i);
    if (mkdir(path.c_str(), 0700) != 0 && errno != EEXIST)
      return support::error(
          Exit::usage, fmt::format("cannot make the folder {}: {}", path, std::strerror(errno)),
          "set TMPDIR to a writable folder");
    int lock = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    struct stat st{};
    bool is_ours =
        lock >= 0 && fstat(lock, &st) == 0 && st.st_uid == getuid() && (st.st_mode & 0777) == 0700;
    // The folder that was locked may have been removed by its last user meanwhile; then the name is
    // free again.
    struct stat named{};
    if (is_ours && flock(lock, LOCK_EX | LOCK_NB) == 0 && stat(path.c_str(), &named) == 0 &&
        named.st_ino == st.st_ino) {
      support::empty_folder(path);
      return Scratch(path, lock);
    }
    if (lock >= 0) close(lock);
  }
  return support::error(Exit::usage, "no free name for a temporary folder",
                        "remove old folders named interleave-* from TMPDIR");
}

Scratch::Scratch(Scratch &&other) noexcept
    : path_(std::move(other.path_)), lock_(std::exchange(other.lock_, -1)) {}

Scratch::~Scratch() {
  if (lock_ < 0) return;
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
  close(lock_);
}

std::string Scratch::output_file(int session) const {
  return fmt::format("{}/{}.output", path_, session);
}

std::string Scratch::temp_folder(int session) const {
  std::string path = fmt::format("{}/tmp{:03}", path_, session);
  std::error_code ignored;
  std::filesystem::remove_all(path, ignored);
  mkdir(path.c_str(), 0700);
  return path;
}

}  // namespace interleave::driver
