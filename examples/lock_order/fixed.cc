// A service whose session, cache and log each have a lock, always taken in this order.
// SPDX-License-Identifier: Apache-2.0
#include <mutex>
#include <thread>

struct Session {
  std::mutex mutex;
  int days_to_keep = 7;
} session;

struct Cache {
  std::mutex mutex;
  int entries = 0;
} cache;

struct Log {
  std::mutex mutex;
  int lines = 0;
} event_log;

void write_log() {
  std::lock_guard lock(event_log.mutex);
  event_log.lines++;
}

void fill_cache() {
  std::lock_guard lock(cache.mutex);
  cache.entries++;
  write_log();
}

void handle_request() {
  std::lock_guard lock(session.mutex);
  fill_cache();
}

int days_to_keep() {
  std::lock_guard lock(session.mutex);
  return session.days_to_keep;
}

void clean_log() {
  const int days = days_to_keep();
  std::lock_guard lock(event_log.mutex);
  if (days < 30) event_log.lines = 0;
}

int main() {
  std::thread request(handle_request);
  std::thread maintenance(clean_log);
  request.join();
  maintenance.join();
}
