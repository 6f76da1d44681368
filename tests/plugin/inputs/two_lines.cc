// A name that goes over a line break keeps it: no line of the file moves.
// ARGS: -std=c++17
#include <mutex>

// CHECK: {{^}}::interleave::mutex
// CHECK-NEXT: {{^ *}}split;
std::
    mutex split;
// CHECK: {{^}}static_assert(__LINE__ == 10);
static_assert(__LINE__ == 10);
