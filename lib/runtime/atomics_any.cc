// Atomics of any size: what the shim calls for std::atomic<T>, and the functions of libatomic.
// SPDX-License-Identifier: Apache-2.0
//
// Sizes that the processor has instructions for go the way of intercept/atomic.cc. Others are,
// under control, just bytes: nobody else runs. Without control they are guarded by a table of spin
// locks; for that to be one table for all code of the program, libatomic's functions are ours too
// (C code and what was not rewritten call them).
#include <cstring>

#include "interleave/runtime.h"
#include "runtime/atomics.h"
#include "runtime/futex.h"
#include "runtime/intercept/export.h"
#include "runtime/intercept/real.h"

namespace interleave::runtime::atomics {
namespace {

bool is_native(const void *at, std::size_t size) {
  bool has_instruction = size == 1 || size == 2 || size == 4 || size == 8 || size == 16;
  return has_instruction && reinterpret_cast<std::uint64_t>(at) % size == 0;
}

// with_type() calls f with a null pointer to the unsigned type of that size.
template <class F>
auto with_type(std::size_t size, F f) {
  switch (size) {
    case 1: return f(static_cast<std::uint8_t *>(nullptr));
    case 2: return f(static_cast<std::uint16_t *>(nullptr));
    case 4: return f(static_cast<std::uint32_t *>(nullptr));
    case 8: return f(static_cast<std::uint64_t *>(nullptr));
    default: return f(static_cast<native::u128 *>(nullptr));
  }
}

template <class T>
T value_at(const void *p) {
  T value;
  std::memcpy(&value, p, sizeof value);
  return value;
}

std::uint64_t first_bytes(const void *p, std::size_t size) {
  std::uint64_t value = 0;
  std::memcpy(&value, p, size < sizeof value ? size : sizeof value);
  return value;
}

// Guards an object without control. Acquire pairs with the release in the destructor.
class SpinLocked {
 public:
  explicit SpinLocked(const void *at)
      : lock_(locks_[(reinterpret_cast<std::uint64_t>(at) * 0x9e3779b97f4a7c15u) >> 58].taken) {
    while (__atomic_test_and_set(&lock_, __ATOMIC_ACQUIRE)) real::sched_yield();
  }
  ~SpinLocked() { __atomic_clear(&lock_, __ATOMIC_RELEASE); }
  SpinLocked(const SpinLocked &) = delete;

