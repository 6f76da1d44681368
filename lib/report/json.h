// The JSON report, schema_version 1: ordered keys, no times, no addresses, so that equal runs give
// equal bytes. SPDX-License-Identifier: Apache-2.0
//
// Fields are only ever added; a change of meaning raises schema_version. Paths are as in the debug
// information, relative to the working directory where they lie in it.
#pragma once

#include <string>

#include "report/result.h"

namespace interleave::report {

inline constexpr int kSchemaVersion = 1;

// The whole run (--json FILE). What the program printed is not in it: it may differ from run to
// run.
std::string run_json(const RunResult &run);

// One test (result.json in its folder), as far as it has come.
std::string test_json(const RunResult &run, const TestResult &test);

// One replay.
std::string finding_json(const Finding &finding);

}  // namespace interleave::report
