// A specialisation of std's own template cannot move to another namespace; an instantiation can.
// ARGS: -std=c++17
#include <atomic>

struct Big {
  int values[3];
};
// WARN: warning: interleave: not rewritten: std::atomic, because it specialises the std template itself
template <>
struct std::atomic<Big> {
  int ours;
};
// CHECK: template class ::interleave::atomic<short>;
template class std::atomic<short>;
