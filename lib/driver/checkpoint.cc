// The file's format: a line for people, a sum over the rest, whose it is, then the search.
// SPDX-License-Identifier: Apache-2.0
#include "driver/checkpoint.h"

#include <fmt/format.h>

#include "support/bytes.h"
#include "support/fs.h"

namespace interleave::driver {
namespace {

using support::ByteReader;
using support::ByteWriter;
using support::Exit;

constexpr std::string_view kFirstLine = "interleave checkpoint 1\n";

// What must be the same for the search to be the same.
struct Owner {
  std::uint64_t tool, program, settings;
};

Owner owner_of(const Program &program, const Test &test, const ExploreOptions &o) {
  const campaign::Budgets &b = o.budgets_by_graph;
  std::string settings = fmt::format("{}\n{}\n{}\n{}\n{}\n{}\n{}\n{}\n{}\n{}\n{}", test.name, static_cast<int>(o.memory_model),
                                     static_cast<int>(o.on_race), static_cast<int>(o.substrate), o.max_steps, o.runs_all,
                                     o.assumes_told_reads, o.loop_bound, b.timeouts, b.spurious_wakeups, b.weak_cas_failures);
  for (const std::string &argument : program.arguments) settings += "\n" + argument;
  return {support::fnv(fmt::format("{} {}", INTERLEAVE_VERSION, campaign::kLayout)),
          support::fnv(support::read_file(program.path).value_or("")), support::fnv(settings)};
}

void write(ByteWriter &out, const Checkpoint &c) {
  out.put(c.caution);
  out.put(c.carriers);
  out.put_all(c.places);
  out.put(c.drained);
  out.put(c.parts.size());
  for (const Part &part : c.parts) {
    out.put(part.layout);
    out.put(part.progress);
    out.put_all(part.bytes);
  }
  out.put(c.failures.size());
  for (const KnownFailure &known : c.failures) {
    out.put(known.failure.record);
    out.put_all(known.failure.deviations);
    out.put(known.failure.fingerprint);
    out.put(known.executions);
    out.put_all(known.key);
  }
}

void read(ByteReader &in, Checkpoint &c) {
  c.caution = in.get<campaign::Caution>();
  c.carriers = in.get<std::uint32_t>();
  in.get_all(c.places);
  c.drained = in.get<campaign::Progress>();
  for (auto count = in.get<std::size_t>(); count != 0 && !in.is_short(); count--) {
    Part &part = c.parts.emplace_back();
    part.layout = in.get<std::uint64_t>();
    part.progress = in.get<campaign::Progress>();
    in.get_all(part.bytes);
  }
  for (auto count = in.get<std::size_t>(); count != 0 && !in.is_short(); count--) {
    KnownFailure &known = c.failures.emplace_back();
    known.failure.record = in.get<model::FindingRecord>();
    in.get_all(known.failure.deviations);
    known.failure.fingerprint = in.get<std::uint32_t>();
    known.executions = in.get<std::uint64_t>();
    in.get_all(known.key);
  }
}

std::size_t room_for(const Checkpoint &c) {
  constexpr std::size_t kHead = 4096;
  std::size_t room = kHead + c.places.size() * sizeof(c.places[0]);
  for (const Part &part : c.parts) room += kHead + part.bytes.size();
  for (const KnownFailure &known : c.failures)
    room += kHead + sizeof known.failure.record + known.failure.deviations.size() * sizeof(model::Deviation) + known.key.size() * 8;
  return room;
}

}  // namespace

support::Result<void> save_checkpoint(const std::string &path, const Checkpoint &checkpoint, const Program &program, const Test &test,
                                      const ExploreOptions &options) {
  std::vector<std::byte> bytes(room_for(checkpoint));
  ByteWriter out(bytes);
  out.put(owner_of(program, test, options));
  write(out, checkpoint);
  const std::string_view body(reinterpret_cast<const char *>(bytes.data()), out.size());
  const std::uint64_t sum = support::fnv(body);
  std::string text(kFirstLine);
  text.append(reinterpret_cast<const char *>(&sum), sizeof sum);
  text += body;
  return support::write_file(path, text);
}

support::Result<Checkpoint> load_checkpoint(const std::string &path, const Program &program, const Test &test,
                                            const ExploreOptions &options) {
  auto text = support::read_file(path);
  if (!text) return support::error(Exit::usage, fmt::format("there is no checkpoint of {} to resume from", test.name));
  std::uint64_t sum = 0;
  const std::size_t head = kFirstLine.size() + sizeof sum;
  const auto damaged = [&] {
    return support::error(Exit::usage, fmt::format("{} is no checkpoint of this version, or damaged", path), "run without --resume");
  };
  if (text->size() < head || !text->starts_with(kFirstLine)) return damaged();
  std::memcpy(&sum, text->data() + kFirstLine.size(), sizeof sum);
  const std::string_view body = std::string_view(*text).substr(head);
  if (support::fnv(body) != sum) return damaged();
  ByteReader in(std::as_bytes(std::span(body.data(), body.size())));
  const auto owner = in.get<Owner>();
  const Owner wanted = owner_of(program, test, options);
  if (owner.tool != wanted.tool) return damaged();
  if (owner.program != wanted.program)
    return support::error(Exit::diverged, fmt::format("{} has changed since it was interrupted", program.shown), "run without --resume");
  if (owner.settings != wanted.settings)
    return support::error(Exit::usage, fmt::format("{} was interrupted with other options or arguments", test.name),
                          "give the same ones, or run without --resume");
  Checkpoint checkpoint;
  read(in, checkpoint);
  if (in.is_short()) return damaged();
  return checkpoint;
}

}  // namespace interleave::driver
