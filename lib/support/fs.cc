// Files and folders of the driver.
// SPDX-License-Identifier: Apache-2.0
#include "support/fs.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include <fmt/format.h>

namespace interleave::support {
namespace stdfs = std::filesystem;

std::optional<std::string> read_file(const std::string &path) {
  // Not a stream: libstdc++'s throws when read() fails, as it does for a process that just ended.
  int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return std::nullopt;
  std::string text;
  char piece[65536];
  ssize_t got;
  while ((got = read(fd, piece, sizeof piece)) > 0 || (got < 0 && errno == EINTR))
    if (got > 0) text.append(piece, static_cast<std::size_t>(got));
  close(fd);
  if (got < 0) return std::nullopt;
  return text;
}

// Written beside the target and renamed over it; the process id keeps parallel writers apart.
Result<void> write_file(const std::string &path, std::string_view text) {
  std::string beside = fmt::format("{}.{}.part", path, getpid());
  int fd = open(beside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  bool good = fd >= 0;
  while (good && !text.empty()) {
    ssize_t written = write(fd, text.data(), text.size());
    good = written > 0 || (written < 0 && errno == EINTR);
    if (written > 0) text.remove_prefix(static_cast<std::size_t>(written));
  }
  int why = errno;
  if (fd >= 0) close(fd);
  if (good && rename(beside.c_str(), path.c_str()) == 0) return {};
  if (good) why = errno;
  if (fd >= 0) unlink(beside.c_str());
  return error(Exit::usage, fmt::format("cannot write {}: {}", path, std::strerror(why)));
}

Result<void> make_folder(const std::string &path) {
  std::error_code failure;
  stdfs::create_directories(path, failure);
  if (!failure && stdfs::is_directory(path, failure)) return {};
  return error(Exit::usage,
               fmt::format("cannot make the folder {}: {}", path,
                           failure ? failure.message() : "a file of that name exists"));
}

void empty_folder(const std::string &path, const std::string &kept) {
  std::error_code ignored;
  for (stdfs::directory_iterator it(path, ignored), end; it != end; it.increment(ignored)) {
    if (it->path().filename() == kept) continue;
    stdfs::remove_all(it->path(), ignored);
    if (ignored) break;
  }
}

std::string file_name_for(std::string_view text) {
  constexpr std::size_t kLongest = 100;  // of the 255 bytes most file systems allow
  std::string name;
  for (char c : text) {
    bool is_safe = std::isalnum(static_cast<unsigned char>(c)) || c == '.' || c == '_' || c == '-';
    name += is_safe ? c : '_';
  }
  if (!name.empty() && name[0] == '.') name[0] = '_';
  bool is_changed = name != text || name.size() > kLongest || name.empty();
  if (name.size() > kLongest) name.resize(kLongest);
  return is_changed ? fmt::format("{}-{:08x}", name, static_cast<std::uint32_t>(fnv(text))) : name;
}

std::string relative_to_here(const std::string &path) {
  std::error_code failure;
  stdfs::path here = stdfs::current_path(failure);
  if (failure || path.empty() || path[0] != '/') return path;
  stdfs::path relative = stdfs::path(path).lexically_normal().lexically_relative(here);
  if (relative.empty() || *relative.begin() == "..") return stdfs::path(path).lexically_normal();
  return relative;
}

namespace {

bool is_executable_file(const std::string &path) {
  struct stat st;
  return stat(path.c_str(), &st) == 0 && S_ISREG(st.st_mode) && access(path.c_str(), X_OK) == 0;
}

std::string why_not_executable(const std::string &path) {
  struct stat st;
  if (stat(path.c_str(), &st) != 0) return std::strerror(errno);
  if (S_ISDIR(st.st_mode)) return "is a folder";
  return "is not executable";
}

}  // namespace

Result<std::string> find_program(const std::string &command) {
  if (command.find('/') != std::string::npos) {
    if (is_executable_file(command)) return command;
    return error(Exit::untestable,
                 fmt::format("cannot run {}: {}", command, why_not_executable(command)));
  }
  const char *path = std::getenv("PATH");
  std::string_view rest = path ? path : "/usr/bin:/bin";
  while (!rest.empty()) {
    std::size_t colon = rest.find(':');
    std::string folder(rest.substr(0, colon));
    std::string candidate = (folder.empty() ? "." : folder) + "/" + command;
    if (is_executable_file(candidate)) return candidate;
    if (colon == std::string_view::npos) break;
    rest.remove_prefix(colon + 1);
  }
  std::string hint =
      access(command.c_str(), F_OK) == 0 ? fmt::format("did you mean ./{}?", command) : "";
  return error(Exit::untestable, fmt::format("cannot find the program {} in PATH", command), hint);
}

std::string shell_quote(std::string_view word) {
  constexpr std::string_view kPlain = "_-+=./,:@%^";
  bool is_plain = !word.empty();
  for (char c : word)
    is_plain &=
        std::isalnum(static_cast<unsigned char>(c)) || kPlain.find(c) != std::string_view::npos;
  if (is_plain) return std::string(word);
  std::string quoted = "'";
  for (char c : word) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return quoted + "'";
}

std::uint64_t fnv(std::string_view text) {
  std::uint64_t hash = 0xcbf29ce484222325u;
  for (char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
  return hash;
}

}  // namespace interleave::support
