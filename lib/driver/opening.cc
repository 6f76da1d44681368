// From the start of a program to the point where exploration begins.
// SPDX-License-Identifier: Apache-2.0
#include "driver/opening.h"

#include <ctime>

#include <fmt/format.h>

namespace interleave::driver {
namespace {

using Kind = Opening::Kind;
using Message = campaign::Message;

std::int64_t now_ns() {
  timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * std::int64_t{1'000'000'000} + now.tv_nsec;
}

std::string other_version(std::uint32_t abi) {
  return fmt::format("its runtime speaks version {} of the interface, this is version {}", abi,
                     campaign::kLayout);
}

// Waits for the message `wanted`; other ends of the program end the waiting.
support::Result<Opening> open_until(const Launch &launch, Message::Kind wanted, double patience) {
  auto session = Session::start(launch);
  if (!session) return tl::make_unexpected(session.error());
  Opening opening{Kind::silent, std::move(*session), "", 0, "", {}, false};
  Watchdog watchdog(patience);
  bool has_spoken = false;
  while (true) {
    Session::News news = opening.session->wait(100);
    opening.has_gtest = opening.session->campaign().has_gtest != 0;
    switch (news.kind) {
      case Session::News::Kind::exited:
        opening.kind = has_spoken ? Kind::sequential : Kind::silent;
        opening.status = news.status;
        return opening;
      case Session::News::Kind::interrupted: opening.kind = Kind::interrupted; return opening;
      case Session::News::Kind::timeout: {
        opening.hang = watchdog.look_at(opening.session->pid(), 0, now_ns());
        if (opening.hang.kind == Hang::Kind::none) continue;
        opening.kind = Kind::hung;
        opening.session->kill();
        return opening;
      }
      case Session::News::Kind::message: break;
    }
    has_spoken = true;
    if (news.message.kind == Message::hello && news.message.value != campaign::kLayout) {
      opening.kind = Kind::refused;
      opening.sentence = other_version(news.message.value);
      return opening;
    }
    if (news.message.kind == Message::failed) {
      opening.kind = Kind::refused;
      opening.sentence = news.message.text;
      return opening;
    }
    if (news.message.kind != wanted) continue;
    opening.kind = Kind::ready;
    opening.body = news.message.text;
    return opening;
  }
}

}  // namespace

support::Result<Opening> open(const Launch &launch, double patience) {
  return open_until(launch, Message::ready, patience);
}

support::Result<Opening> open_to_hello(const Launch &launch) {
  return open_until(launch, Message::hello, Watchdog::kPatience);
}

support::Result<std::vector<std::string>> list_bodies(Launch launch, double patience) {
  launch.settings.mode = campaign::Mode::list;
  auto session = Session::start(launch);
  if (!session) return tl::make_unexpected(session.error());
  std::vector<std::string> names;
  Watchdog watchdog(patience);
  while (true) {
    Session::News news = (*session)->wait(100);
    if (news.kind == Session::News::Kind::message && news.message.kind == Message::listed)
      names.emplace_back(news.message.text);
    if (news.kind == Session::News::Kind::exited || news.kind == Session::News::Kind::interrupted)
      return names;
    if (news.kind == Session::News::Kind::timeout &&
        watchdog.look_at((*session)->pid(), names.size(), now_ns()).kind != Hang::Kind::none)
      return names;  // what it named before it hung is what there is
  }
}

}  // namespace interleave::driver
