// The program's side of parts of an exhaustive search: those that it gives away, takes over, and keeps for the case that it dies.
// SPDX-License-Identifier: Apache-2.0
//
// Called between two executions, by whoever explores: the server, or the worker of an explore() body. The driver is never waited for; what
// it reads is complete before it is told (campaign.h). Cost: the clock is looked at now and then; a snapshot is a copy of the stack of
// graphs, once a second.
#pragma once

#include "explore/strategy.h"

namespace interleave::runtime::parts {

// tend() gives a part away if that was asked for, and takes a snapshot when it is time.
void tend(explore::Strategy &strategy, bool is_time_looked_at);

void take_snapshot(explore::Strategy &strategy);

// take() makes the strategy go on with Campaign::task.
explore::Taken take(explore::Strategy &strategy);

}  // namespace interleave::runtime::parts
