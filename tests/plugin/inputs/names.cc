// Every way to name a type of std: qualified, aliased, imported, deduced, as an argument.
// ARGS: -std=c++20
#include <atomic>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace s = std;
using std::recursive_mutex;

// CHECK: {{^}}::interleave::mutex qualified;
std::mutex qualified;
// CHECK: {{^}}::interleave::mutex global;
::std::mutex global;
// CHECK: {{^}}::interleave::mutex through_alias;
s::mutex through_alias;
// CHECK: {{^}}::interleave::recursive_mutex imported;
recursive_mutex imported;
// CHECK: using Mine = ::interleave::timed_mutex;
using Mine = std::timed_mutex;
// CHECK: {{^}}Mine mine;
Mine mine;
// CHECK: std::vector<std::unique_ptr<::interleave::mutex>> list;
std::vector<std::unique_ptr<std::mutex>> list;
// CHECK: {{^}}::interleave::atomic deduced{1};
std::atomic deduced{1};
// CHECK: {{^}}::interleave::atomic_int counter{0};
std::atomic_int counter{0};
// CHECK: const ::interleave::atomic<bool> flag{true};
const std::atomic<bool> flag{true};
// CHECK: extern ::interleave::mutex elsewhere;
extern std::mutex elsewhere;

// CHECK: struct Base : private ::interleave::mutex {
struct Base : private std::mutex {
  // CHECK: friend class ::interleave::thread;
  friend class std::thread;
};

// CHECK: void (::interleave::mutex::*member)() = &::interleave::mutex::lock;
void (std::mutex::*member)() = &std::mutex::lock;

struct Value {};
// CHECK: Value interleave::mutex::*no_gluing
Value std::mutex::*no_gluing = nullptr;

int choose(bool is_first) {
  // CHECK: return is_first ?1: ::interleave::atomic<int>(3).load();
  return is_first ?1:std::atomic<int>(3).load();
}

// CHECK: unsigned cores = ::interleave::thread::hardware_concurrency();
unsigned cores = std::thread::hardware_concurrency();
// CHECK: {{^}}::interleave::thread::id nobody;
std::thread::id nobody;

using namespace std;
// CHECK: {{^}}::interleave::mutex by_directive;
mutex by_directive;
// CHECK: {{^}}::interleave::atomic<long> total{sizeof(::interleave::mutex)};
atomic<long> total{sizeof(mutex)};
