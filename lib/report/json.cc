// The JSON report.
// SPDX-License-Identifier: Apache-2.0
#include "report/json.h"

#include <algorithm>

#include <nlohmann/json.hpp>

namespace interleave::report {
namespace {

using Json = nlohmann::ordered_json;

// Bytes that are not UTF-8 (file names, the program's words) must not make the report unwritable.
std::string dump(const Json &json) {
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

Json to_json(const Location &l) {
  Json json = Json::object();
  json["file"] = l.file;
  json["line"] = l.line;
  json["column"] = l.column;
  json["function"] = l.function;
  if (!l.source.empty()) json["source"] = l.source;
  return json;
}

Json to_json(const Access &a) {
  Json json;
  json["thread"] = a.thread;
  json["operation"] = a.operation;
  json["object"] = a.object;
  if (a.size) json["size"] = a.size;
  json["blocked"] = a.is_blocked;
  json["location"] = to_json(a.where);
  json["locks"] = Json::array();
  for (const Lock &lock : a.locks)
    json["locks"].push_back({{"name", lock.name}, {"taken", to_json(lock.taken)}});
  json["stack"] = Json::array();
  for (const Frame &frame : a.stack) {
    if (frame.is_folded) continue;
    Json entry = to_json(frame.where);
    entry["inlined"] = frame.is_inlined;
    json["stack"].push_back(std::move(entry));
  }
  return json;
}

Json to_json(const ThreadEntry &t) {
  Json json;
  json["id"] = t.id;
  json["name"] = t.name;
  json["role"] = t.role;
  json["parent"] = t.parent < 0 ? Json() : Json(t.parent);
  if (t.parent >= 0) json["created"] = to_json(t.created);
  json["state"] = t.state;
  return json;
}

Json to_json(const TraceStep &s) {
  Json json;
  json["number"] = s.number;
  json["schedule_step"] = s.schedule_step;
  json["thread"] = s.thread;
  json["text"] = s.text;
  json["location"] = to_json(s.where);
  json["why"] = words(s.why);
  json["switch"] = s.is_switch;
  json["preemption"] = s.is_preemption;
  if (!s.note.empty()) json["note"] = s.note;
  return json;
}

Json to_json(const Finding &f) {
  Json json;
  json["rule"] = std::string("interleave/") + model::text(f.rule).id;
  json["confirmed"] = f.is_confirmed;
  json["fingerprint"] = f.fingerprint;
  json["message"] = f.message;
  json["test"] = f.test;
  json["program"] = f.program;
  json["location"] = to_json(f.primary);
  json["object"] = f.object;
  json["object_description"] = f.object_description;
  json["schedule"] = f.schedule.text;
  json["preemptions"] = f.schedule.preemptions;
  json["deviations"] = f.schedule.deviations;
  json["strategy"] = f.strategy;
  json["bound"] = f.bound;
  json["executions"] = f.executions;
  json["replay"] = f.replay_command;
  json["explanation"] = f.explanation;
  json["accesses"] = Json::array();
  for (const Access &a : f.accesses) json["accesses"].push_back(to_json(a));
  json["threads"] = Json::array();
  for (const ThreadEntry &t : f.threads) json["threads"].push_back(to_json(t));
  json["hidden_steps"] = f.hidden_steps;
  json["steps"] = Json::array();
  for (const TraceStep &s : f.steps) json["steps"].push_back(to_json(s));
  return json;
}

Json bound_of(std::uint32_t bound) { return bound == UINT32_MAX ? Json("unlimited") : Json(bound); }

Json to_json(const Coverage &c) {
  Json json;
  json["strategy"] = c.strategy;
  bool is_bounded = c.strategy == "bounded";
  if (is_bounded) {
    json["bound"] = bound_of(c.bound);
    json["drained"] = c.drained < 0 ? Json() : bound_of(static_cast<std::uint32_t>(c.drained));
  } else if (c.strategy == "exhaustive") {
    json["blocked"] = c.blocked;
    json["cut"] = c.cut;
    json["loop_bound"] = c.bound;
  } else {
    json["seed"] = c.seed;
  }
  json["executions"] = c.executions;
  json["truncated"] = c.truncated;
  json["complete"] = c.is_complete;
  json["everything"] = c.is_everything;
  json["estimate"] = c.estimated_total() ? Json(c.estimated_total()) : Json();
  // Which executions really run depends on how a search is shared: what is known of those only is no part of the result.
  if (c.strategy != "exhaustive")
    json["steps"] = {{"min", c.steps_min},
                     {"avg", c.executions ? c.steps_sum / c.executions : 0},
                     {"max", c.steps_max}};
  json["threads"] = c.threads;
  return json;
}

Json to_json(const TestResult &t) {
  Json json;
  json["name"] = t.name;
  json["verdict"] = words(t.verdict);
  json["complete"] = t.is_complete();
  json["executions"] = t.executions();
  if (!t.failure.empty()) json["failure"] = t.failure;
  json["coverage"] = Json::array();
  for (const Coverage &part : t.coverage) json["coverage"].push_back(to_json(part));
  json["notes"] = t.notes;
  json["findings"] = Json::array();
  for (const Finding &f : t.findings) json["findings"].push_back(to_json(f));
  return json;
}

Json head_of(const RunResult &run) {
  const RunSettings &s = run.settings;
  Json json;
  json["schema_version"] = kSchemaVersion;
  json["tool"] = {{"name", "interleave"}, {"version", INTERLEAVE_VERSION}};
  json["program"] = run.program;
  json["arguments"] = run.arguments;
  json["settings"] = {{"strategy", s.strategy},
                      {"bound", bound_of(s.bound)},
                      {"seed", s.seed},
                      {"max_executions", s.max_executions},
                      {"max_steps", s.max_steps},
                      {"max_time", s.max_time},
                      {"memory_model", s.memory_model},
                      {"on_race", s.on_race},
                      {"threads", s.threads},
                      {"timeouts", s.timeouts},
                      {"spurious_wakeups", s.spurious_wakeups},
                      {"weak_cas_failures", s.weak_cas_failures},
                      {"stale_reads", s.stale_reads}};
  return json;
}

}  // namespace

std::string run_json(const RunResult &run) {
  Json json = head_of(run);
  json["interrupted"] = run.interrupted_by != 0;
  json["tests"] = Json::array();
  for (const TestResult &test : run.tests) json["tests"].push_back(to_json(test));
  json["warnings"] = run.warnings;
  return dump(json);
}

std::string test_json(const RunResult &run, const TestResult &test) {
  Json json = head_of(run);
  json["test"] = to_json(test);
  return dump(json);
}

std::string finding_json(const Finding &finding) {
  Json json;
  json["schema_version"] = kSchemaVersion;
  json["tool"] = {{"name", "interleave"}, {"version", INTERLEAVE_VERSION}};
  json["finding"] = to_json(finding);
  return dump(json);
}

}  // namespace interleave::report
