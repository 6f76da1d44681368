// Crashes: signals, abort, std::terminate and failed assertions become findings, with the stack they came from.
// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace interleave::runtime::crash {

// install() sets handlers for the fatal signals (on a stack of our own), for std::terminate, and for the driver's watchdog.
// A handler that the program sets later replaces ours: its death is then told by its wait status alone.
void install();

// expect_assertion() says why the abort that follows happens.
void expect_assertion(const char *expression, const char *file, unsigned line);

}  // namespace interleave::runtime::crash
