// A hazard pointer: the writer deletes the node it replaced once the reader says that it does not use it.
// SPDX-License-Identifier: Apache-2.0
//
// exhaustive: 10
// optimised: 7
// blocked: no
// weakened: data-race
// sc: clean
//
// Michael, Hazard Pointers: Safe Memory Reclamation for Lock-Free Objects, TPDS 2004.
// Brute force over SC interleavings counts 7 when every round of waiting is cut, as here with optimisation. Without, a variable whose
// address is taken keeps what was read last, so that some rounds look different and are gone through.
// Weakened: the reader's announcement is release. Its second look may come before the announcement is seen, and the node is deleted
// while it is read; delete counts as a write.
#include <atomic>
#include <cassert>
#include <thread>

#ifdef WEAKENED
constexpr auto kAnnounces = std::memory_order_release;
#else
constexpr auto kAnnounces = std::memory_order_seq_cst;
#endif

std::atomic<int *> current{nullptr};
std::atomic<int *> hazard{nullptr};

int look() {
  for (;;) {
    int *node = current.load();
    hazard.store(node, kAnnounces);
    if (current.load() != node) continue;
    const int value = *node;
    hazard.store(nullptr, std::memory_order_release);
    return value;
  }
}

void replace(int value) {
  int *old = current.exchange(new int(value));
  while (hazard.load() == old) std::this_thread::yield();
  delete old;
}

int main() {
  current = new int(1);
  std::thread reader([] {
    const int value = look();
    assert(value == 1 || value == 2);
  });
  std::thread writer(replace, 2);
  reader.join();
  writer.join();
  delete current.load();
}
