// A decoder of what may stand between a call and the next one.
// SPDX-License-Identifier: Apache-2.0
#include "runtime/by_graph/result_used.h"

#include <cstring>

namespace interleave::runtime {
namespace {

constexpr int kMostInstructions = 32;
constexpr unsigned kResult = 0;              // rax

enum class Use { unknown, used, overwritten };

// ModRM and what belongs to it.
struct Operands {
  unsigned reg = 0, rm = 0;                  // rm: a register if is_register, else a base
  unsigned index = 4;                        // none
  bool is_register = false, has_base = true;

  bool address_uses(unsigned r) const { return !is_register && ((has_base && rm == r) || (index != 4 && index == r)); }
  bool is(unsigned r) const { return is_register && rm == r; }
};

class Decoder {
 public:
  explicit Decoder(std::uint64_t pc) : at_(reinterpret_cast<const unsigned char *>(pc)) {}

  // One instruction: what it does to the result. Unknown ones count as a use.
  Use step() {
    rex_ = 0;
    if (std::memcmp(at_, "\xf3\x0f\x1e\xfa", 4) == 0) return at_ += 4, Use::unknown;      // endbr64
    const bool is_short = *at_ == 0x66;
    while (*at_ == 0x66) at_++;
    if ((*at_ & 0xf0) == 0x40) rex_ = *at_++;
    const unsigned opcode = *at_++;
    if (is_short && opcode != 0x0f && opcode != 0x90) return Use::used;                   // only nops may be
    switch (opcode) {
      case 0x90: return Use::unknown;
      case 0xe8: return Use::overwritten;                                                 // call: not preserved
      case 0xe9: return jump(4);
      case 0xeb: return jump(1);
      case 0x0f:
        if (*at_++ != 0x1f) return Use::used;
        operands();                                                                       // a nop reads nothing
        return Use::unknown;
      case 0x8d: return writes_register(operands(), false);                               // lea
      case 0x8b: return writes_register(operands(), true);                                // mov r, r/m
      case 0x89: return writes_operand(operands(), 0, true);                              // mov r/m, r
      case 0xc7: return writes_operand(operands(), 4, false);                             // mov r/m, imm
      case 0x31:
      case 0x33: return clears(operands());                                               // xor
      case 0x83: return reads_operand(operands(), 1);                                     // add, sub, cmp ... r/m, imm8
      case 0x81: return reads_operand(operands(), 4);
      case 0xff: return calls(operands());
      default: break;
    }
    if ((opcode & 0xf8) == 0xb8) {                                                        // mov r, imm
      at_ += rex_ & 8 ? 8 : 4;
      return ((opcode & 7) | (rex_ & 1) << 3) == kResult ? Use::overwritten : Use::unknown;
    }
    return Use::used;
  }

 private:
  Operands operands() {
    Operands o;
    const unsigned modrm = *at_++, mod = modrm >> 6;
    o.reg = (modrm >> 3 & 7) | (rex_ & 4) << 1;
    o.rm = (modrm & 7) | (rex_ & 1) << 3;
    o.is_register = mod == 3;
    if (o.is_register) return o;
    bool has_displacement = mod == 2 || (mod == 0 && (modrm & 7) == 5);
    if (mod == 0 && (modrm & 7) == 5) o.has_base = false;                                 // rip
    if ((modrm & 7) == 4) {
      const unsigned sib = *at_++;
      o.index = (sib >> 3 & 7) | (rex_ & 2) << 2;
      o.rm = (sib & 7) | (rex_ & 1) << 3;
      if (mod == 0 && (sib & 7) == 5) o.has_base = false, has_displacement = true;
    }
    at_ += mod == 1 ? 1 : has_displacement ? 4 : 0;
    return o;
  }

  Use jump(int size) {
    std::int32_t distance = static_cast<signed char>(*at_);
    if (size == 4) std::memcpy(&distance, at_, 4);
    at_ += size + distance;
    return Use::unknown;
  }

  Use writes_register(const Operands &o, bool reads_operand) {
    if (o.address_uses(kResult) || (reads_operand && o.is(kResult))) return Use::used;
    return o.reg == kResult ? Use::overwritten : Use::unknown;
  }
  Use writes_operand(const Operands &o, int immediate, bool reads_register) {
    at_ += immediate;
    if (o.address_uses(kResult) || (reads_register && o.reg == kResult)) return Use::used;
    return o.is(kResult) ? Use::overwritten : Use::unknown;
  }
  Use clears(const Operands &o) {
    if (o.is(kResult) && o.reg == kResult) return Use::overwritten;
    return o.is(kResult) || o.reg == kResult || o.address_uses(kResult) ? Use::used : Use::unknown;
  }
  Use reads_operand(const Operands &o, int immediate) {
    at_ += immediate;
    return o.is(kResult) || o.address_uses(kResult) ? Use::used : Use::unknown;
  }
  Use calls(const Operands &o) {
    if ((o.reg & 7) != 2 || o.is(kResult) || o.address_uses(kResult)) return Use::used;
    return Use::overwritten;
  }

  const unsigned char *at_;
  unsigned rex_ = 0;
};

}  // namespace

bool is_result_used(std::uint64_t pc) {
#ifdef __x86_64__
  Decoder decoder(pc);
  for (int i = 0; i < kMostInstructions; i++) {
    const Use use = decoder.step();
    if (use != Use::unknown) return use == Use::used;
  }
#else
  (void)pc;
#endif
  return true;
}

}  // namespace interleave::runtime
