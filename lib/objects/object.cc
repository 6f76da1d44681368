// Table: the address index of the objects of one execution.
// SPDX-License-Identifier: Apache-2.0
#include "objects/object.h"

#include <bit>
#include <cstring>
#include <new>

namespace interleave::objects {
namespace {

// The member of the union that an object of this kind uses. An atomic location has waiters too: a
// futex is a location.
void begin_state(Object *o) {
  switch (o->kind) {
    case model::ObjectKind::mutex: new (&o->mutex) Mutex; break;
    case model::ObjectKind::rwlock: new (&o->rwlock) Rwlock; break;
    case model::ObjectKind::once: new (&o->once) Once; break;
    default: new (&o->condition) Condition; break;
  }
}

}  // namespace

void Table::begin(support::Arena &arena) {
  arena_ = &arena;
  count_ = 0;
  capacity_ = kFirstCapacity;
  shift_ = 64 - std::countr_zero(capacity_);
  buckets_ = arena.take_array<Object *>(capacity_);
  by_id_ = arena.take_array<Object *>(capacity_);
  std::memset(buckets_, 0, capacity_ * sizeof *buckets_);
}

// The old arrays stay in the arena: all of them together are as large as the last.
void Table::grow() {
  std::uint32_t capacity = capacity_ * 2;
  Object **buckets = arena_->take_array<Object *>(capacity),
         **by_id = arena_->take_array<Object *>(capacity);
  std::memset(buckets, 0, capacity * sizeof *buckets);
  std::memcpy(by_id, by_id_, count_ * sizeof *by_id);
  buckets_ = buckets;
  by_id_ = by_id;
  capacity_ = capacity;
  shift_--;
  for (model::ObjectId i = 0; i < count_; i++) {
    Object *o = by_id_[i];
    if (!o->alive) continue;
    Object *&head = buckets_[bucket(o->address)];
    o->next = head;
    head = o;
  }
}

Object *Table::make(std::uint64_t address, model::ObjectKind kind, model::ThreadId creator) {
  if (Object *before = find_any(address)) erase(before);
  if (count_ == capacity_) grow();
  Object *o = new (arena_->take(sizeof(Object), alignof(Object)))
      Object{kind, count_, creator, address, nullptr, 0, true, {}, {}, {}, {}, {}};
  begin_state(o);
  by_id_[count_++] = o;
  Object *&head = buckets_[bucket(address)];
  o->next = head;
  head = o;
  return o;
}

void Table::erase(Object *object) {
  if (!object->alive) return;
  object->alive = false;
  for (Object **at = &buckets_[bucket(object->address)]; *at; at = &(*at)->next) {
    if (*at != object) continue;
    *at = object->next;
    return;
  }
}

// Takes the object with the lowest id that lies in the range out of the bucket.
Object *Table::unlink_first_in(std::uint64_t bucket, std::uint64_t address, std::uint64_t size) {
  Object **lowest = nullptr;
  for (Object **at = &buckets_[bucket]; *at; at = &(*at)->next)
    if ((*at)->address - address < size && (!lowest || (*at)->id < (*lowest)->id)) lowest = at;
  if (!lowest) return nullptr;
  Object *o = *lowest;
  *lowest = o->next;
  return o;
}

void Table::erase_range(std::uint64_t address, std::uint64_t size, void (*on)(Object *)) {
  if (size == 0 || count_ == 0) return;
  std::uint64_t first = address >> kGranuleBits, last = (address + size - 1) >> kGranuleBits;
  if (last - first >=
      capacity_) {  // a large range: by id, so that the order does not hang on addresses
    for (model::ObjectId i = 0; i < count_; i++) {
      Object *o = by_id_[i];
      if (!o->alive || o->address - address >= size) continue;
      if (on) on(o);
      erase(o);
    }
    return;
  }
  for (std::uint64_t granule = first; granule <= last; granule++) {
    while (Object *o = unlink_first_in(bucket(granule << kGranuleBits), address, size)) {
      if (on) on(o);
      o->alive = false;
    }
  }
}

}  // namespace interleave::objects
