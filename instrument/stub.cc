// The plugin users name: finds out which compiler it is in, then opens the plugin of that version.
// SPDX-License-Identifier: Apache-2.0
//
// Why it exists: a plugin linked against clang 19 dies in clang 14 with a symbol lookup error before it
//   can speak. This file uses no symbol of clang or LLVM: its constructor asks the host for its version
//   through dlsym, and opens interleave_plugin_<major>.so beside itself, or says in one sentence what
//   is wrong and stops the compiler.
#include <dirent.h>
#include <dlfcn.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

namespace {

[[noreturn]] void refuse(const std::string &sentence) {
  std::fprintf(stderr, "interleave: %s\n", sentence.c_str());
  std::_Exit(1);
}

// clang::getClangFullCPPVersion() is "Debian Clang 19.1.7 (3~deb12u1)" or "Clang 19.1.7".
std::string host_version() {
  using Version = std::string();
  for (const char *name : {"_ZN5clang22getClangFullCPPVersionB5cxx11Ev",
                           "_ZN5clang22getClangFullCPPVersionEv"})
    if (void *symbol = dlsym(RTLD_DEFAULT, name)) return reinterpret_cast<Version *>(symbol)();
  return {};
}

int major_of(const std::string &version) {
  const auto word = version.find("Clang ");
  return word == std::string::npos ? 0 : std::atoi(version.c_str() + word + std::strlen("Clang "));
}

std::string own_directory() {
  Dl_info info;
  if (!dladdr(reinterpret_cast<void *>(&own_directory), &info) || !info.dli_fname) return ".";
  const std::string path = info.dli_fname;
  const auto slash = path.rfind('/');
  return slash == std::string::npos ? "." : path.substr(0, slash);
}

// "clang 19", or "clang 18 and clang 19" if several are installed.
std::string supported(const std::string &directory) {
  std::string names;
  DIR *listing = opendir(directory.c_str());
  while (const dirent *entry = listing ? readdir(listing) : nullptr) {
    int major = 0;
    if (std::sscanf(entry->d_name, "interleave_plugin_%d.so", &major) != 1) continue;
    names += (names.empty() ? "clang " : " and clang ") + std::to_string(major);
  }
  if (listing) closedir(listing);
  return names.empty() ? "no compiler (its parts are not beside it)" : names;
}

__attribute__((constructor)) void open_the_real_plugin() {
  const std::string directory = own_directory();
  const int major = major_of(host_version());
  if (major == 0) refuse("this plugin is for " + supported(directory) + ", not for this compiler");
  const std::string real = directory + "/interleave_plugin_" + std::to_string(major) + ".so";
  if (dlopen(real.c_str(), RTLD_NOW | RTLD_GLOBAL)) return;
  const std::string why = dlerror();
  FILE *file = std::fopen(real.c_str(), "r");
  if (file) refuse("cannot open the plugin: " + why);
  refuse("this plugin is for " + supported(directory) + ", and this compiler is clang " +
         std::to_string(major));
}

}  // namespace
