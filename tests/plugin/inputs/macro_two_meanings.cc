// A macro whose name means std's type here and another type there cannot be rewritten.
// ARGS: -std=c++17
#include <atomic>

namespace own {
struct atomic_int {
  int value;
};
}  // namespace own

// CHECK: #define NAME atomic_int
#define NAME atomic_int
namespace first {
using std::atomic_int;
// WARN: warning: interleave: not rewritten: std::atomic_int, because the macro that spells it means something else
NAME shared;
}  // namespace first
namespace second {
using own::atomic_int;
NAME plain;
}  // namespace second
