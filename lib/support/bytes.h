// ByteWriter, ByteReader: plain values as bytes in memory that is given, one after another, and back again.
// SPDX-License-Identifier: Apache-2.0
//
// For what one process writes and another of the same build reads: values are copied as they lie in memory. Neither ever goes beyond its
// memory: a writer that is full and a reader that is at the end say so, and do nothing more.
#pragma once

#include <cstddef>
#include <cstring>
#include <span>
#include <type_traits>

namespace interleave::support {

class ByteWriter {
 public:
  explicit ByteWriter(std::span<std::byte> memory) : memory_(memory) {}

  void put_bytes(const void *from, std::size_t bytes) {
    is_full_ = is_full_ || bytes > memory_.size() - size_;
    if (is_full_ || bytes == 0) return;
    std::memcpy(memory_.data() + size_, from, bytes);
    size_ += bytes;
  }
  template <typename T>
    requires std::is_trivially_copyable_v<T>
  void put(const T &value) {
    put_bytes(&value, sizeof value);
  }
  // put_all() writes the number of elements of a contiguous container, and them.
  template <typename Container>
  void put_all(const Container &from) {
    static_assert(std::is_trivially_copyable_v<typename Container::value_type>);
    put(from.size());
    put_bytes(from.data(), from.size() * sizeof(typename Container::value_type));
  }

  bool is_full() const { return is_full_; }
  std::size_t size() const { return size_; }

 private:
  std::span<std::byte> memory_;
  std::size_t size_ = 0;
  bool is_full_ = false;
};

class ByteReader {
 public:
  explicit ByteReader(std::span<const std::byte> memory) : memory_(memory) {}

  void get_bytes(void *into, std::size_t bytes) {
    is_short_ = is_short_ || bytes > memory_.size();
    if (is_short_ || bytes == 0) return;
    std::memcpy(into, memory_.data(), bytes);
    memory_ = memory_.subspan(bytes);
  }
  template <typename T>
    requires std::is_trivially_copyable_v<T>
  T get() {
    T value{};
    get_bytes(&value, sizeof value);
    return value;
  }
  // get_all() is put_all()'s other half.
  template <typename Container>
  void get_all(Container &into) {
    using Element = typename Container::value_type;
    const auto count = get<std::size_t>();
    is_short_ = is_short_ || count > memory_.size() / sizeof(Element);
    if (is_short_) return;
    into.resize(count);
    get_bytes(into.data(), count * sizeof(Element));
  }

  // What was read last is worth nothing: there were fewer bytes.
  bool is_short() const { return is_short_; }
  std::span<const std::byte> rest() const { return memory_; }

 private:
  std::span<const std::byte> memory_;
  bool is_short_ = false;
};

}  // namespace interleave::support
