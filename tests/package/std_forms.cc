// The forms in which C++ programs use atomics and mutexes, compiled with std and with the shim.
// SPDX-License-Identifier: Apache-2.0
//
// headers_alone.sh compiles it as it is (std) and with -DSHIM: what one accepts, the other must.
#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <iostream>
#include <map>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <utility>
#include <vector>

#ifdef SHIM
#include "interleave/atomic.h"
#include "interleave/condition_variable.h"
#include "interleave/mutex.h"
#include "interleave/shared_mutex.h"
namespace lib = interleave;
#else
#include <atomic>
namespace lib = std;
#endif

namespace std_forms {

enum Colour { red, green };
struct Node {
  Node *next;
};
struct Queue {
  lib::atomic<Node *> head{nullptr};
  lib::atomic<Colour> colour{red};
  mutable lib::mutex mutex;
  lib::condition_variable changed;
};
struct Aggregate {
  lib::atomic<int> a;
  int b;
};
template <template <class> class Atomic>
struct Policy {
  Atomic<int> value{0};
};
struct Counter : lib::atomic<int> {
  using lib::atomic<int>::atomic;
  using lib::atomic<int>::operator=;
};
class Lock : public lib::mutex {};

static lib::atomic<int> array[2] = {{0}, {1}};
static lib::atomic_flag flag = ATOMIC_FLAG_INIT;

int numbers() {
  lib::atomic<int> x = 5;
  const lib::atomic<int> fixed(3);
  volatile lib::atomic<int> unstable(1);
  x = {};
  x = 7;
  unstable = 2;
  unstable++;
  x ^= x << 1;
  switch (x) {
    case 1: return -x;
    default: break;
  }
  std::cout << x << '\n';
  const double real = x;
  return x + fixed + std::max<int>(x, 3) + static_cast<int>(real) + unstable + array[0]++;
}

bool truths() {
  lib::atomic<bool> b = false;
  b = !b;
  bool expected = false;
  while (b) b.compare_exchange_strong(expected, true);
  return b && !flag.test_and_set() ? b.load() : true;
}

char pointers() {
  Queue queue;
  Node node{queue.head};
  while (!queue.head.compare_exchange_weak(node.next, &node, std::memory_order_release,
                                           std::memory_order_relaxed)) {
  }
  queue.head.load()->next = nullptr;
  queue.colour = green;
  lib::atomic_store(&queue.head, nullptr);
  lib::atomic<void (*)()> function{nullptr};
  function = [] {};
  function.load()();
  lib::atomic<const char *> text{"text"};
  text++;
  if (!text || text == nullptr || queue.colour == red) return 'x';
  return static_cast<char>(*text + text[1]);
}

int containers() {
  auto several = std::make_unique<lib::atomic<int>[]>(3);
  std::vector<lib::atomic<int>> vector(4);
  std::map<int, lib::atomic<int>> map;
  Aggregate aggregate{1, 2};
  Policy<lib::atomic> policy;
  Counter counter(3);
  lib::atomic deduced = 5;
  counter = 4;
  std::function<void()> add = [&] { lib::atomic_fetch_add(&deduced, 1); };
  add();
  lib::atomic<std::chrono::steady_clock::time_point> moment{{}};
  moment = std::chrono::steady_clock::now();
  return several[1] + vector[0]++ + map[1]++ + aggregate.a + aggregate.b + policy.value + ++counter;
}

void locks() {
  Queue queue;
  Lock derived;
  lib::shared_mutex shared;
  std::unique_lock<lib::mutex> first(queue.mutex, std::try_to_lock);
  std::unique_lock second(std::move(first));
  queue.changed.wait_for(second, std::chrono::milliseconds(1), [] { return true; });
  std::scoped_lock both(derived, shared);
}

}  // namespace std_forms
