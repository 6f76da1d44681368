// The forms in which C++11 programs use what is rewritten, compiled with std and with the shim.
// SPDX-License-Identifier: Apache-2.0
//
// headers_alone.sh compiles it as it is (std) and with -DSHIM: what one accepts, the other must.
#include <chrono>

#ifdef SHIM
#include "interleave/atomic.h"
#include "interleave/condition_variable.h"
#include "interleave/mutex.h"
#include "interleave/once.h"
#include "interleave/thread.h"
namespace lib = interleave;
#else
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>
namespace lib = std;
#endif

namespace std_forms_cxx11 {

struct Padded {
  char tag;
  int value;
};
struct State {
  lib::atomic<int> number{0};
  lib::atomic<bool> flag{false};
  lib::atomic<int *> pointer{nullptr};
  lib::atomic<double> real{0.0};
  lib::atomic<Padded> padded{Padded{'a', 1}};
  lib::mutex mutex;
  lib::timed_mutex timed;
  lib::condition_variable changed;
  lib::once_flag once;
};

bool use(State &s) {
  lib::call_once(s.once, [&s] { ++s.number; });
  s.number.fetch_add(2, std::memory_order_acq_rel);
  s.pointer.fetch_add(1);
  Padded expected = s.padded.load(), desired = {'b', 2};
  while (!s.padded.compare_exchange_weak(expected, desired)) {
  }
  double old = s.real.load();
  while (!s.real.compare_exchange_strong(old, old + 1.0)) {
  }
  if (s.timed.try_lock_for(std::chrono::duration<double>(0.5))) s.timed.unlock();
  if (s.timed.try_lock_until(std::chrono::system_clock::now())) s.timed.unlock();
  std::unique_lock<lib::mutex> lock(s.mutex);
  lib::this_thread::sleep_for(std::chrono::milliseconds(1));
  return s.changed.wait_for(lock, std::chrono::seconds(1), [&s] { return s.flag.load(); });
}

}  // namespace std_forms_cxx11
