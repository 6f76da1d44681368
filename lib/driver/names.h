// Names for what an execution touched: the user's words where they can be found, ordinals where
// not, addresses never. SPDX-License-Identifier: Apache-2.0
//
// In this order: the global variable at the address, down to the element (forks[1]); the expression
// in the source line of the object's first use (`std::lock_guard lock(mutex_);` names mutex_); its
// kind and ordinal (mutex #2). When two objects get one name, each is told apart by the order of
// first use: mutex_ #1, mutex_ #2.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "campaign/campaign.h"
#include "driver/symbolize.h"

namespace interleave::driver {

// Reads one recorded execution's tables. All addresses stay inside.
class AddressBook {
 public:
  AddressBook(const campaign::Campaign &campaign, std::string program, Symbolizer &symbolizer);

  const campaign::Campaign &campaign() const { return campaign_; }
  // stack() is a recorded call stack, innermost frame first, with inlined functions.
  const std::vector<report::Frame> &stack(model::StackId id);
  // place() is the innermost frame that is the user's; the innermost one with a line, when none is.
  report::Location place(model::StackId id);
  // role() is the outermost function of the user.
  std::string role(model::StackId id);
  std::optional<Symbolizer::Variable> variable(std::uint64_t address);
  // thread_of_stack() is the thread on whose stack the address lies; -1: none.
  int thread_of_stack(std::uint64_t address) const;

  // object_name() names a synchronisation object.
  std::string object_name(model::ObjectId id);
  // memory_name() names plain memory that is accessed at `used`; empty when there is no name.
  std::string memory_name(std::uint64_t address, const report::Location &used);
  // description() says what and where the memory is: "global of 4 bytes, declared at counter.cc:3".
  std::string description(std::uint64_t address, report::Location *declared);

 private:
  void name_objects();
  std::string heap_description(std::uint64_t address);

  const campaign::Campaign &campaign_;
  std::string program_;
  Symbolizer &symbolizer_;
  std::map<model::StackId, std::vector<report::Frame>> stacks_;
  std::vector<std::string> object_names_;
};

// expression_in() finds in a source line the expression that names the object of an operation: for
// mutexes "lock_guard<std::mutex> l(a->m)" gives "a->m", for atomics "hits.load()" gives "hits".
// Empty: not sure, or there are several.
std::string expression_in(const std::string &source, model::ObjectKind kind);

}  // namespace interleave::driver
