#include "pipeline/execute.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>

#include "pipeline/observe.hpp"
#include "touchstone/outcome.hpp"

namespace touchstone {
namespace {

constexpr std::size_t log_bytes = 4096;

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

void fail(Executed& executed, std::string outcome, std::string phase, std::string reason) {
  executed.outcome = std::move(outcome);
  executed.phase = std::move(phase);
  executed.reason = std::move(reason);
}

// What a request that got no usable reply means: the worker's death says it, else the mistake is ours.
void fail(CallOutcome& call, const Worker& worker, const Error& error) {
  call.outcome = worker.death() ? worker.death()->outcome : "infrastructure";
  call.reason = worker.death() ? worker.death()->reason : error.what;
}

struct Refusal {
  std::string outcome, reason;
};

// What a worker that refused may say: what counts against its candidate. Who says better of itself speaks for it.
Refusal refusal(const Value& reply, const char* usual) {
  const std::string outcome = reply["outcome"].text_or(usual);
  // Only the host can say that a mistake is ours: a candidate that breaks its worker from within has crashed it.
  if (outcome == "infrastructure") return {"crash", "its worker broke: " + reply["reason"].text()};
  if (is_scored(outcome) && !is_executed(outcome)) return {outcome, reply["reason"].text()};
  return {"policy_violation", "its worker claims the outcome '" + outcome + "', which is not for it to give"};
}

bool load(Executed& executed, const Candidate& candidate, const Task& task, const Lane& lane) {
  auto code = Shared::of("candidate", candidate.code);
  if (!code) {
    fail(executed, "infrastructure", "load", code.error().what);
    return false;
  }
  Value body, entries{Value::List{}};
  for (const std::string& entry : task.question.entries) entries.add(entry);
  body.set("do", "load").set("entries", entries).set("device", lane.device().id).set("file", "candidate.py");
  const Attachment attachment{"code", code->descriptor()};
  Worker& worker = *executed.seat->worker;
  auto reply = worker.request(std::move(body), {&attachment, 1}, within(lane.allowance().load_seconds), lane.stop());
  if (!reply) {
    CallOutcome call;
    fail(call, worker, reply.error());
    fail(executed, call.outcome, "load", call.reason);
  } else if (!(*reply)["ok"].flag()) {
    const Refusal said = refusal(*reply, "load_error");
    fail(executed, said.outcome, "load", said.reason);
  }
  return executed.outcome.empty();
}

Value call_body(const PlannedCall& call, const CallArguments& arguments, const char* what) {
  Value body;
  body.set("do", what).set("index", call.index).set("entry", call.entry);
  for (const char* key : {"arguments", "backward", "storages", "rng"})
    if (const Value* found = arguments.reply.find(key)) body.set(key, *found);
  return body;
}

// Sends one call and seals what it wrote.
CallOutcome run(Worker& worker, const PlannedCall& call, Lane& lane, Value extra, const char* what, double seconds) {
  CallOutcome out{call, "", "", {}, {}};
  auto arguments = lane.checker().arguments(call.index);
  auto outputs = Shared::create("outputs");
  if (!arguments || !outputs) {
    const Error& error = arguments ? outputs.error() : arguments.error();
    out.outcome = error.code == ErrorCode::unavailable ? "not_judged" : "infrastructure";
    out.reason = error.what;
    return out;
  }
  const Attachment attachments[] = {{"arguments", arguments->memory.descriptor()}, {"outputs", outputs->descriptor()}};
  Value body = call_body(call, *arguments, what);
  for (const auto& [key, value] : extra.map()) body.set(key, value);
  auto reply = worker.request(std::move(body), attachments, within(seconds), lane.stop());
  if (!reply) {
    fail(out, worker, reply.error());
    return out;
  }
  out.reply = std::move(*reply);
  if (!out.reply["ok"].flag()) {
    const Refusal said = refusal(out.reply, "call_error");
    out.outcome = said.outcome;
    out.reason = said.reason;
    return out;
  }
  if (auto sealed = outputs->seal(); !sealed) {
    worker.condemn(sealed.error().what);
    fail(out, worker, sealed.error());
    return out;
  }
  out.outputs = std::move(*outputs);
  return out;
}

// `again`: seen when the call was made a second time, with the device watched.
void append_claims(const char* key, const CallOutcome& call, bool again, Value& into) {
  for (Value item : call.reply[key].list()) {
    if (item.is_map()) item.set("call", call.call.index);
    if (again) item.set("again", true);
    into.add(item);
  }
}

// What the worker claims to have seen during a call; own kernels are known once the compiler or the device confirms.
void note_claims(Execution& execution, const CallOutcome& call) {
  for (const Value& launch : call.reply["launches"].list()) {
    Value arguments;
    for (const char* key : {"captured", "signature", "constants", "divisible", "options", "grid"})
      arguments.set(key, launch[key]);
    arguments.set("call", call.call.index);
    execution.launches.push_back({launch["kernel"].text(), launch["source"].text(), arguments,
                                  launch["count"].integer(1), launch["own"].flag(), false});
  }
  append_claims("library", call, false, execution.library);
  for (const Value& race : call.reply["races"].list())
    execution.races.add(fmt::format("{}, in call {}, {}", race.text(), call.call.index, call.call.where()));
  if (Value memory = call.reply["memory"]; memory.is_map()) execution.memory.add(memory.set("call", call.call.index));
  for (const Value& note : call.reply["notes"].list()) {
    const auto& known = execution.notes.list();
    if (std::find(known.begin(), known.end(), note) == known.end()) execution.notes.add(note);
  }
}

void note_call(Executed& executed, CallOutcome call, double seconds) {
  executed.execution.calls.push_back({call.call.index, call.call.entry, call.call.case_name, call.call.phase,
                                      call.outcome.empty() ? "returned" : call.outcome, call.reason, seconds});
  note_claims(executed.execution, call);
  executed.calls.push_back(std::move(call));
}

}  // namespace

Executed execute(const Candidate& candidate, const Task& task, const OpenedTask& opened, Lane& lane) {
  Executed executed;
  observe(executed.execution, "before", lane);
  auto seat = lane.candidate();
  if (!seat) {
    fail(executed, "infrastructure", "load", seat.error().what);
    return executed;
  }
  executed.seat.emplace(std::move(*seat));
  Worker& worker = *executed.seat->worker;
  if (!load(executed, candidate, task, lane)) return executed;
  for (const PlannedCall& call : opened.calls) {
    if (call.phase == "bench") continue;
    const auto start = std::chrono::steady_clock::now();
    CallOutcome outcome = run(worker, call, lane, Value().set("library", true), "call", lane.allowance().call_seconds);
    note_call(executed, std::move(outcome), seconds_since(start));
    const std::string& status = executed.calls.back().outcome;
    if (worker.death() || status == "infrastructure" || status == "device_error") break;
  }
  return executed;
}

std::vector<CallOutcome> witness(Executed& executed, Lane& lane) {
  std::vector<CallOutcome> again;
  const Value watched = Value().set("kernels", true).set("library", true);
  for (const CallOutcome& before : executed.calls) {
    if (!before.outcome.empty()) continue;  // it raised, as it must
    again.push_back(run(*executed.seat->worker, before.call, lane, watched, "call", lane.allowance().call_seconds));
    if (!again.back().outcome.empty()) break;
    append_claims("kernels", again.back(), true, executed.execution.kernels);
    append_claims("library", again.back(), true, executed.execution.library);
  }
  return again;
}

CallOutcome time_candidate(Executed& executed, const PlannedCall& call, Lane& lane) {
  const double budget = lane.allowance().timing_seconds;
  CallOutcome out = run(*executed.seat->worker, call, lane, Value().set("seconds", budget), "time",
                        lane.allowance().call_seconds + 4 * budget);
  if (!out.outcome.empty()) return out;
  const Value& timing = out.reply["timing"];
  Timing noted{"candidate", call.case_name, timing["mode"].text(), timing["clock"].text(), {}, false};
  for (const Value& second : timing["seconds"].list()) noted.seconds.push_back(to_tenth_of_ns(second.number()));
  executed.execution.timings.push_back(std::move(noted));
  return out;
}

double to_tenth_of_ns(double seconds) { return std::round(seconds * 1e10) / 1e10; }

void note_timed(Executed& executed, CallOutcome call) {
  call.outputs.reset();
  note_call(executed, std::move(call), 0);
}

void finish(Executed& executed) {
  if (!executed.seat) return;
  executed.execution.usage = executed.seat->worker->finish();
  executed.execution.log = executed.seat->folder.log_tail(log_bytes);
  executed.seat.reset();
}

}  // namespace touchstone
