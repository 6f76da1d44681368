// What every shim header needs: how its functions are inlined and how it throws.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <system_error>

// A shim function is always inlined, so that the runtime sees the address of the user's code as the
// one that asked for an operation; artificial lets debuggers step over it.
#define INTERLEAVE_INLINE inline __attribute__((__always_inline__, __artificial__))

// A destructor that may run in a constant expression keeps the class a literal type, where C++20
// allows it.
#if __cplusplus > 201703L
#define INTERLEAVE_CONSTEXPR20 constexpr
#define INTERLEAVE_IS_CONSTANT_EVALUATED() __builtin_is_constant_evaluated()
#else
#define INTERLEAVE_CONSTEXPR20
#define INTERLEAVE_IS_CONSTANT_EVALUATED() false
#endif

namespace interleave {
namespace detail {

// throw_error() throws the std::system_error that libstdc++ throws for an errno. It goes through
// the library where it can, because the caller may be compiled with -fno-exceptions.
[[noreturn]] inline void throw_error(int error) {
#if defined(__GLIBCXX__)
  std::__throw_system_error(error);
#elif defined(__cpp_exceptions)
  throw std::system_error(error, std::generic_category());
#else
  static_cast<void>(error);
  __builtin_trap();
#endif
}

}  // namespace detail
}  // namespace interleave
