// The end of a process whose invariants broke.
// SPDX-License-Identifier: Apache-2.0
#include "support/check.h"

#include <unistd.h>

#include <cstdio>
#include <cstring>

namespace interleave::support {

void (*check_hook)(const char *message) = nullptr;

void check_failed(const char *file, int line, const char *condition, const char *why) {
  char text[512];
  const char *slash = std::strrchr(file, '/');
  int length = std::snprintf(text, sizeof text,
                             "interleave: internal error at %s:%d: %s (%s). This is a bug in interleave.\n",
                             slash ? slash + 1 : file, line, why, condition);
  if (length > int(sizeof text) - 1) length = int(sizeof text) - 1;
  [[maybe_unused]] auto ignored = write(2, text, static_cast<size_t>(length));
  if (check_hook) check_hook(text);
  _exit(70);
}

}  // namespace interleave::support
