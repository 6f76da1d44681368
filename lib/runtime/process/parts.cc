// Snapshots and gifts.
// SPDX-License-Identifier: Apache-2.0
#include "runtime/process/parts.h"

#include <atomic>

#include "runtime/execution.h"
#include "runtime/process/machine_clock.h"
#include "runtime/process/server.h"
#include "support/check.h"

namespace interleave::runtime::parts {
namespace {

constexpr std::int64_t kSnapshotEveryNs = 250'000'000;
std::int64_t next_snapshot_ns;

std::uint32_t gifts_so_far() {
  const campaign::Campaign &c = *execution.campaign;
  return c.snapshot_number == 0 ? 0 : c.snapshots[c.snapshot_number % 2].gifts;
}

// Writes the snapshot after the last one, which stays what it is until the next but one is written. It counts when its number is set.
bool write_snapshot(explore::Strategy &strategy, std::uint32_t gifts) {
  campaign::Campaign &c = *execution.campaign;
  const std::uint32_t number = c.snapshot_number + 1;
  campaign::Snapshot &snapshot = c.snapshots[number % 2];
  support::ByteWriter out(snapshot.part.bytes);
  if (!strategy.save(out)) return false;
  snapshot.gifts = gifts;
  snapshot.part.layout = c.layout;
  snapshot.part.progress = c.progress;
  snapshot.part.size = out.size();
  std::atomic_ref(c.snapshot_number).store(number, std::memory_order_release);
  next_snapshot_ns = machine_ns() + kSnapshotEveryNs;
  return true;
}

void give(explore::Strategy &strategy) {
  campaign::Campaign &c = *execution.campaign;
  if (c.snapshot_number == 0 && !write_snapshot(strategy, 0)) return;
  support::ByteWriter out(c.gift.bytes);
  if (!strategy.give(out)) return;                            // asked again after the next execution
  c.gift.layout = c.layout;
  c.gift.progress = {};
  c.gift.size = out.size();
  strategy.report(c.progress);
  c.split_requested = 0;
  const std::uint32_t gifts = gifts_so_far() + 1;
  CHECK(write_snapshot(strategy, gifts), "what is left of a search has no room, but all of it had");
  server::tell(campaign::Message::gave, gifts, "");
}

}  // namespace

void tend(explore::Strategy &strategy, bool is_time_looked_at) {
  if (execution.campaign->split_requested) give(strategy);
  if (is_time_looked_at && machine_ns() >= next_snapshot_ns) write_snapshot(strategy, gifts_so_far());
}

void take_snapshot(explore::Strategy &strategy) { write_snapshot(strategy, gifts_so_far()); }

explore::Taken take(explore::Strategy &strategy) {
  campaign::Campaign &c = *execution.campaign;
  const campaign::Part &task = c.task;
  if (task.layout != c.layout || task.size > campaign::kPartBytes) return explore::Taken::refused;
  support::ByteReader in({task.bytes, task.size});
  const explore::Taken taken = strategy.take(in);
  const std::uint32_t fingerprint = c.progress.default_fingerprint;
  c.progress = task.progress;
  c.progress.default_fingerprint = fingerprint;
  strategy.report(c.progress);
  next_snapshot_ns = machine_ns() + kSnapshotEveryNs;
  return taken;
}

}  // namespace interleave::runtime::parts
