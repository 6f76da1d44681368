// A spelling that is spread over macro tokens stays, and then all locks of the file stay.
// ARGS: -std=c++17
#include <atomic>
#include <condition_variable>
#include <mutex>

#define STD(name) std::name
#define PASTE(a, b) std::a##b
// WARN: macros_left_alone.cc:[[@LINE+1]]:1: warning: interleave: not rewritten: std::mutex, because
STD(mutex) spread;
// WARN: macros_left_alone.cc:[[@LINE+1]]:1: warning: interleave: not rewritten: std::mutex, because a macro pastes
PASTE(mu, tex) pasted;
// CHECK: {{^}}std::mutex plain;
std::mutex plain;
// CHECK: {{^}}std::condition_variable waits;
std::condition_variable waits;
// WARN: interleave: not rewritten: std mutexes and condition variables in this translation unit
// CHECK: {{^}}::interleave::atomic<int> atomics_do_not_depend_on_them;
std::atomic<int> atomics_do_not_depend_on_them;
