// Session: one started program under control, its campaign memory, and the requests put to it.
// SPDX-License-Identifier: Apache-2.0
//
// The program gets a memory file and a socket on high descriptor numbers, so that its own
// descriptors keep the numbers they would have. It runs in a process group of its own, without
// standard input, its output in a file, address randomisation off where the system allows it
// (nothing depends on that). It dies with us (PR_SET_PDEATHSIG), and what it leaves behind, even in
// other process groups, is found (we are a subreaper) and killed when the Session ends.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "campaign/campaign.h"
#include "driver/watchdog.h"
#include "support/exit.h"

namespace interleave::driver {

// What a program did after the explore() body that was explored: nothing of that was explored.
struct Rest {
  std::string left_out;     // the name of another body it came to, or a few words; empty: nothing
  int status = 0;           // its exit status
};

// What to start. `command[0]` is the file to execute.
struct Launch {
  std::vector<std::string> command;
  campaign::Settings settings;
  std::string output_path;  // receives stdout and stderr
  std::string temp_folder;  // becomes TMPDIR and TEST_TMPDIR; empty: ours is passed on
  int places_fd = -1;       // what it shares with other programs: see campaign::kSessionVariable
  Rest *rest = nullptr;     // is told at the end
};

class Session {
 public:
  // start() returns when the program has been executed, before it said anything. Errors: exit
  // status 3.
  static support::Result<std::unique_ptr<Session>> start(const Launch &launch);
  ~Session();  // ends everything that was started
  Session(const Session &) = delete;
  Session &operator=(const Session &) = delete;

  campaign::Campaign &campaign() { return *campaign_; }
  pid_t pid() const { return pid_; }

  struct News {
    enum class Kind { message, exited, timeout, interrupted } kind;
    campaign::Message message{};  // Kind::message
    int status = 0;               // Kind::exited: as of waitpid
  };
  // wait() returns the next thing that happens. After `exited` it returns `exited` for ever.
  News wait(int timeout_ms);

  struct Answer {
    enum class Kind { done, exited, interrupted, overdue } kind;
    campaign::Done done{};  // Kind::done
    int status = 0;         // Kind::exited
    std::string refusal;    // the runtime's sentence, when it refused
  };
  // carry_out() puts a request to a program that is ready and waits for its end. It watches the
  // worker (see watchdog.h), kills one that hangs for `patience` seconds or takes longer than the
  // request may (but at least three times that), and calls `tick` about ten times a second.
  // `overdue`: a request did not end long after its time limit, though nothing hung.
  using Tick = std::function<void(const campaign::Campaign &)>;
  Answer carry_out(const campaign::Settings &settings, std::span<const model::Deviation> deviations,
                   double patience = Watchdog::kPatience, const Tick &tick = {});

  // carry_out() in two halves, for who has several sessions. put() hands the request over; look() waits for something to happen, at most
  // that long, and returns the answer when there is one. After `interrupted` the request goes on, and look() goes on telling.
  void put(const campaign::Settings &settings, std::span<const model::Deviation> deviations, double patience);
  std::optional<Answer> look(int timeout_ms);
  // Readable when look() has something to do.
  int socket() const { return socket_; }
  int exit_fd() const { return pid_fd_; }

  // What the watchdog saw in the last request; empty kind: nothing hung.
  const Hang &hang() const { return hang_; }

  // end() asks the program to finish, gives it a moment, and kills what is left. Called by the
  // destructor.
  void end();
  // kill() ends program and workers at once.
  void kill();

 private:
  Session() = default;
  support::Result<void> make_memory_and_socket();
  [[noreturn]] void become_program(const Launch &launch, std::vector<char *> &argv,
                                   std::vector<char *> &env, int error_fd);
  bool receive(campaign::Message *message);
  bool reap(bool block);
  void kill_hung_worker(const Hang &hang);

  campaign::Campaign *campaign_ = nullptr;
  int memory_fd_ = -1, socket_ = -1, program_socket_ = -1, pid_fd_ = -1;
  pid_t pid_ = 0, driver_pid_ = 0;
  bool has_exited_ = false, has_ended_ = false;
  int status_ = 0;
  Rest *rest_ = nullptr;
  Hang hang_;
  Watchdog watchdog_;
  std::int64_t began_ns_ = 0;  // the request
  double overdue_after_ = 0;   // seconds; 0: never
};

// environment_for() is our environment without what only concerns test runners (shards, report
// files, filters), with the session and the temporary folder: a program under control is one test,
// whoever started us.
std::vector<std::string> environment_for(const std::string &session,
                                         const std::string &temp_folder);

}  // namespace interleave::driver
