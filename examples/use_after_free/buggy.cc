// A session that is closed while a request still holds a pointer to it.
// SPDX-License-Identifier: Apache-2.0
//
// Goes wrong when the session is closed between the moment in which the request looked it up and
// the moment in which it counts its bytes. Every access is locked, so there is no data race: what
// the lock protects is simply gone. Fixed by shared ownership.
#include <mutex>
#include <thread>

struct Session {
  int bytes = 0;
};

std::mutex mutex;
Session *current = new Session;

Session *find_session() {
  std::lock_guard lock(mutex);
  return current;
}

void handle_request() {
  Session *session = find_session();
  if (session == nullptr) return;
  std::lock_guard lock(mutex);
  session->bytes += 100;
}

void close_session() {
  std::lock_guard lock(mutex);
  delete current;
  current = nullptr;
}

int main() {
  std::thread request(handle_request);
  std::thread closer(close_session);
  request.join();
  closer.join();
}
