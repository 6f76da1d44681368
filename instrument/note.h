// The note that says an object was instrumented: its section, layout and the ABI guard symbol.
// SPDX-License-Identifier: Apache-2.0
//
// Why it exists: `interleave doctor` reads from an executable whether, and from which files, it holds
//   instrumented code; and objects must not be linked with a runtime of another ABI.
// Layout: a standard ELF note in section ".note.interleave" (the linker concatenates those of all
//   objects): namesz = 11, descsz, type = 1, name "Interleave\0" padded to 4 bytes, then the description
//   "interleave abi 1\0" "<version>\0" "<main file>\0" "<flags>\0", padded to 4 bytes. Flags is
//   "rewritten" or "plain".
// This header needs no LLVM, so readers can share it.
#pragma once

#include <string>

namespace interleave::instrument {

inline constexpr char kNoteSection[] = ".note.interleave";
inline constexpr char kNoteName[] = "Interleave";
inline constexpr unsigned kNoteType = 1;
inline constexpr char kAbiTag[] = "interleave abi 1";
/// Every instrumented object refers to it and the runtime of the same ABI defines it, so that mixing
/// versions is `undefined reference to interleave_abi_1` at link time.
inline constexpr char kAbiSymbol[] = "interleave_abi_1";

/// Returns the bytes of one note.
std::string encode_note(const std::string &main_file, bool is_rewritten);

}  // namespace interleave::instrument
