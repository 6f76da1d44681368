// Error and Result: what a function of ours returns when the user's world is not as it should be.
// SPDX-License-Identifier: Apache-2.0
//
// For the driver's side only (it allocates): bad text, a missing file, a program that cannot be
// tested. Errors are values, handed up and printed in one place. What is wrong with the program
// under test is a Finding, and what is wrong with us is a CHECK.
#pragma once

#include <string>
#include <utility>

#include <tl/expected.hpp>

namespace interleave::support {

struct Error {
  std::string message;     // what is wrong and where; one sentence, without "error:" and full stop
  std::string hint;        // what to do about it; empty: nothing useful to say
  int exit_status = 2;     // the process's (UX.md 4.4)
};

template <class T>
using Result = tl::expected<T, Error>;

// fail() makes the Error that any Result converts from: `return fail("no such file", "...")`.
inline tl::unexpected<Error> fail(std::string message, std::string hint = {}, int exit_status = 2) {
  return tl::make_unexpected(Error{std::move(message), std::move(hint), exit_status});
}

}  // namespace interleave::support
