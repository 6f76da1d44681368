// Litmus programs as text, for the graph engine's tests.
// SPDX-License-Identifier: Apache-2.0
//
//   "Wx=1.rel Ry.acq | Wy=1.sc Rx.sc"     threads between bars, each operation with its memory order
//   Wx=1.rel   store          Wx=r.rlx, Wx=r+1.rlx   the value that the thread read last
//   Rx.acq     load           Ax+1.ar   fetch_add       Xx=1.rlx   exchange
//   F.sc       fence          Cx:0>1.ar.acq   compare-exchange, order and failure order
//   ?1:Wx=2.rlx   only if the value read last is 1        !1   goes on only if it is 1, else the thread blocks for ever
#pragma once

#include <cstdlib>
#include <string_view>
#include <vector>

#include "graph_program.h"

namespace interleave::explore::graph {

struct LitmusStep {
  Operation op;                    // none: an assumption only
  bool adds_register = false;
  int only_if = -1;
  int assumes = -1;
};

class LitmusParser {
 public:
  explicit LitmusParser(std::string_view text) : text_(text) {}

  std::vector<std::vector<LitmusStep>> parse() {
    std::vector<std::vector<LitmusStep>> threads(1);
    for (;;) {
      while (peek() == ' ') at_++;
      if (peek() == '\0') return threads;
      if (peek() == '|') {
        at_++;
        threads.emplace_back();
      } else {
        threads.back().push_back(step());
      }
    }
  }

 private:
  char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  char take() { return text_[at_++]; }
  void expect(char c) {
    if (peek() != c) std::abort();
    at_++;
  }
  int number() {
    int n = 0;
    if (peek() < '0' || peek() > '9') std::abort();
    while (peek() >= '0' && peek() <= '9') n = n * 10 + (take() - '0');
    return n;
  }
  Order order() {
    static constexpr std::pair<std::string_view, Order> names[] = {{"rlx", rlx}, {"acq", acq}, {"rel", rel},
                                                                   {"ar", ar},   {"sc", sc}};
    expect('.');
    for (const auto &[name, value] : names) {
      if (text_.substr(at_, name.size()) != name) continue;
      at_ += name.size();
      return value;
    }
    std::abort();
  }
  void operand(LitmusStep &s) {
    if (peek() == 'r') {
      at_++;
      s.adds_register = true;
      if (peek() != '+') return;
      at_++;
    }
    s.op.operand = static_cast<std::uint64_t>(number());
  }
  LitmusStep step() {
    LitmusStep s;
    if (peek() == '!') {
      at_++;
      s.assumes = number();
      return s;
    }
    if (peek() == '?') {
      at_++;
      s.only_if = number();
      expect(':');
    }
    const char what = take();
    if (what != 'F') s.op.location = static_cast<std::uint64_t>(take());
    switch (what) {
      case 'W': s.op.kind = Kind::store; expect('='); operand(s); break;
      case 'R': s.op.kind = Kind::load; break;
      case 'A': s.op.kind = Kind::rmw; s.op.function = Function::add; expect('+'); operand(s); break;
      case 'X': s.op.kind = Kind::rmw; expect('='); operand(s); break;
      case 'C':
        s.op.kind = Kind::cas;
        expect(':');
        s.op.expected = static_cast<std::uint64_t>(number());
        expect('>');
        operand(s);
        break;
      case 'F': s.op.kind = Kind::fence; break;
      default: std::abort();
    }
    s.op.order = order();
    s.op.failure_order = what == 'C' ? order() : s.op.order;
    return s;
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

inline Body run_litmus(Self self, std::vector<LitmusStep> steps) {
  std::uint64_t last = 0;
  for (const LitmusStep &s : steps) {
    if (s.only_if >= 0 && last != static_cast<std::uint64_t>(s.only_if)) continue;
    if (s.assumes >= 0) {
      if (last != static_cast<std::uint64_t>(s.assumes)) co_await self.block();
      continue;
    }
    Operation op = s.op;
    if (s.adds_register) op.operand += last;
    const Answer answer = co_await AwaitAnswer{{op}};
    if (op.kind != Kind::store && op.kind != Kind::fence) last = answer.value;
  }
}

inline Program litmus(std::string_view text) {
  Program program;
  for (const auto &steps : LitmusParser(text).parse())
    program.thread([steps](Self self) { return run_litmus(self, steps); });
  return program;
}

}  // namespace interleave::explore::graph
