// RandomNumbers: the sampling strategies' numbers, the same on every machine for one seed.
// SPDX-License-Identifier: Apache-2.0
//
// splitmix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number generators", OOPSLA
// 2014): eight bytes of state, passes BigCrush, any seed is a good one. std's distributions are not
// the same across libraries, so below() is ours.
#pragma once

#include <cstdint>

namespace interleave::explore {

// mix() scatters its argument over all 64 bits; one to one.
constexpr std::uint64_t mix(std::uint64_t x) {
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
  x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
  return x ^ (x >> 31);
}

class RandomNumbers {
 public:
  // The stream of execution number `index` of a campaign with this seed.
  RandomNumbers(std::uint64_t seed, std::uint64_t index) : state_(mix(mix(seed) + index)) {}

  std::uint64_t next() { return mix(state_ += 0x9e3779b97f4a7c15); }

  // below() is uniform over 0 .. n-1, n >= 1, but for a bias of at most n / 2^32: n is a number of
  // alternatives or of steps, below 2^20, so no search of ours can measure it.
  std::uint32_t below(std::uint32_t n) {
    return static_cast<std::uint32_t>((next() >> 32) * n >> 32);
  }

 private:
  std::uint64_t state_;
};

}  // namespace interleave::explore
