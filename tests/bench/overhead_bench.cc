// What instrumentation costs on one ordinary file (overhead/medium.cc): to compile it, to run it, to explore it.
// SPDX-License-Identifier: Apache-2.0
//
// Each iteration is one command, timed whole (so a start of a process is in each). Compare rows: compile/instrumented with compile/plain,
// run/instrumented (run directly) and run/controlled (one execution under `interleave run`, its start included) with run/plain.
// The wrapper with INTERLEAVE_DISABLE=1 is the same compiler without us.
#include <benchmark/benchmark.h>

#include <cstdlib>
#include <filesystem>
#include <string>

namespace {

namespace fs = std::filesystem;

const std::string kWrapper = INTERLEAVE_BENCH_BIN "/interleave-c++";
const std::string kCommand = INTERLEAVE_BENCH_BIN "/interleave";
const std::string kSource = INTERLEAVE_BENCH_SOURCE;

class Folder {
 public:
  Folder() {
    std::string name = (fs::temp_directory_path() / "interleave-overhead-XXXXXX").string();
    if (mkdtemp(name.data())) path_ = name;
  }
  ~Folder() { fs::remove_all(path_); }
  std::string file(const char *name) const { return path_ / name; }

 private:
  fs::path path_;
};

bool run(const std::string &command) { return std::system((command + " > /dev/null 2>&1").c_str()) == 0; }

std::string compilation(bool instrumented, const std::string &output, const char *level) {
  std::string environment = instrumented ? "" : "INTERLEAVE_DISABLE=1 ";
  return environment + kWrapper + " -std=c++20 -g -pthread " + level + " " + kSource + " -o " + output;
}

void repeat(benchmark::State &state, const std::string &command) {
  for (auto _ : state)
    if (!run(command)) state.SkipWithError(command.c_str());
}

void compile(benchmark::State &state, bool instrumented) {
  Folder folder;
  repeat(state, compilation(instrumented, folder.file("medium"), "-O1"));
}

void run_directly(benchmark::State &state, bool instrumented) {
  Folder folder;
  std::string program = folder.file("medium");
  if (!run(compilation(instrumented, program, "-O1"))) state.SkipWithError("does not compile");
  repeat(state, program + " 40");
}

void run_controlled(benchmark::State &state) {
  Folder folder;
  std::string program = folder.file("medium");
  if (!run(compilation(true, program, "-O1"))) state.SkipWithError("does not compile");
  repeat(state, kCommand + " run --executions 1 --max-steps 1000000 -o " + folder.file("out") + " -- " + program + " 40");
}

constexpr auto kUnit = benchmark::kMillisecond;
BENCHMARK_CAPTURE(compile, plain, false)->UseRealTime()->Unit(kUnit);
BENCHMARK_CAPTURE(compile, instrumented, true)->UseRealTime()->Unit(kUnit);
BENCHMARK_CAPTURE(run_directly, plain, false)->UseRealTime()->Unit(kUnit);
BENCHMARK_CAPTURE(run_directly, instrumented, true)->UseRealTime()->Unit(kUnit);
BENCHMARK(run_controlled)->UseRealTime()->Unit(kUnit);

}  // namespace
