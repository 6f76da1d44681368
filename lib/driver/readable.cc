// Names and places as people want to read them.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <map>

#include "driver/symbolize.h"
#include "support/fs.h"

namespace interleave::driver {
namespace {

void replace_all(std::string &text, std::string_view from, std::string_view to) {
  for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size())
    text.replace(at, from.size(), to);
}

// Cuts the template arguments and parameters away at depth 0: "void f<int>(int)" has the name "f".
// The return type of function templates goes too: what stands before the last blank outside of
// brackets.
std::string without_return_type(const std::string &name) {
  int depth = 0;
  std::size_t begin = 0;
  for (std::size_t i = 0; i < name.size(); i++) {
    char c = name[i];
    if (name.compare(i, 8, "operator") == 0) break;
    if (c == '(' && name.compare(i, 21, "(anonymous namespace)") == 0) {
      i += 20;
      continue;
    }
    if (c == '(' && depth == 0) break;
    if (c == '<' || c == '(' || c == '{') depth++;
    if (c == '>' || c == ')' || c == '}') depth--;
    if (c == ' ' && depth == 0) begin = i + 1;
  }
  return name.substr(begin);
}

// Replaces what stands in the outermost brackets of this kind by "..." once it is long.
std::string shorten_brackets(const std::string &name, char open, char close, std::size_t most) {
  std::string result;
  int depth = 0;
  std::size_t begin = 0;
  for (std::size_t i = 0; i < name.size(); i++) {
    bool is_operator = name[i] == open && result.ends_with("operator");
    if (name[i] == open && !is_operator && depth++ == 0) begin = i;
    if (depth == 0) result += name[i];
    if (name[i] == close && depth > 0 && --depth == 0) {
      std::string inside = name.substr(begin, i - begin + 1);
      result += inside.size() <= most ? inside : std::string{open} + "..." + close;
    }
  }
  return result;
}

// "main::$_0::operator()() const" and "main::{lambda(int)#1}::operator()(int) const" are the
// lambdas of main.
bool name_lambda(std::string &name) {
  std::size_t at = name.find("::$_");
  if (at == std::string::npos) at = name.find("::{lambda");
  if (at == std::string::npos) at = name.find("::'lambda");
  if (at == std::string::npos) return false;
  std::string outer = name.substr(0, at);
  if (std::size_t params = outer.rfind('('); params != std::string::npos && params > 0)
    outer.resize(params);
  name = "lambda in " + outer;
  return true;
}

}  // namespace

std::string readable(std::string name) {
  constexpr std::size_t kLongest = 24;
  replace_all(name,
              "std::__cxx11::basic_string<char, std::char_traits<char>, std::allocator<char>>",
              "std::string");
  replace_all(name,
              "std::__cxx11::basic_string<char, std::char_traits<char>, std::allocator<char> >",
              "std::string");
  replace_all(name, "std::__cxx11::", "std::");
  replace_all(name, "(anonymous namespace)::", "");
  if (std::size_t clone = name.find(" (."); clone != std::string::npos)
    name.resize(clone);  // " (.cold)"
  name = without_return_type(name);
  if (name_lambda(name)) return name;
  replace_all(name, "[abi:cxx11]", "");
  return shorten_brackets(shorten_brackets(name, '<', '>', kLongest), '(', ')', kLongest);
}

bool is_foldable(const std::string &function, const std::string &file, const std::string &module) {
  auto starts = [](const std::string &text, std::initializer_list<std::string_view> heads) {
    return std::any_of(heads.begin(), heads.end(),
                       [&](std::string_view h) { return text.starts_with(h); });
  };
  auto holds = [](const std::string &text, std::initializer_list<std::string_view> parts) {
    return std::any_of(parts.begin(), parts.end(),
                       [&](std::string_view p) { return text.find(p) != std::string::npos; });
  };
  if (starts(function, {"interleave::", "interleave_", "__tsan_", "__interleave",
                        "testing::", "_start", "__libc_start"}))
    return true;
  if (starts(file, {"/usr/include/", "/usr/lib/", "/usr/src/", "./csu", "../sysdeps", "./nptl"}))
    return true;
  if (holds(file, {"/include/c++/", "/include/interleave/", "/lib/interleave/", "/lib/runtime/",
                   "/gtest/", "/gmock/"}))
    return true;
  if (!file.empty()) return false;
  if (function == "trampoline") return true;  // Boost.Context's, at the bottom of each fiber
  std::string library = module.substr(module.rfind('/') + 1);
  return function.empty() || starts(library, {"libstdc++.", "libc.", "libm.", "libgcc_s.",
                                              "ld-linux", "libpthread.", "libc++"});
}

std::string source_line(const std::string &file, unsigned line) {
  static std::map<std::string, std::vector<std::string>> files;
  if (file.empty() || line == 0) return "";
  auto [at, is_new] = files.try_emplace(file);
  if (is_new) {
    std::string text = support::read_file(file).value_or("");
    for (std::size_t begin = 0; begin < text.size();) {
      std::size_t end = std::min(text.find('\n', begin), text.size());
      at->second.push_back(text.substr(begin, end - begin));
      begin = end + 1;
    }
  }
  if (line > at->second.size()) return "";
  std::string text = at->second[line - 1];
  text.erase(std::remove_if(text.begin(), text.end(),
                            [](unsigned char c) { return c < ' ' && c != '\t'; }),
             text.end());
  std::replace(text.begin(), text.end(), '\t', ' ');
  std::size_t begin = text.find_first_not_of(' '), end = text.find_last_not_of(' ');
  return begin == std::string::npos ? "" : text.substr(begin, end - begin + 1);
}

}  // namespace interleave::driver
