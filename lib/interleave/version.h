// The version of interleave and of what its headers ask of its runtime.
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Semantic versioning (semver.org) of the command line, the headers and the machine-readable
// reports.
#define INTERLEAVE_VERSION_MAJOR 0
#define INTERLEAVE_VERSION_MINOR 1
#define INTERLEAVE_VERSION_PATCH 0
#define INTERLEAVE_VERSION "0.1.0"

// Raised when headers and runtime of two versions no longer fit together. It is the number before
// the first colon of INTERLEAVE_SESSION, and equal to campaign::kAbi.
#define INTERLEAVE_RUNTIME_ABI 1
