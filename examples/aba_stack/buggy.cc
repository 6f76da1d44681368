// A lock-free free list of buffers, linked by index, that hands out one buffer twice: ABA.
// SPDX-License-Identifier: Apache-2.0
//
// Goes wrong when a thread has read the first buffer (0) and its successor (1), and before its
// compare-exchange another thread takes 0 and 1 and gives 0 back: the head is 0 again, so the
// exchange succeeds and makes 1, which is in use, the head. Fixed by a counter beside the index
// that makes each head different from all earlier ones.
#include <atomic>
#include <cassert>
#include <thread>

constexpr int kNone = -1;

class FreeList {
 public:
  int take() {
    int first = head_.load();
    while (first != kNone && !head_.compare_exchange_strong(first, next_[first].load())) {
    }
    return first;
  }

  void give_back(int buffer) {
    int first = head_.load();
    do {
      next_[buffer].store(first);
    } while (!head_.compare_exchange_strong(first, buffer));
  }

 private:
  std::atomic<int> head_{0};
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
