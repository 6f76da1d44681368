// Names of operations and object kinds.
// SPDX-License-Identifier: Apache-2.0
#include "model/operation.h"

namespace interleave::model {
namespace {

struct Row {
  const char *name;
  ObjectKind kind;
  bool visible;
  const char *words;
};

constexpr Row kRows[] = {
#define OPERATION(name, object, visible, words) {#name, ObjectKind::object, visible, words},
#include "model/operations.def"
#undef OPERATION
};

const Row &row(Op op) { return kRows[static_cast<unsigned>(op)]; }

}  // namespace

const char *words(Op op) { return row(op).words; }
const char *name(Op op) { return row(op).name; }
ObjectKind object_kind(Op op) { return row(op).kind; }
bool is_visible(Op op) { return row(op).visible; }

const char *name(ObjectKind kind) {
  switch (kind) {
    case ObjectKind::thread: return "thread";
    case ObjectKind::clock: return "clock";
    case ObjectKind::mutex: return "mutex";
    case ObjectKind::rwlock: return "shared mutex";
    case ObjectKind::condition: return "condition variable";
    case ObjectKind::once: return "once flag";
    case ObjectKind::atomic: return "atomic";
    case ObjectKind::fence: return "fence";
    case ObjectKind::futex: return "futex";
    case ObjectKind::memory: return "memory";
    case ObjectKind::choice: return "choice";
    case ObjectKind::program: return "program";
    case ObjectKind::semaphore: return "semaphore";
    case ObjectKind::barrier: return "barrier";
  }
  return "object";
}

}  // namespace interleave::model
