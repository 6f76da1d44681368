// Encodes the note that says an object was instrumented.
// SPDX-License-Identifier: Apache-2.0
#include "note.h"

#include <cstdint>
#include <cstring>

#ifndef INTERLEAVE_VERSION
#define INTERLEAVE_VERSION "0.1.0"
#endif

namespace interleave::instrument {
namespace {

void append_word(std::string &bytes, uint32_t word) {
  char raw[sizeof word];
  std::memcpy(raw, &word, sizeof word);  // the plugin runs on the machine it compiles for
  bytes.append(raw, sizeof raw);
}

void pad(std::string &bytes) { bytes.resize((bytes.size() + 3) / 4 * 4); }

}  // namespace

std::string encode_note(const std::string &main_file, bool is_rewritten) {
  std::string description;
  for (const std::string &field : {std::string(kAbiTag), std::string(INTERLEAVE_VERSION), main_file,
                                   std::string(is_rewritten ? "rewritten" : "plain")})
    description.append(field.c_str(), field.size() + 1);
  std::string bytes;
  append_word(bytes, sizeof kNoteName);
  append_word(bytes, static_cast<uint32_t>(description.size()));
  append_word(bytes, kNoteType);
  bytes.append(kNoteName, sizeof kNoteName);
  pad(bytes);
  bytes += description;
  pad(bytes);
  return bytes;
}

}  // namespace interleave::instrument
