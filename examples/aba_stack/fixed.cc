// A lock-free free list of buffers, linked by index, with a counter that makes each head unique.
// SPDX-License-Identifier: Apache-2.0
#include <atomic>
#include <cassert>
#include <thread>

constexpr int kNone = -1;

struct Head {
  int first;
  int version;
};

class FreeList {
 public:
  int take() {
    Head head = head_.load();
    while (head.first != kNone &&
           !head_.compare_exchange_strong(head, {next_[head.first].load(), head.version + 1})) {
    }
    return head.first;
  }

  void give_back(int buffer) {
    Head head = head_.load();
    do {
      next_[buffer].store(head.first);
    } while (!head_.compare_exchange_strong(head, {buffer, head.version + 1}));
  }

 private:
  std::atomic<Head> head_{Head{0, 0}};
  std::atomic<int> next_[3] = {1, 2, kNone};
};

FreeList buffers;
int taken_by_reader, taken_by_writer;

void reader() { taken_by_reader = buffers.take(); }

void writer() {
  const int scratch = buffers.take();
  taken_by_writer = buffers.take();
  buffers.give_back(scratch);
}

int main() {
  std::thread reading(reader);
  std::thread writing(writer);
  reading.join();
  writing.join();
  assert(taken_by_reader != taken_by_writer);
  assert(buffers.take() != taken_by_writer);
}
