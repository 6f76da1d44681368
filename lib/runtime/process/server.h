// The server: the process that was started, stopped where exploration begins, forking workers that execute.
// SPDX-License-Identifier: Apache-2.0
//
// "As late as possible": the program runs once, alone, to its first real choice (or to an explore() body, or to its end or first finding);
// everything before that is shared by all executions. There the process stops for good and forks workers. A worker runs executions until
// one had a finding: a body's by calling the body again, a whole program's by putting its memory back, or, where that cannot be, one
// execution only (image.h). Partial executions (by_graph/partial.h) follow one another in the same process. The strategy lives in the
// campaign's memory, so it outlives its workers.
#pragma once

#include "campaign/campaign.h"
#include "explore/strategy.h"

namespace interleave::runtime::server {

// start() tells where the campaign is; socket < 0: no driver (explore() in a program that was run directly).
void start(campaign::Campaign *shared, int socket);

// enter_worker() returns at once in a worker. In the server it serves requests; only the workers it forks return.
void enter_worker();
bool is_worker();
// has_finished() tells whether the driver has no more requests: a program whose body was explored goes on to its end, and nothing more is explored.
bool has_finished();
// is_serving() tells whether this is the server and it has begun to serve.
bool is_serving();
explore::Strategy &strategy();

// serve_body() is enter_worker() for an explore() body: returns true in each worker, and false in the server when the driver has
// no more requests, so that the program goes on.
bool serve_body(const char *name);

// run_request() forks workers until the strategy, a limit or a finding ends the request; returns false in a worker, true in the server.
bool run_request();

// next_execution() is called in a worker after an execution without a finding, which is published, with its Execution::ending: accounts for
// it and begins the next one, or ends the worker when there is none.
void next_execution();

// go_on() is next_execution() of a whole program: where this process can be put back to where it began (image.h), it does not return; else
// it does, for this execution to end the process.
void go_on();

// can_go_back() tells whether this process can be put back to where it began.
bool can_go_back();
// after_partial() begins the execution after a partial one, of which skip() has said what comes next. leave_partial() puts this process back for it,
// or ends the request.
enum class Next { nothing, partial, whole };
Next after_partial(explore::Skip skip);
[[noreturn]] void leave_partial(Next next);

// refuse() tells the driver why the program cannot be tested, and waits to be killed by it. Returns if there is no driver.
void refuse(const char *sentence);

// tell() sends a message to the driver, if there is one.
void tell(campaign::Message::Kind kind, std::uint32_t value, const char *text);

}  // namespace interleave::runtime::server
