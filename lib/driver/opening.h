// Opening: a started program, brought to the point where exploration begins.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "driver/program.h"
#include "driver/session.h"

namespace interleave::driver {

struct Opening {
  enum class Kind {
    ready,       // requests can be put; see `session`
    sequential,  // the program ended without reaching a choice; see `status`
    silent,      // it ended without a word of our runtime
    refused,     // the runtime refuses; see `sentence`
    hung,        // it neither ended nor reached a choice; see `hang`
    interrupted,
  } kind;
  std::unique_ptr<Session> session;
  std::string body;  // ready: name of the explore() body, empty: the whole program
  int status = 0;    // sequential: as of waitpid
  std::string sentence;
  Hang hang;
  bool has_gtest = false;
};

// open() starts the program and waits until it is ready, at most `patience` seconds without any
// sign of work.
support::Result<Opening> open(const Launch &launch, double patience);

// open_to_hello() waits only for the runtime's first word, to learn has_gtest; the program then
// waits to be ended.
support::Result<Opening> open_to_hello(const Launch &launch);

// list_bodies() starts a program with Mode::list and returns the names of its explore() bodies.
support::Result<std::vector<std::string>> list_bodies(Launch launch, double patience);

}  // namespace interleave::driver
