// A static object joins its thread when the program ends.
// SPDX-License-Identifier: Apache-2.0
//
// expect: clean
// executions: 0=1 1=3 2=6
#include <atomic>
#include <thread>

class Service {
 public:
  ~Service() {
    stop_.store(true);
    thread_.join();
  }
  void start() {
    thread_ = std::thread([this] {
      while (!stop_.load()) std::this_thread::yield();
    });
  }

 private:
  std::atomic<bool> stop_{false};
  std::thread thread_;
};

Service service;

int main() { service.start(); }
