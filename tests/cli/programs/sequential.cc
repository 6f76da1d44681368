// No thread at all; its exit status is its number of arguments.
// SPDX-License-Identifier: Apache-2.0
int main(int argc, char **) { return argc - 1; }