 private:
  struct alignas(64) Lock {
    bool taken;
  };
  static inline Lock locks_[64];
  bool &lock_;
};

Step begin_bytes(Op kind, const void *at, std::size_t size, Order order, std::uint64_t pc,
                 std::uint64_t operand = 0) {
  Operation op = operation(kind, at, size < 255 ? size : 255, order, pc);
  op.operand = operand;
  Step step = begin(op);
  step.bytes = static_cast<std::uint32_t>(size);
  return step;
}

// Each of these does the operation on bytes: under control as a visible one, else under a spin
// lock.
void load_bytes(const void *at, void *value, std::size_t size, Order order, std::uint64_t pc) {
  if (!controlled) {
    SpinLocked locked(at);
    std::memcpy(value, at, size);
    return;
  }
  Step step = begin_bytes(Op::atomic_load, at, size, order, pc);
  choose_newest(step);
  reads(step, order);
  std::memcpy(value, at, size);
  end(step, first_bytes(value, size), false);
}

void store_bytes(void *at, const void *value, std::size_t size, Order order, std::uint64_t pc) {
  if (!controlled) {
    SpinLocked locked(at);
    std::memcpy(at, value, size);
    return;
  }
  Step step = begin_bytes(Op::atomic_store, at, size, order, pc, first_bytes(value, size));
  writes_unknown(step, order);
  bool changes = std::memcmp(at, value, size) != 0;
  std::memcpy(at, value, size);
  end(step, first_bytes(value, size), changes);
}

template <class F>
void update_bytes(void *at, void *old, std::size_t size, Order order, std::uint64_t pc, F change) {
  if (!controlled) {
    SpinLocked locked(at);
    std::memcpy(old, at, size);
    change(at);
    return;
  }
  Step step = begin_bytes(Op::atomic_rmw, at, size, order, pc);
  choose_newest(step);
  updates_unknown(step, order);
  std::memcpy(old, at, size);
  {
    Inside inside;  // the change is part of the operation: its accesses are not the program's
    change(at);
  }
  step.op.operand = first_bytes(at, size);
  end(step, first_bytes(old, size), std::memcmp(old, at, size) != 0);
}

bool compare_exchange_bytes(void *at, void *expected, const void *desired, std::size_t size,
                            Order success, Order failure, bool weak, std::uint64_t pc) {
  if (!controlled) {
    SpinLocked locked(at);
    bool equal = std::memcmp(at, expected, size) == 0;
    std::memcpy(equal ? at : expected, equal ? desired : at, size);
    return equal;
  }
  Step step = begin_bytes(Op::atomic_cas, at, size, success, pc, first_bytes(desired, size));
  step.op.expected = first_bytes(expected, size);
  choose_newest(step);
  std::uint64_t found = first_bytes(at, size);
  if (std::memcmp(at, expected, size) != 0 || fails_by_choice(weak, pc)) {
    reads(step, failure);
    std::memcpy(expected, at, size);
    end(step, found, false, campaign::kFailed);
    return false;
  }
  updates_unknown(step, success);
  bool changes = std::memcmp(at, desired, size) != 0;
  std::memcpy(at, desired, size);
  end(step, found, changes);
  return true;
}

// ---- any size: the processor's way where there is one ------------------------------------------

void load_any(const void *at, void *value, std::size_t size, Order order, std::uint64_t pc) {
  if (!is_native(at, size)) return load_bytes(at, value, size, order, pc);
  with_type(size, [&]<class T>(T *) {
    T v = load(static_cast<const T *>(at), order, pc);
    std::memcpy(value, &v, sizeof v);
  });
}

void store_any(void *at, const void *value, std::size_t size, Order order, std::uint64_t pc) {
  if (!is_native(at, size)) return store_bytes(at, value, size, order, pc);
  with_type(size,
            [&]<class T>(T *) { store(static_cast<T *>(at), value_at<T>(value), order, pc); });
}

void exchange_any(void *at, const void *value, void *old, std::size_t size, Order order,
                  std::uint64_t pc) {
  if (!is_native(at, size))
    return update_bytes(at, old, size, order, pc, [&](void *v) { std::memcpy(v, value, size); });
  with_type(size, [&]<class T>(T *) {
    T v = fetch<native::Exchange>(static_cast<T *>(at), value_at<T>(value), order, pc);
    std::memcpy(old, &v, sizeof v);
  });
}

bool compare_exchange_any(void *at, void *expected, const void *desired, std::size_t size,
                          Order success, Order failure, bool weak, std::uint64_t pc) {
  if (!is_native(at, size))
    return compare_exchange_bytes(at, expected, desired, size, success, failure, weak, pc);
  return with_type(size, [&]<class T>(T *) {
    T wanted = value_at<T>(expected);
    bool done = compare_exchange(static_cast<T *>(at), &wanted, value_at<T>(desired), success,
                                 failure, weak, pc);
    if (!done) std::memcpy(expected, &wanted, sizeof wanted);
    return done;
  });
}

using Change = void (*)(void *value, const void *operand);

template <class T>
T changed(T value, Change change, const void *operand) {
  change(&value, operand);
  return value;
}

// Without control the change may be tried more than once, as in any compare-exchange loop.
void update_any(void *at, void *old, std::size_t size, Order order, Change change,
                const void *operand, std::uint64_t pc) {
  if (!controlled && is_native(at, size)) {
    with_type(size, [&]<class T>(T *) {
      T v = native::update(static_cast<T *>(at),
                           [&](T before) { return changed(before, change, operand); });
      std::memcpy(old, &v, sizeof v);
    });
    return;
  }
  update_bytes(at, old, size, order, pc, [&](void *value) { change(value, operand); });
}

}  // namespace

bool plain_equal(const void *at, const void *value, std::size_t size) {
  if (!is_native(at, size)) {
    SpinLocked locked(at);
    return std::memcmp(at, value, size) == 0;
  }
  return with_type(size, [&]<class T>(T *) {
    return native::load(static_cast<const T *>(at), Order::seq_cst) == value_at<T>(value);
  });
}

}  // namespace interleave::runtime::atomics

namespace atomics = interleave::runtime::atomics;
using atomics::order_of;

// ---- interleave/runtime.h ----------------------------------------------------------------------

INTERLEAVE_EXPORT void interleave_atomic_load(const void *object, void *value, std::size_t size,
                                              int order) {
  atomics::load_any(object, value, size, order_of(order), INTERLEAVE_CALLER());
}

INTERLEAVE_EXPORT void interleave_atomic_store(void *object, const void *value, std::size_t size,
                                               int order) {
  atomics::store_any(object, value, size, order_of(order), INTERLEAVE_CALLER());
}

INTERLEAVE_EXPORT void interleave_atomic_update(void *object, void *old, std::size_t size,
                                                int order, void (*f)(void *, const void *),
                                                const void *operand) {
  atomics::update_any(object, old, size, order_of(order), f, operand, INTERLEAVE_CALLER());
}

INTERLEAVE_EXPORT int interleave_atomic_compare_exchange(void *object, void *expected,
                                                         const void *desired, std::size_t size,
                                                         int success, int failure, int weak) {
  return atomics::compare_exchange_any(object, expected, desired, size, order_of(success),
                                       order_of(failure), weak != 0, INTERLEAVE_CALLER());
}

