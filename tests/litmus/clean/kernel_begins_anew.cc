// Every execution finds what the kernel keeps for the process as the first one did: descriptors, mask, folder, handlers.
// SPDX-License-Identifier: Apache-2.0
//
// expect: clean
// bounds: 0 1 2
// executions: 0=1 1=2 2=3
// exhaustive: 2
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cassert>
#include <cstring>
#include <thread>

namespace {

std::atomic<int> shared{0};
volatile int handled;

void handle(int) { handled = handled + 1; }

void look_and_change() {
  char folder[4096];
  assert(::getcwd(folder, sizeof folder) && std::strcmp(folder, "/") != 0);
  assert(::chdir("/") == 0);
  assert(::umask(0) == 022);
  const int descriptor = ::open("/dev/null", O_RDONLY), next = ::dup(descriptor);
  assert(next == descriptor + 1);
  struct sigaction action {}, before {};
  action.sa_handler = handle;
  assert(::sigaction(SIGUSR1, &action, &before) == 0 && before.sa_handler == SIG_DFL);
  assert(::raise(SIGUSR1) == 0 && handled == 1);
}

}  // namespace

int main() {
  ::umask(022);
  const int lowest = ::open("/dev/null", O_RDONLY);
  ::close(lowest);
  std::thread thread([] { shared.fetch_add(1); });
  look_and_change();
  const int again = ::open("/dev/null", O_RDONLY);
  assert(again == lowest + 2);
  shared.fetch_add(1);
  thread.join();
  assert(shared == 2);
}
