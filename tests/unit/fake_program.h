// A program under control without the runtime: speaks the session's protocol and does what its name
// says. SPDX-License-Identifier: Apache-2.0
//
// session_test starts itself as the program, with "fake:SCENARIO" as the first argument; serve()
// then runs instead of main.
#pragma once

#include <signal.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <string>

#include "campaign/campaign.h"

namespace interleave::fake {

class Program {
 public:
  Program() {
    const char *session = std::getenv(campaign::kSessionVariable);
    int abi = 0, memory = -1;
    if (!session || std::sscanf(session, "%d:%d:%d", &abi, &memory, &socket_) != 3) _exit(90);
    void *at = mmap(nullptr, campaign::kCampaignBytes, PROT_READ | PROT_WRITE,
                    MAP_SHARED | MAP_NORESERVE, memory, 0);
    if (at == MAP_FAILED) _exit(91);
    campaign_ = static_cast<campaign::Campaign *>(at);
    campaign_->server_pid = getpid();
  }
  campaign::Campaign &campaign() { return *campaign_; }
  void tell(campaign::Message::Kind kind, const char *text = "",
            std::uint32_t value = campaign::kLayout) {
    campaign::Message message{kind, value, ""};
    std::snprintf(message.text, sizeof message.text, "%s", text);
    if (send(socket_, &message, sizeof message, 0) != static_cast<ssize_t>(sizeof message))
      _exit(92);
  }
  // Returns when a request came; ends the process when it is the last one or the driver is gone.
  void await_request() {
    campaign::Message message;
    if (recv(socket_, &message, sizeof message, 0) != static_cast<ssize_t>(sizeof message))
      _exit(93);
    if (campaign_->request == campaign::Request::finish) _exit(0);
  }
  void answer(campaign::Done done) {
    campaign_->done = done;
    tell(campaign::Message::done);
  }
  // Forks a worker that does `work` as execution 1, and waits for its end.
  template <class Work>
  void run_worker(Work work) {
    timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    campaign_->execution = {};
    campaign_->execution.number = 1;
    campaign_->execution.started_ns = now.tv_sec * 1'000'000'000ll + now.tv_nsec;
    pid_t pid = fork();
    if (pid == 0) {
      work();
      _exit(0);
    }
    campaign_->worker_pid = pid;
    waitpid(pid, &campaign_->worker_status, 0);
    campaign_->worker_pid = 0;
    campaign_->execution.started_ns = 0;
  }

 private:
  campaign::Campaign *campaign_ = nullptr;
  int socket_ = -1;
};

inline void add_finding(campaign::Campaign &c, model::Rule rule) {
  model::FindingRecord &record = c.findings[c.finding_count++];
  record = {};
  record.rule = rule;
  record.confirmed = true;
}

// A process of another group and session, as daemons make them, that lives for ever.
inline void leave_daemon(campaign::Campaign &c) {
  if (fork() == 0) {
    setsid();
    pid_t daemon = fork();
    if (daemon != 0) _exit(0);
    c.divergence.step = static_cast<std::uint32_t>(getpid());  // a field that nobody else uses here
    while (true) pause();
  }
  while (c.divergence.step == 0) usleep(1000);
}

[[noreturn]] inline void serve(const std::string &scenario) {
  if (scenario == "silent") _exit(7);
  Program program;
  campaign::Campaign &c = program.campaign();
  program.tell(campaign::Message::hello);
  if (scenario == "sequential") _exit(3);
  if (scenario == "refuses") program.tell(campaign::Message::failed, "too many threads"), pause();
  if (scenario == "never-ready")
    while (true) pause();
  if (scenario == "environment") {
    std::printf("%s\n%s\n", std::getenv("TMPDIR"),
                std::getenv("GTEST_TOTAL_SHARDS") ? "sharded" : "not sharded");
    std::fflush(stdout);
  }
  program.tell(campaign::Message::ready, "body");
  while (true) {
    program.await_request();
    if (scenario == "drained" || scenario == "environment") {
      c.progress.executions = c.settings.bound + 40;
      program.answer(campaign::Done::drained);
    } else if (scenario == "dies") {
      kill(getpid(), SIGKILL);
    } else if (scenario == "blocks") {
      program.run_worker([] {
        int ends[2];
        char c1;
        [[maybe_unused]] auto r = pipe(ends);
        r = read(ends[0], &c1, 1);
      });
      add_finding(c, model::Rule::uncontrolled);
      program.answer(campaign::Done::finding);
    } else if (scenario == "spins") {
      program.run_worker([] {
        signal(63, SIG_IGN);
        volatile bool on = true;
        while (on) {}
      });
      add_finding(c, model::Rule::uncontrolled);
      program.answer(campaign::Done::finding);
    } else if (scenario == "never-ends") {
      program.run_worker([&] {
        signal(63, SIG_IGN);
        while (true) __atomic_fetch_add(&c.execution.visible, 1, __ATOMIC_RELAXED);
      });
      add_finding(c, model::Rule::uncontrolled);
      program.answer(campaign::Done::finding);
    } else if (scenario == "daemon") {
      leave_daemon(c);
      program.answer(campaign::Done::drained);
    } else if (scenario == "slow") {
      while (true) pause();
    }
  }
}

}  // namespace interleave::fake
