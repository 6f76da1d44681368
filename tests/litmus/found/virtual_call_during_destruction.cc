// A virtual call races with the destructor of the object: the table pointer changes.
// SPDX-License-Identifier: Apache-2.0
//
// expect: data-race
// bound: 0
#include <atomic>
#include <thread>

std::atomic<int> calls{0}, destroyed{0};

struct Base {
  virtual void call() { calls++; }
  virtual ~Base() { destroyed++; }
};

struct Derived : Base {
  void call() override { calls += 2; }
  ~Derived() override = default;
};

alignas(Derived) unsigned char storage[sizeof(Derived)];
Base *object = new (storage) Derived;

int main() {
  std::thread a([] { object->call(); });
  std::thread b([] { object->~Base(); });
  a.join();
  b.join();
}
