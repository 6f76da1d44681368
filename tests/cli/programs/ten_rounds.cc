// A loop of ten rounds in every execution, while another thread runs.
// SPDX-License-Identifier: Apache-2.0
#include <atomic>
#include <thread>

int main() {
  std::atomic<int> value{0};
  std::thread other([&] { value = 1; });
  for (int i = 0; i < 10; i++) value.fetch_add(2);
  other.join();
}
