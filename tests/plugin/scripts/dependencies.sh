# Dependency files name the real headers, the shim and the plugin.
# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2154
cxx -w -MD -MF use.d -c use.cc -o use.o
expect 'guarded\.h' use.d
expect 'interleave/mutex\.h' use.d
expect 'interleave_plugin_[0-9]+\.so' use.d
expect '^use\.o:' use.d
