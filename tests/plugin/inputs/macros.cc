// Macros: one contiguous spelling is rewritten, in the argument or in the definition.
// ARGS: -std=c++17
#include <atomic>
#include <mutex>

// CHECK: #define MUTEX interleave::mutex
#define MUTEX std::mutex
#define MEMBER(type, name) type name
// CHECK: #define COUNTER(type) interleave::atomic<type>
#define COUNTER(type) std::atomic<type>
// CHECK: #define TWO_LINES {{.$}}
// CHECK-NEXT: {{^}}  ::interleave::mutex
#define TWO_LINES \
  std::mutex
#define NOTHING

MUTEX first;
MUTEX again;
// CHECK: MEMBER(::interleave::mutex, second);
MEMBER(std::mutex, second);
COUNTER(int) counter{0};
TWO_LINES third;
// CHECK: NOTHING interleave::mutex fourth;
NOTHING std::mutex fourth;
