// Session: starting a program, talking with it, and leaving nothing of it behind.
// SPDX-License-Identifier: Apache-2.0
#include "driver/session.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <ctime>

#include <fmt/format.h>

#include "driver/processes.h"
#include "support/check.h"
#include "support/interrupt.h"

extern char **environ;

namespace interleave::driver {
namespace {

using support::Exit;

// The program's own descriptors are counted from 3 upwards; ours must not be among them.
constexpr int kMemoryFd = 1000, kSocketFd = 1001, kPlacesFd = 1002;
constexpr int kTickMs = 100;

std::int64_t now_ns() {
  timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * std::int64_t{1'000'000'000} + now.tv_nsec;
}

// All fit below the limit of open files, however low that is.
int high_fd(int wanted) {
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  rlim_t above = static_cast<rlim_t>(wanted - kMemoryFd);
  if (limit.rlim_cur == RLIM_INFINITY || limit.rlim_cur > static_cast<rlim_t>(kPlacesFd))
    return wanted;
  return static_cast<int>(limit.rlim_cur - 3 + above);
}

bool is_for_test_runners(std::string_view entry) {
  constexpr std::string_view kNames[] = {"GTEST_TOTAL_SHARDS=",
                                         "GTEST_SHARD_INDEX=",
                                         "GTEST_SHARD_STATUS_FILE=",
                                         "GTEST_OUTPUT=",
                                         "GTEST_FILTER=",
                                         "TEST_TOTAL_SHARDS=",
                                         "TEST_SHARD_INDEX=",
                                         "TEST_SHARD_STATUS_FILE=",
                                         "XML_OUTPUT_FILE=",
                                         "TEST_PREMATURE_EXIT_FILE=",
                                         "TESTBRIDGE_TEST_ONLY=",
                                         "INTERLEAVE_"};
  return std::any_of(std::begin(kNames), std::end(kNames),
                     [&](std::string_view n) { return entry.starts_with(n); });
}

std::vector<char *> pointers(std::vector<std::string> &strings) {
  std::vector<char *> result;
  for (std::string &s : strings) result.push_back(s.data());
  result.push_back(nullptr);
  return result;
}

}  // namespace

std::vector<std::string> environment_for(const std::string &session,
                                         const std::string &temp_folder) {
  std::vector<std::string> result;
  for (char **entry = environ; *entry; entry++) {
    std::string_view e = *entry;
    bool is_temp =
        !temp_folder.empty() && (e.starts_with("TMPDIR=") || e.starts_with("TEST_TMPDIR="));
    if (!is_temp && !is_for_test_runners(e)) result.emplace_back(e);
  }
  if (!temp_folder.empty()) {
    result.push_back("TMPDIR=" + temp_folder);
    result.push_back("TEST_TMPDIR=" + temp_folder);
  }
  if (session.empty()) return result;
  // The main thread's stack begins below the environment, whose size must not depend on what else is there: it is filled up to a multiple of
  // kStep, with an even number of pointers, since the kernel rounds texts and pointers to 16 bytes, each for itself. The runtime takes the
  // variable away, however often it is there.
  constexpr std::size_t kStep = 8192;
  const std::string variable = std::string(campaign::kSessionVariable) + "=";
  result.push_back(variable + session + ":");
  if (result.size() % 2 != 0) result.push_back(variable);
  std::size_t size = 0;
  for (const std::string &e : result) size += e.size() + 1 + sizeof(char *);
  result.back().append(kStep - size % kStep, '-');
  return result;
}

support::Result<void> Session::make_memory_and_socket() {
  memory_fd_ = memfd_create("interleave", MFD_CLOEXEC);
  if (memory_fd_ < 0 || ftruncate(memory_fd_, campaign::kCampaignBytes) != 0)
    return support::error(Exit::internal,
                          fmt::format("cannot make shared memory: {}", std::strerror(errno)));
  void *at = mmap(nullptr, campaign::kCampaignBytes, PROT_READ | PROT_WRITE,
                  MAP_SHARED | MAP_NORESERVE, memory_fd_, 0);
  if (at == MAP_FAILED)
    return support::error(Exit::internal,
                          fmt::format("cannot map shared memory: {}", std::strerror(errno)),
                          "17 GB of address space are needed (not of memory); see ulimit -v");
  campaign_ = static_cast<campaign::Campaign *>(at);
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0)
    return support::error(Exit::internal,
                          fmt::format("cannot make a socket: {}", std::strerror(errno)));
  socket_ = ends[0];
  program_socket_ = ends[1];
  return {};
}

support::Result<std::unique_ptr<Session>> Session::start(const Launch &launch) {
  std::unique_ptr<Session> session(new Session);
  if (auto made = session->make_memory_and_socket(); !made)
    return tl::make_unexpected(made.error());
  session->campaign_->abi = campaign::kLayout;
  session->campaign_->settings = launch.settings;
  session->rest_ = launch.rest;
  adopt_orphans();

  std::vector<std::string> command = launch.command;
  std::vector<std::string> env = environment_for(
      fmt::format("{}:{}:{}:{}", campaign::kLayout, high_fd(kMemoryFd), high_fd(kSocketFd),
                  launch.places_fd < 0 ? -1 : high_fd(kPlacesFd)),
      launch.temp_folder);
  std::vector<char *> argv = pointers(command), envp = pointers(env);
  int error_pipe[2];
  if (pipe2(error_pipe, O_CLOEXEC) != 0)
    return support::error(Exit::internal,
                          fmt::format("cannot make a pipe: {}", std::strerror(errno)));
  session->driver_pid_ = getpid();
  pid_t pid = fork();
  if (pid == 0) session->become_program(launch, argv, envp, error_pipe[1]);
  int failure = 0;
  close(error_pipe[1]);
  if (pid < 0) failure = errno;
  if (pid > 0) {
    session->pid_ = pid;
    own_child(pid);
    session->pid_fd_ = descriptor_of_process(pid);
    setpgid(pid, pid);  // the child does the same: whoever comes first
    support::set_current_group(pid);
    ssize_t got;
    while ((got = read(error_pipe[0], &failure, sizeof failure)) < 0 && errno == EINTR) {}
    if (got <= 0) failure = 0;  // executed: the pipe closed
  }
  close(error_pipe[0]);
  close(std::exchange(session->program_socket_, -1));
  if (failure == 0) return session;
  return support::error(
      Exit::untestable, fmt::format("cannot run {}: {}", launch.command[0], std::strerror(failure)),
      failure == ENOEXEC ? "is it a script? name its interpreter's program instead" : "");
}

// Runs in the child between fork and exec: system calls only.
void Session::become_program(const Launch &launch, std::vector<char *> &argv,
                             std::vector<char *> &env, int error_fd) {
  setpgid(0, 0);
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != driver_pid_) _exit(127);
  personality(static_cast<unsigned long>(personality(0xffffffff)) | ADDR_NO_RANDOMIZE);
  rlimit no_core{0, RLIM_INFINITY};
  getrlimit(RLIMIT_CORE, &no_core);
  no_core.rlim_cur = 0;  // a search may crash thousands of times
  setrlimit(RLIMIT_CORE, &no_core);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  for (int signal = 1; signal < NSIG; signal++) ::signal(signal, SIG_DFL);
  int input = open("/dev/null", O_RDONLY);
  // Not O_APPEND: the runtime truncates the file before each execution.
  int output = open(launch.output_path.empty() ? "/dev/null" : launch.output_path.c_str(),
                    O_RDWR | O_CREAT | O_TRUNC, 0666);
  bool is_good = input >= 0 && output >= 0 && dup2(input, 0) == 0 && dup2(output, 1) == 1 &&
                 dup2(output, 2) == 2;
  if (input > 2) close(input);
  if (output > 2) close(output);
  int memory = high_fd(kMemoryFd), socket = high_fd(kSocketFd);
  is_good =
      is_good && dup2(memory_fd_, memory) == memory && dup2(program_socket_, socket) == socket;
  if (launch.places_fd >= 0)
    is_good = is_good && dup2(launch.places_fd, high_fd(kPlacesFd)) == high_fd(kPlacesFd);
  if (is_good) execve(argv[0], argv.data(), env.data());
  int why = errno;
  [[maybe_unused]] auto ignored = write(error_fd, &why, sizeof why);
  _exit(127);
}

