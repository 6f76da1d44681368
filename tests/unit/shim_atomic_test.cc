// The shim's atomics against std's: interface, layout and results of every operation.
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <atomic>
#include <cstdint>
#include <cstring>
#include <limits>
#include <memory>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

#include "interleave/atomic.h"

namespace {

// ---- the same shape as std ----------------------------------------------------------------

struct Shape {
  std::size_t size, alignment;
  bool traits[16];
  bool operator==(const Shape &) const = default;
};

template <class A, class T>
constexpr Shape shape_of = {
    sizeof(A),
    alignof(A),
    {
        std::is_default_constructible_v<A>,
        std::is_nothrow_default_constructible_v<A>,
        std::is_trivially_default_constructible_v<A>,
        std::is_trivially_destructible_v<A>,
        std::is_trivially_copyable_v<A>,
        std::is_standard_layout_v<A>,
        std::is_copy_constructible_v<A>,
        std::is_copy_assignable_v<A>,
        std::is_assignable_v<volatile A &, const A &>,
        std::is_convertible_v<T, A>,
        std::is_nothrow_constructible_v<A, T>,
        std::is_convertible_v<A, T>,
        std::is_convertible_v<const volatile A &, T>,
        std::is_nothrow_assignable_v<A &, T>,
        std::is_nothrow_assignable_v<volatile A &, T>,
        A::is_always_lock_free,
    },
};

template <class T>
constexpr bool alike() {
  return shape_of<interleave::atomic<T>, T> == shape_of<std::atomic<T>, T> &&
         std::is_same_v<typename interleave::atomic<T>::value_type, T>;
}

template <int bytes>
struct Block {
  unsigned char data[bytes];
};
struct Padded {
  char letter;
  int number;
};
struct Pair {
  std::uint64_t first, second;
};
struct Empty {};
enum class Colour : short { red, green };
static_assert(alike<bool>() && alike<char>() && alike<signed char>() && alike<unsigned char>());
static_assert(alike<short>() && alike<unsigned>() && alike<long>() && alike<unsigned long long>());
static_assert(alike<wchar_t>() && alike<char8_t>() && alike<char16_t>() && alike<char32_t>());
static_assert(alike<int *>() && alike<void *>() && alike<void (*)()>() && alike<const char *>());
static_assert(alike<float>() && alike<double>() && alike<long double>());
static_assert(alike<Colour>() && alike<Empty>() && alike<Padded>() && alike<Pair>());
static_assert(alike<Block<1>>() && alike<Block<2>>() && alike<Block<3>>() && alike<Block<8>>());
static_assert(alike<Block<16>>() && alike<Block<24>>() && alike<Block<100>>());
static_assert(sizeof(interleave::atomic_flag) == sizeof(std::atomic_flag));
static_assert(std::is_trivially_destructible_v<interleave::atomic_flag>);

template <class A>
concept HasFetchAdd = requires(A a) { a.fetch_add(1); };
template <class A>
concept HasFetchAnd = requires(A a) { a.fetch_and(1); };
template <class A>
concept HasDifference = requires { typename A::difference_type; };
template <class T>
constexpr bool same_operations =
    HasFetchAdd<interleave::atomic<T>> == HasFetchAdd<std::atomic<T>> &&
    HasFetchAnd<interleave::atomic<T>> == HasFetchAnd<std::atomic<T>> &&
    HasDifference<interleave::atomic<T>> == HasDifference<std::atomic<T>>;
static_assert(same_operations<int> && same_operations<bool> && same_operations<char *>);
static_assert(same_operations<float> && same_operations<Pair> && same_operations<Colour>);
static_assert(std::is_same_v<interleave::atomic<int *>::difference_type, std::ptrdiff_t>);

// Every member is noexcept, on volatile objects too.
template <class A, class T>
constexpr bool all_noexcept() {
  using V = volatile A &;
  constexpr auto order = std::memory_order_relaxed;
  return noexcept(std::declval<V>().store(T(), order)) && noexcept(std::declval<V>().load()) &&
         noexcept(std::declval<V>().exchange(T(), order)) &&
         noexcept(std::declval<V>().compare_exchange_weak(std::declval<T &>(), T())) &&
         noexcept(
             std::declval<V>().compare_exchange_strong(std::declval<T &>(), T(), order, order)) &&
         noexcept(std::declval<V>().is_lock_free()) && noexcept(std::declval<V>().wait(T())) &&
         noexcept(std::declval<V>().notify_one()) && noexcept(std::declval<V>().notify_all());
}
static_assert(all_noexcept<interleave::atomic<int>, int>());
static_assert(all_noexcept<interleave::atomic<Pair>, Pair>());
static_assert(all_noexcept<interleave::atomic<char *>, char *>());

constinit interleave::atomic<int> global_int{3};
constinit interleave::atomic<const char *> global_text = "text";
constinit interleave::atomic<Pair> global_pair{Pair{1, 2}};
constinit interleave::atomic_bool global_zero;
constinit interleave::atomic_flag global_flag = ATOMIC_FLAG_INIT;
static_assert(std::is_same_v<decltype(interleave::atomic{5}), interleave::atomic<int>>);

// ---- integers: every operation gives what std gives ----------------------------------------

template <class T>
class ShimAtomicInteger : public testing::Test {};
using Integers =
    testing::Types<char, signed char, unsigned char, short, unsigned short, int, unsigned, long,
                   unsigned long, long long, unsigned long long, wchar_t, char8_t, char32_t>;
TYPED_TEST_SUITE(ShimAtomicInteger, Integers);

TYPED_TEST(ShimAtomicInteger, AgreesWithStd_ForEveryOperation) {
  using T = TypeParam;
  const T low = std::numeric_limits<T>::min(), high = std::numeric_limits<T>::max();
  for (T start : {low, T(0), T(1), T(42), high}) {
    for (T by : {low, T(0), T(1), T(7), high}) {
      interleave::atomic<T> shim(start);
      std::atomic<T> twin(start);
      const auto same = [&](const char *what, T ours, T theirs) {
        EXPECT_EQ(ours, theirs) << what;
        EXPECT_EQ(shim.load(), twin.load()) << what;
      };
      same("fetch_add", shim.fetch_add(by), twin.fetch_add(by));
      same("fetch_sub", shim.fetch_sub(by), twin.fetch_sub(by));
      same("fetch_and", shim.fetch_and(by), twin.fetch_and(by));
      same("fetch_or", shim.fetch_or(by), twin.fetch_or(by));
      same("fetch_xor", shim.fetch_xor(by), twin.fetch_xor(by));
      same("+=", shim += by, twin += by);
      same("-=", shim -= by, twin -= by);
      same("|=", shim |= start, twin |= start);
      same("&=", shim &= high, twin &= high);
      same("^=", shim ^= by, twin ^= by);
      same("++", ++shim, ++twin);
      same("--", --shim, --twin);
      same("post++", shim++, twin++);
      same("post--", shim--, twin--);
      same("=", shim = by, twin = by);
      same("exchange", shim.exchange(start), twin.exchange(start));
      T ours = by, theirs = by;
      EXPECT_EQ(shim.compare_exchange_strong(ours, by), twin.compare_exchange_strong(theirs, by));
      same("compare_exchange", ours, theirs);
    }
  }
}

// ---- other types ---------------------------------------------------------------------------

TEST(ShimAtomicBool, StoresLoadsExchanges) {
  interleave::atomic_bool flag(false);
  EXPECT_FALSE(flag.exchange(true));
  EXPECT_TRUE(flag);
  flag = false;
  bool expected = true;
  EXPECT_FALSE(flag.compare_exchange_strong(expected, true));
  EXPECT_FALSE(expected);
  EXPECT_TRUE(flag.compare_exchange_strong(expected, true));
}

TEST(ShimAtomicPointer, MovesByElements) {
  int array[8] = {};
  interleave::atomic<int *> at(array + 2);
  EXPECT_EQ(at.fetch_add(3), array + 2);
  EXPECT_EQ(at.fetch_sub(1, std::memory_order_relaxed), array + 5);
  EXPECT_EQ(at += 2, array + 6);
  EXPECT_EQ(at -= 4, array + 2);
  EXPECT_EQ(++at, array + 3);
  EXPECT_EQ(at--, array + 3);
  *at = 9;
  EXPECT_EQ(array[2], 9);
  at = nullptr;
  EXPECT_EQ(at.load(), nullptr);
  interleave::atomic<void *> untyped(array);
  EXPECT_EQ(untyped.exchange(nullptr), array);
}

template <class T>
class ShimAtomicFloating : public testing::Test {};
using Floats = testing::Types<float, double, long double>;
TYPED_TEST_SUITE(ShimAtomicFloating, Floats);

TYPED_TEST(ShimAtomicFloating, AddsAsStd) {
  interleave::atomic<TypeParam> value(1.5);
  EXPECT_EQ(value.fetch_add(2), TypeParam(1.5));
  EXPECT_EQ(value.fetch_sub(1), TypeParam(3.5));
  EXPECT_EQ(value += TypeParam(0.25), TypeParam(2.75));
  EXPECT_EQ(value -= TypeParam(2), TypeParam(0.75));
  TypeParam expected = 0;
  while (!value.compare_exchange_weak(expected, 8)) {
  }
  EXPECT_EQ(value.load(), TypeParam(8));
}

template <class T>
class ShimAtomicBlock : public testing::Test {};
using Blocks = testing::Types<Block<1>, Block<2>, Block<3>, Block<4>, Block<5>, Block<8>, Block<12>,
                              Block<16>, Block<24>, Block<100>>;
TYPED_TEST_SUITE(ShimAtomicBlock, Blocks);

TYPED_TEST(ShimAtomicBlock, KeepsAllBytes) {
  using T = TypeParam;
  const auto is = [](const T &a, const T &b) { return std::memcmp(&a, &b, sizeof(T)) == 0; };
  T one, two;
  std::memset(&one, 1, sizeof one);
  std::memset(&two, 2, sizeof two);
  interleave::atomic<T> value(one);
  EXPECT_TRUE(is(value, one));
  EXPECT_TRUE(is(value.exchange(two), one));
  T expected = one;
  EXPECT_FALSE(value.compare_exchange_strong(expected, one));
  EXPECT_TRUE(is(expected, two));
  EXPECT_TRUE(value.compare_exchange_strong(expected, one));
  EXPECT_TRUE(is(value.load(), one));
  value.store(two, std::memory_order_release);
  EXPECT_TRUE(is(value.load(std::memory_order_acquire), two));
}

TEST(ShimAtomicPadded, LoopEnds_WhateverThePaddingHolds) {
  alignas(Padded) unsigned char dirt[sizeof(Padded)];
  std::memset(dirt, 0xa5, sizeof dirt);
  interleave::atomic<Padded> value;
  std::memset(static_cast<void *>(&value), 0x5a, sizeof value);
  Padded expected;
  std::memcpy(&expected, dirt, sizeof expected);
  int tries = 1;
  while (!value.compare_exchange_weak(expected, Padded{'x', 1})) tries++;
  EXPECT_LE(tries, 10);
  EXPECT_EQ(value.load().number, 1);
}

TEST(ShimAtomicAny, NeedsNoDefaultConstructor) {
  struct Number {
    explicit Number(int v) : value(v) {}
    int value;
  };
  interleave::atomic<Number> number(Number(4));
  EXPECT_EQ(number.exchange(Number(5)).value, 4);
  EXPECT_EQ(number.load().value, 5);
}

TEST(ShimAtomicAny, IsStdWithin_WhenNotTriviallyCopyable) {
  static_assert(std::is_base_of_v<std::atomic<std::shared_ptr<int>>,
                                  interleave::atomic<std::shared_ptr<int>>>);
  interleave::atomic<std::shared_ptr<int>> shared(std::make_shared<int>(3));
  EXPECT_EQ(*shared.load(), 3);
  shared.store(nullptr);
  EXPECT_EQ(shared.load(), nullptr);
}

TEST(ShimAtomicGlobal, HoldsItsInitialiser) {
  EXPECT_EQ(global_int, 3);
  EXPECT_STREQ(global_text, "text");
  EXPECT_EQ(global_pair.load().second, 2u);
  EXPECT_FALSE(global_zero);
  EXPECT_FALSE(global_flag.test());
}

// ---- flags, functions, waiting --------------------------------------------------------------

TEST(ShimAtomicFlag, IsSetAndCleared) {
  interleave::atomic_flag flag = ATOMIC_FLAG_INIT;
  EXPECT_FALSE(flag.test_and_set(std::memory_order_acquire));
  EXPECT_TRUE(flag.test_and_set());
  EXPECT_TRUE(flag.test());
  flag.clear(std::memory_order_release);
  EXPECT_FALSE(atomic_flag_test(&flag));
  EXPECT_FALSE(atomic_flag_test_and_set_explicit(&flag, std::memory_order_relaxed));
  EXPECT_TRUE(atomic_flag_test_explicit(&flag, std::memory_order_relaxed));
  atomic_flag_clear(&flag);
  EXPECT_FALSE(atomic_flag_test_and_set(&flag));
  atomic_flag_clear_explicit(&flag, std::memory_order_relaxed);
  atomic_flag_wait(&flag, true);
  atomic_flag_notify_one(&flag);
  atomic_flag_notify_all(&flag);
}

TEST(ShimAtomicFunctions, DoWhatMembersDo) {
  constexpr auto relaxed = interleave::memory_order_relaxed;
  interleave::atomic_long value;
  interleave::atomic_init(&value, 1);
  EXPECT_TRUE(interleave::atomic_is_lock_free(&value));
  interleave::atomic_store(&value, 2);  // an int for a long: takes no part in deduction
  interleave::atomic_store_explicit(&value, 3, relaxed);
  EXPECT_EQ(interleave::atomic_load(&value), 3);
  EXPECT_EQ(interleave::atomic_load_explicit(&value, relaxed), 3);
  EXPECT_EQ(interleave::atomic_exchange(&value, 4), 3);
  EXPECT_EQ(interleave::atomic_exchange_explicit(&value, 5, relaxed), 4);
  long expected = 5;
  EXPECT_TRUE(interleave::atomic_compare_exchange_strong(&value, &expected, 6));
  EXPECT_FALSE(interleave::atomic_compare_exchange_weak(&value, &expected, 7));
  EXPECT_EQ(expected, 6);
  EXPECT_TRUE(
      interleave::atomic_compare_exchange_strong_explicit(&value, &expected, 7, relaxed, relaxed));
  EXPECT_FALSE(
      interleave::atomic_compare_exchange_weak_explicit(&value, &expected, 8, relaxed, relaxed));
  EXPECT_EQ(interleave::atomic_fetch_add(&value, 1), 7);
  EXPECT_EQ(interleave::atomic_fetch_sub_explicit(&value, 2, relaxed), 8);
  EXPECT_EQ(interleave::atomic_fetch_and(&value, 4), 6);
  EXPECT_EQ(interleave::atomic_fetch_or_explicit(&value, 3, relaxed), 4);
  EXPECT_EQ(interleave::atomic_fetch_xor(&value, 1), 7);
  interleave::atomic_wait(&value, 1);
  interleave::atomic_wait_explicit(&value, 1, relaxed);
  interleave::atomic_notify_one(&value);
  interleave::atomic_notify_all(&value);
  int array[2] = {};
  interleave::atomic<int *> pointer(array);
  EXPECT_EQ(interleave::atomic_fetch_add(&pointer, 1), array);
  interleave::atomic_thread_fence(std::memory_order_seq_cst);
  interleave::atomic_signal_fence(std::memory_order_acq_rel);
}

TEST(ShimAtomicFunctions, AcceptStdAtomicsToo) {
  std::atomic<int> other(1);
  interleave::atomic_store(&other, 2);
  EXPECT_EQ(interleave::atomic_load(&other), 2);
}

template <class T>
void expect_wakes(const T &before, const T &after) {
  interleave::atomic<T> value(before);
  std::thread other([&] {
    value.store(after);
    value.notify_all();
  });
  value.wait(before);
  other.join();
}

TEST(ShimAtomicWait, Returns_WhenValueChangesAndIsNotified) {
  expect_wakes<bool>(false, true);
  expect_wakes<short>(1, 2);
  expect_wakes<int>(1, 2);
  expect_wakes<std::uint64_t>(1, 2);
  expect_wakes<Colour>(Colour::red, Colour::green);
}

TEST(ShimAtomicThreads, CountExactly) {
  interleave::atomic<int> count(0), looped(0);
  interleave::atomic<Block<5>> odd(Block<5>{});
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; t++) {
    threads.emplace_back([&] {
      for (int i = 0; i < 50; i++) {
        count++;
        int seen = looped.load(std::memory_order_relaxed);
        while (!looped.compare_exchange_weak(seen, seen + 1)) {
        }
        Block<5> old = odd, next;
        do {
          next = old;
          next.data[4]++;
        } while (!odd.compare_exchange_strong(old, next));
      }
    });
  }
  for (auto &thread : threads) thread.join();
  EXPECT_EQ(count, 200);
  EXPECT_EQ(looped, 200);
  EXPECT_EQ(odd.load().data[4], 200);
}

}  // namespace
