// A program of ordinary size for overhead_bench: a word index over made-up text, sorted, queried and cached by four threads.
// SPDX-License-Identifier: Apache-2.0
//
// What instrumentation costs depends on what a program does: this one hashes, sorts, copies strings, walks maps and takes a
// mutex now and then, as most tests do. argv[1]: rounds, 1 if absent.
#include <algorithm>
#include <atomic>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <numeric>
#include <optional>
#include <shared_mutex>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

namespace {

class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}
  std::uint32_t next(std::uint32_t limit) {
    state_ = state_ * 6364136223846793005u + 1442695040888963407u;
    return static_cast<std::uint32_t>(state_ >> 33) % limit;
  }

 private:
  std::uint64_t state_;
};

std::string word(Random &random) {
  std::string made;
  for (std::uint32_t i = 0, length = 2 + random.next(5); i < length; i++)
    made += static_cast<char>('a' + random.next(6));
  return made;
}

std::vector<std::string> text(std::uint64_t seed, int words) {
  Random random(seed);
  std::vector<std::string> made;
  for (int i = 0; i < words; i++) made.push_back(word(random));
  return made;
}

// Where each word occurs.
class Index {
 public:
  void add(const std::string &what, std::uint32_t where) {
    std::unique_lock lock(mutex_);
    places_[what].push_back(where);
  }
  std::optional<std::vector<std::uint32_t>> find(const std::string &what) const {
    std::shared_lock lock(mutex_);
    auto found = places_.find(what);
    if (found == places_.end()) return std::nullopt;
    return found->second;
  }
  std::vector<std::pair<std::string, std::size_t>> by_count() const {
    std::shared_lock lock(mutex_);
    std::vector<std::pair<std::string, std::size_t>> all;
    for (const auto &[what, where] : places_) all.emplace_back(what, where.size());
    std::sort(all.begin(), all.end(), [](const auto &a, const auto &b) {
      return a.second != b.second ? a.second > b.second : a.first < b.first;
    });
    return all;
  }

 private:
  mutable std::shared_mutex mutex_;
  std::unordered_map<std::string, std::vector<std::uint32_t>> places_;
};

// The answers used last.
class Cache {
 public:
  explicit Cache(std::size_t most) : most_(most) {}
  std::uint64_t get(const std::string &key, const std::function<std::uint64_t()> &compute) {
    std::lock_guard lock(mutex_);
    if (auto found = by_key_.find(key); found != by_key_.end()) {
      used_.splice(used_.begin(), used_, found->second);
      hits_.fetch_add(1, std::memory_order_relaxed);
      return found->second->second;
    }
    used_.emplace_front(key, compute());
    by_key_[key] = used_.begin();
    if (used_.size() > most_) {
      by_key_.erase(used_.back().first);
      used_.pop_back();
    }
    return used_.front().second;
  }
  std::uint64_t hits() const { return hits_.load(std::memory_order_relaxed); }

 private:
  std::size_t most_;
  std::mutex mutex_;
  std::list<std::pair<std::string, std::uint64_t>> used_;
  std::map<std::string, std::list<std::pair<std::string, std::uint64_t>>::iterator> by_key_;
  std::atomic<std::uint64_t> hits_{0};
};

std::uint64_t checksum(const std::vector<std::uint32_t> &places) {
  return std::accumulate(places.begin(), places.end(), std::uint64_t{17},
                         [](std::uint64_t sum, std::uint32_t place) { return sum * 31 + place; });
}

std::uint64_t round_of(int number) {
  constexpr int kThreads = 4, kWords = 2000, kQueries = 50;
  Index index;
  Cache cache(64);
  std::vector<std::string> words = text(static_cast<std::uint64_t>(number) + 1, kWords);
  for (std::uint32_t i = 0; i < words.size(); i++) index.add(words[i], i);
  auto most = index.by_count();
  std::vector<std::uint64_t> sums(kThreads);
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; t++)
    threads.emplace_back([&, t] {
      Random random(static_cast<std::uint64_t>(t));
      for (int i = 0; i < kQueries; i++) {
        const std::string &asked = most[random.next(static_cast<std::uint32_t>(most.size()))].first;
        sums[t] += cache.get(asked, [&] { return checksum(index.find(asked).value_or(std::vector<std::uint32_t>{})); });
      }
    });
  for (std::thread &thread : threads) thread.join();
  return std::accumulate(sums.begin(), sums.end(), std::uint64_t{0});
}

}  // namespace

int main(int count, char **values) {
  int rounds = count > 1 ? std::atoi(values[1]) : 1;
  std::uint64_t sum = 0;
  for (int i = 0; i < rounds; i++) sum ^= round_of(i);
  return sum == 0 ? 1 : 0;
}
