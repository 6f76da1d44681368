// A session that lives as long as a request uses it.
// SPDX-License-Identifier: Apache-2.0
#include <memory>
#include <mutex>
#include <thread>

struct Session {
  int bytes = 0;
};

std::mutex mutex;
std::shared_ptr<Session> current = std::make_shared<Session>();

std::shared_ptr<Session> find_session() {
  std::lock_guard lock(mutex);
  return current;
}

void handle_request() {
  const std::shared_ptr<Session> session = find_session();
  if (session == nullptr) return;
  std::lock_guard lock(mutex);
  session->bytes += 100;
}

void close_session() {
  std::lock_guard lock(mutex);
  current.reset();
}

int main() {
  std::thread request(handle_request);
  std::thread closer(close_session);
  request.join();
  closer.join();
}
