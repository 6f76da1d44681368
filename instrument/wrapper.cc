// interleave-c++ and interleave-cc: drop-in compiler names that add the plugin and the runtime.
// SPDX-License-Identifier: Apache-2.0
//
// Why a program and not a script: it runs once per translation unit; this costs about a millisecond.
// How it works: the arguments are only looked at, never changed (response files stay files). In front of
//   them go the plugin, what reports need (-g, frame pointers), and where <interleave/test.h> is, to be
//   looked for last; behind them, if this call links a program, the flags of interleave-link.flags. A shared
//   library and `-r` output do not get the runtime: the program they end up in has it. Questions to the
//   compiler (--version, -print-*, -M, -###) are passed on as they are.
// Its own settings come from the environment, so that build systems cannot trip over them:
//   INTERLEAVE_CXX, INTERLEAVE_CC   the real compiler (default clang++-19, clang-19)
//   INTERLEAVE_DISABLE=1            be that compiler and nothing else
//   INTERLEAVE_REWRITE=0            leave std primitives alone; also --no-rewrite as first argument
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#ifndef INTERLEAVE_DEFAULT_CC
#define INTERLEAVE_DEFAULT_CC "clang-19"
#endif
#ifndef INTERLEAVE_DEFAULT_CXX
#define INTERLEAVE_DEFAULT_CXX "clang++-19"
#endif

namespace {

struct Request {
  bool is_question = false;   // asks the compiler about itself or about dependencies
  bool stops_early = false;   // no link step
  bool links_partly = false;  // -shared, -r: the runtime comes later
  bool has_input = false;
  bool has_runtime = false;     // CMake's Interleave::runtime named it already
  bool names_language = false;  // -x: it would hold for the runtime as well
};

bool starts_with(std::string_view text, std::string_view prefix) {
  return text.substr(0, prefix.size()) == prefix;
}

bool ends_with(std::string_view text, std::string_view suffix) {
  return text.size() >= suffix.size() && text.substr(text.size() - suffix.size()) == suffix;
}

template <class... Names>
bool is_one_of(std::string_view text, Names... names) {
  return ((text == names) || ...);
}

// Options whose value is the next argument: it must not be taken for an input.
bool takes_a_value(std::string_view option) {
  return is_one_of(option, "-o", "-x", "-I", "-D", "-U", "-L", "-l", "-T", "-u", "-z", "-include",
                   "-include-pch", "-imacros", "-isystem", "-iquote", "-idirafter", "-isysroot",
                   "-iprefix", "-iwithprefix", "-MF", "-MT", "-MQ", "-Xclang", "-Xlinker",
                   "-Xassembler", "-Xpreprocessor", "-mllvm", "-target", "-arch", "-framework",
                   "-e", "--param", "--config", "--sysroot", "-B", "-aux-info", "-dumpdir");
}

// The words of a response file, quoted as GNU tools do.
std::vector<std::string> words_of(const std::string &path) {
  std::ifstream file(path);
  const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  std::vector<std::string> words;
  std::string word;
  bool is_open = false;
  char quote = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '\\' && i + 1 < text.size()) {
      word += text[++i];
      is_open = true;
    } else if (quote ? c == quote : c == '"' || c == '\'') {
      quote = quote ? 0 : c;
      is_open = true;
    } else if (!quote && std::strchr(" \t\r\n", c)) {
      if (is_open) words.push_back(std::move(word));
      word.clear();
      is_open = false;
    } else {
      word += c;
      is_open = true;
    }
  }
  if (is_open) words.push_back(word);
  return words;
}

bool is_header(std::string_view path) {
  for (const char *suffix : {".h", ".hh", ".hpp", ".hxx", ".H", ".h++"})
    if (ends_with(path, suffix)) return true;
  return false;
}

