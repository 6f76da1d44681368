// Test stand-in for the shim.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <shared_mutex>

namespace interleave {

class shared_mutex : public std::shared_mutex {};
class shared_timed_mutex : public std::shared_timed_mutex {};

}  // namespace interleave