Session::~Session() {
  end();
  if (campaign_) munmap(campaign_, campaign::kCampaignBytes);
  for (int fd : {memory_fd_, socket_, program_socket_, pid_fd_})
    if (fd >= 0) close(fd);
}

bool Session::receive(campaign::Message *message) {
  ssize_t got = recv(socket_, message, sizeof *message, MSG_DONTWAIT);
  message->text[sizeof message->text - 1] = '\0';
  return got == static_cast<ssize_t>(sizeof *message);
}

bool Session::reap(bool block) {
  if (has_exited_ || pid_ == 0) return true;
  pid_t got;
  while ((got = waitpid(pid_, &status_, block ? 0 : WNOHANG)) < 0 && errno == EINTR) {}
  has_exited_ = got == pid_ || (got < 0 && errno == ECHILD);
  return has_exited_;
}

// A message that was sent before the program ended is delivered before its end.
Session::News Session::wait(int timeout_ms) {
  std::int64_t deadline = now_ns() + timeout_ms * std::int64_t{1'000'000};
  while (true) {
    News news{News::Kind::message};
    bool was_over = reap(false);
    if (receive(&news.message)) return news;
    if (was_over) return {News::Kind::exited, {}, status_};
    if (support::interrupt_signal() != 0) return {News::Kind::interrupted};
    std::int64_t left_ms = (deadline - now_ns() + 999'999) / 1'000'000;
    if (left_ms <= 0) return {News::Kind::timeout};
    pollfd fds[3] = {
        {socket_, POLLIN, 0}, {pid_fd_, POLLIN, 0}, {support::interrupt_fd(), POLLIN, 0}};
    int ready = poll(fds, 3, static_cast<int>(left_ms));
    // A program that closed its socket but lives would make poll return for ever at once.
    if (ready > 0 && (fds[0].revents & POLLHUP) && !(fds[0].revents & POLLIN) &&
        !(fds[1].revents & POLLIN))
      usleep(1000);
  }
}

Session::Answer Session::carry_out(const campaign::Settings &settings,
                                   std::span<const model::Deviation> deviations, double patience,
                                   const Tick &tick) {
  put(settings, deviations, patience);
  while (true) {
    std::optional<Answer> answer = look(kTickMs);
    if (tick) tick(*campaign_);
    if (!answer) continue;
    if (answer->kind == Answer::Kind::interrupted) {
      campaign_->stop_requested = 1;
      kill();
    }
    return *answer;
  }
}

void Session::put(const campaign::Settings &settings, std::span<const model::Deviation> deviations,
                  double patience) {
  campaign::Campaign &c = *campaign_;
  CHECK(deviations.size() <= campaign::kMaxDeviations, "a schedule is too long");
  c.settings = settings;
  std::copy(deviations.begin(), deviations.end(), c.deviations);
  c.deviation_count = static_cast<std::uint32_t>(deviations.size());
  c.finding_count = 0;
  c.killed_by_watchdog = 0;
  c.stop_requested = 0;
  c.split_requested = 0;
  if (!settings.resume_strategy || settings.has_task) c.snapshot_number = 0;
  c.request = campaign::Request::explore;
  hang_ = {};
  double limit = static_cast<double>(settings.max_time_ns) * 1e-9;
  double longest = std::max(limit, 3 * patience);
  watchdog_ = Watchdog(patience, longest);
  began_ns_ = now_ns();
  bool must_end = limit > 0 || settings.max_executions == 1;
  overdue_after_ = must_end ? limit + longest + 3 * patience : 0;
  campaign::Message go{campaign::Message::go, 0, ""};
  // If this fails the program has ended, which look() tells.
  send(socket_, &go, sizeof go, MSG_NOSIGNAL);
}

std::optional<Session::Answer> Session::look(int timeout_ms) {
  campaign::Campaign &c = *campaign_;
  News news = wait(timeout_ms);
  switch (news.kind) {
    case News::Kind::message:
      if (news.message.kind == campaign::Message::done)
        return Answer{Answer::Kind::done, c.done, 0, ""};
      if (news.message.kind != campaign::Message::failed) return {};
      kill();
      return Answer{Answer::Kind::exited, {}, status_, news.message.text};
    case News::Kind::exited: return Answer{Answer::Kind::exited, {}, news.status, ""};
    case News::Kind::interrupted: return Answer{Answer::Kind::interrupted, {}, 0, ""};
    case News::Kind::timeout: break;
  }
  Hang hang = watchdog_.look(c, now_ns());
  if (hang.kind != Hang::Kind::none && c.killed_by_watchdog == 0) kill_hung_worker(hang);
  double seconds = static_cast<double>(now_ns() - began_ns_) * 1e-9;
  if (overdue_after_ == 0 || seconds <= overdue_after_) return {};
  kill();
  return Answer{Answer::Kind::overdue, {}, 0, ""};
}

// The worker first gets the chance to say where it is: the runtime's handler of this signal records
// the stack.
void Session::kill_hung_worker(const Hang &hang) {
  constexpr int kTellSignal = 63, kTellMs = 200;
  campaign::Campaign &c = *campaign_;
  pid_t worker = c.worker_pid;
  if (worker <= 1) return;
  hang_ = hang;
  const std::uint32_t before = c.finding_count;
  const std::uint64_t number = c.execution.number;
  const bool was_partial = c.execution.is_partial;
  const auto is_over = [&] { return was_partial && (c.worker_pid != worker || c.execution.number != number); };
  ::kill(worker, kTellSignal);
  for (int waited = 0; waited < kTellMs && c.finding_count == before && !is_over(); waited += 10) usleep(10'000);
  if (is_over()) {                         // it runs as a whole now
    hang_ = {};
    return;
  }
  c.killed_by_watchdog = 1;
  ::kill(worker, SIGKILL);
}

void Session::kill() {
  if (pid_ == 0) return;
  ::kill(-pid_, SIGKILL);
  ::kill(pid_, SIGKILL);
  reap(true);
  ::kill(-pid_, SIGKILL);  // a worker forked between the two
}

void Session::end() {
  if (has_ended_ || pid_ == 0) return;
  has_ended_ = true;
  constexpr int kFinishMs = 1000;
  if (!reap(false)) {
    campaign_->request = campaign::Request::finish;
    campaign::Message go{campaign::Message::go, 0, ""};
    if (send(socket_, &go, sizeof go, MSG_NOSIGNAL) == static_cast<ssize_t>(sizeof go)) {
      pollfd end{pid_fd_, POLLIN, 0};
      const bool has_ended = poll(&end, 1, support::interrupt_signal() ? 0 : kFinishMs) > 0;
      if (rest_) *rest_ = {has_ended ? campaign_->rest : "what comes after it", campaign_->rest_status};
    }
  }
  kill();
  disown_child(pid_);
  support::set_current_group(0);
  reap_orphans();
}

}  // namespace interleave::driver
