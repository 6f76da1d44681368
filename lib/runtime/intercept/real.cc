// Looks up the functions behind the ones that the runtime interposes.
// SPDX-License-Identifier: Apache-2.0
#include "runtime/intercept/real.h"

#include <dlfcn.h>

namespace interleave::real {
namespace {

// What an entry points to until it was resolved.
template <auto *entry>
struct First;
template <class Result, class... Parameters, Result (**entry)(Parameters...)>
struct First<entry> {
  static Result call(Parameters... values) {
    resolve();
    return (*entry)(values...);
  }
};

}  // namespace

#define REAL(result, name, parameters) result(*name) parameters = &First<&name>::call;
#include "runtime/intercept/real.def"
#undef REAL

void resolve() {
  // A name that this libc does not have keeps its entry: nothing that libc lacks is called by a
  // program linked with it.
#define REAL(result, name, parameters) \
  if (void *found = dlsym(RTLD_NEXT, #name)) name = reinterpret_cast<result(*) parameters>(found);
#include "runtime/intercept/real.def"
#undef REAL
}

}  // namespace interleave::real