void look_at(const std::vector<std::string> &arguments, Request &request, int depth = 0) {
  for (size_t i = 0; i < arguments.size(); ++i) {
    const std::string &argument = arguments[i];
    request.has_runtime |= argument.find("libinterleave_runtime.a") != std::string::npos;
    if (argument.size() > 1 && argument[0] == '@' && depth < 8) {
      look_at(words_of(argument.substr(1)), request, depth + 1);
    } else if (is_one_of(argument, "-M", "-MM", "-###", "--version", "-dumpversion",
                         "-dumpmachine", "--help", "-cc1", "-cc1as") ||
               starts_with(argument, "-print-") || starts_with(argument, "--print-") ||
               starts_with(argument, "--help-")) {
      request.is_question = true;
    } else if (is_one_of(argument, "-c", "-S", "-E", "-fsyntax-only", "--precompile", "-emit-ast",
                         "--preprocess", "--compile", "--assemble", "--analyze")) {
      request.stops_early = true;
    } else if (is_one_of(argument, "-shared", "--shared", "-r", "-nostdlib", "--relocatable")) {
      request.links_partly = true;
    } else if (argument == "-x" && i + 1 < arguments.size()) {
      request.names_language = true;
      request.stops_early |= ends_with(arguments[++i], "-header");
    } else if (starts_with(argument, "-x")) {
      request.names_language = true;
      request.stops_early |= ends_with(argument, "-header");
    } else if (takes_a_value(argument)) {
      request.has_input |= argument == "-l";
      ++i;
    } else if (argument == "-" || argument[0] != '-') {
      request.has_input = true;
      request.stops_early |= is_header(argument);
    }
  }
}

std::string own_path() {
  char path[PATH_MAX];
  const ssize_t length = readlink("/proc/self/exe", path, sizeof path);
  return length > 0 ? std::string(path, static_cast<size_t>(length)) : std::string();
}

std::string directory_of(const std::string &path) { return path.substr(0, path.rfind('/')); }

bool is_set(const char *name, const char *value) {
  const char *given = std::getenv(name);
  return given && std::strcmp(given, value) == 0;
}

void append_link_flags(const std::string &directory, std::vector<std::string> &command) {
  constexpr std::string_view kHere = "<CFGDIR>";
  std::ifstream file(directory + "/interleave-link.flags");
  for (std::string line; std::getline(file, line);) {
    if (line.empty() || line[0] == '#') continue;
    for (size_t at; (at = line.find(kHere)) != std::string::npos;)
      line.replace(at, kHere.size(), directory);
    command.push_back(line);
  }
}

[[noreturn]] void execute(const std::vector<std::string> &command) {
  std::vector<char *> raw;
  for (const auto &word : command) raw.push_back(const_cast<char *>(word.c_str()));
  raw.push_back(nullptr);
  execvp(raw[0], raw.data());
  std::fprintf(stderr, "interleave: cannot run %s: %s; name the compiler with %s\n", raw[0],
               std::strerror(errno), "INTERLEAVE_CXX or INTERLEAVE_CC");
  std::exit(127);
}

}  // namespace

int main(int count, char **values) {
  std::vector<std::string> given(values + 1, values + count);
  const std::string name = values[0] ? values[0] : "";
  const bool is_cxx = ends_with(name, "++");
  const char *chosen = std::getenv(is_cxx ? "INTERLEAVE_CXX" : "INTERLEAVE_CC");
  if (!chosen || !*chosen) chosen = is_cxx ? INTERLEAVE_DEFAULT_CXX : INTERLEAVE_DEFAULT_CC;

  if (ends_with(chosen, "interleave-c++") || ends_with(chosen, "interleave-cc")) {
    std::fprintf(stderr, "interleave: INTERLEAVE_%s names %s, which is this wrapper; name the real compiler\n",
                 is_cxx ? "CXX" : "CC", chosen);
    return 127;
  }

  bool rewrites = !is_set("INTERLEAVE_REWRITE", "0");
  if (!given.empty() && given[0] == "--no-rewrite") {
    rewrites = false;
    given.erase(given.begin());
  }
  Request request;
  look_at(given, request);
  std::vector<std::string> command = {chosen};
  const bool is_ours =
      !is_set("INTERLEAVE_DISABLE", "1") && !request.is_question && request.has_input;
  const std::string parts = directory_of(directory_of(own_path())) + "/lib/interleave";
  if (is_ours) {
    const std::string plugin = parts + "/interleave_plugin.so";
    command.insert(command.end(), {"--start-no-unused-arguments", "-fplugin=" + plugin, "-Xclang",
                                   "-fdepfile-entry=" + plugin, "-g", "-fno-omit-frame-pointer",
                                   "-DINTERLEAVE=1", "-idirafter", parts + "/../../include"});
    if (!rewrites) command.push_back("-fplugin-arg-interleave-no-rewrite");
    command.push_back("--end-no-unused-arguments");
  }
  command.insert(command.end(), given.begin(), given.end());
  const bool links = !request.stops_early && !request.links_partly && !request.has_runtime;
  if (is_ours && links) {
    if (request.names_language) command.insert(command.end(), {"-x", "none"});
    append_link_flags(parts, command);
  }
  execute(command);
}