INTERLEAVE_EXPORT void interleave_atomic_wait(const void *object, const void *old, std::size_t size,
                                              int order) {
  if (interleave::runtime::controlled)
    interleave::runtime::futex::wait_while_equal(object, old, size, order_of(order),
                                                 INTERLEAVE_CALLER());
  else interleave::runtime::futex::plain_wait_while_equal(object, old, size);
}

INTERLEAVE_EXPORT void interleave_atomic_notify(const void *object, int all) {
  if (interleave::runtime::controlled)
    interleave::runtime::futex::notify(object, all ? UINT32_MAX : 1, INTERLEAVE_CALLER());
  else interleave::runtime::futex::plain_notify(object);
}

// ---- libatomic ---------------------------------------------------------------------------------

// The compilers know these names as built-ins of another shape, hence the assembler names.

INTERLEAVE_EXPORT void interleave_libatomic_load(std::size_t size, const void *at, void *value,
                                                 int order) asm("__atomic_load");
INTERLEAVE_EXPORT void interleave_libatomic_load(std::size_t size, const void *at, void *value,
                                                 int order) {
  atomics::load_any(at, value, size, order_of(order), INTERLEAVE_CALLER());
}

INTERLEAVE_EXPORT void interleave_libatomic_store(std::size_t size, void *at, const void *value,
                                                  int order) asm("__atomic_store");
INTERLEAVE_EXPORT void interleave_libatomic_store(std::size_t size, void *at, const void *value,
                                                  int order) {
  atomics::store_any(at, value, size, order_of(order), INTERLEAVE_CALLER());
}

INTERLEAVE_EXPORT void interleave_libatomic_exchange(std::size_t size, void *at, const void *value,
                                                     void *old, int order) asm("__atomic_exchange");
INTERLEAVE_EXPORT void interleave_libatomic_exchange(std::size_t size, void *at, const void *value,
                                                     void *old, int order) {
  atomics::exchange_any(at, value, old, size, order_of(order), INTERLEAVE_CALLER());
}

INTERLEAVE_EXPORT bool interleave_libatomic_compare_exchange(
    std::size_t size, void *at, void *expected, const void *desired, int success,
    int failure) asm("__atomic_compare_exchange");
INTERLEAVE_EXPORT bool interleave_libatomic_compare_exchange(std::size_t size, void *at,
                                                             void *expected, const void *desired,
                                                             int success, int failure) {
  return atomics::compare_exchange_any(at, expected, desired, size, order_of(success),
                                       order_of(failure), false, INTERLEAVE_CALLER());
}

// Sixteen bytes are called by size where the compiler may not use cmpxchg16b itself.
INTERLEAVE_EXPORT interleave::runtime::native::u128 interleave_libatomic_load_16(
    const void *at, int order) asm("__atomic_load_16");
INTERLEAVE_EXPORT interleave::runtime::native::u128 interleave_libatomic_load_16(const void *at,
                                                                                 int order) {
  return atomics::load(static_cast<const interleave::runtime::native::u128 *>(at), order_of(order),
                       INTERLEAVE_CALLER());
}

INTERLEAVE_EXPORT void interleave_libatomic_store_16(void *at,
                                                     interleave::runtime::native::u128 value,
                                                     int order) asm("__atomic_store_16");
INTERLEAVE_EXPORT void interleave_libatomic_store_16(void *at,
                                                     interleave::runtime::native::u128 value,
                                                     int order) {
  atomics::store(static_cast<interleave::runtime::native::u128 *>(at), value, order_of(order),
                 INTERLEAVE_CALLER());
}

INTERLEAVE_EXPORT interleave::runtime::native::u128 interleave_libatomic_exchange_16(
    void *at, interleave::runtime::native::u128 value, int order) asm("__atomic_exchange_16");
INTERLEAVE_EXPORT interleave::runtime::native::u128 interleave_libatomic_exchange_16(
    void *at, interleave::runtime::native::u128 value, int order) {
  return atomics::fetch<interleave::runtime::native::Exchange>(
      static_cast<interleave::runtime::native::u128 *>(at), value, order_of(order),
      INTERLEAVE_CALLER());
}

INTERLEAVE_EXPORT bool interleave_libatomic_compare_exchange_16(
    void *at, void *expected, interleave::runtime::native::u128 desired, int success,
    int failure) asm("__atomic_compare_exchange_16");
INTERLEAVE_EXPORT bool interleave_libatomic_compare_exchange_16(
    void *at, void *expected, interleave::runtime::native::u128 desired, int success, int failure) {
  return atomics::compare_exchange_any(at, expected, &desired, sizeof desired, order_of(success),
                                       order_of(failure), false, INTERLEAVE_CALLER());
}
