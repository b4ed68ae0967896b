#include "pipeline/prove.hpp"

#include <algorithm>
#include <map>

#include "util/json.hpp"

namespace touchstone {
namespace {

Value launch_value(const Launch& launch) {
  Value out;
  out.set("kernel", launch.kernel).set("source", launch.source).set("count", launch.count);
  for (const auto& [key, value] : launch.arguments.map()) out.set(key, value);
  return out;
}

// The compiler's death while it looks at a kernel is the kernel's doing: a hostile text can crash or hang a compiler.
Value death_result(const std::string& outcome, const std::string& reason, const std::vector<Launch>& launches) {
  Value results{Value::List{}};
  for (const Launch& launch : launches)
    results.add(Value()
                    .set("kernel", launch.kernel)
                    .set("target", "any target")
                    .set("ok", false)
                    .set("own", true)
                    .set("outcome", outcome)
                    .set("reason", reason));
  return results;
}

}  // namespace

std::vector<Launch> distinct(const std::vector<Launch>& launches) {
  std::map<std::string, std::size_t> seen;
  std::vector<Launch> out;
  for (const Launch& launch : launches) {
    Value key;
    key.set("kernel", launch.kernel).set("source", launch.source);
    for (const char* part : {"captured", "signature", "constants", "options"}) key.set(part, launch.arguments[part]);
    const auto [at, fresh] = seen.try_emplace(write_json(key), out.size());
    if (fresh)
      out.push_back(launch);
    else
      out[at->second].count += launch.count;
  }
  return out;
}

Result<Value> prove(const Candidate& candidate, const Question& question, const std::vector<Launch>& launches,
                    Lane& lane, const std::stop_token& stop) {
  if (launches.empty()) return Value(Value::List{});
  auto seat = lane.compiler();
  if (!seat) return seat.error();
  Worker& worker = *seat->worker;
  auto code = Shared::of("candidate", candidate.code);
  if (!code) return code.error();
  Value load, compile, list{Value::List{}}, entries{Value::List{}};
  for (const std::string& entry : question.entries) entries.add(entry);
  for (const Launch& launch : launches) list.add(launch_value(launch));
  load.set("do", "load").set("entries", entries).set("device", lane.device().id).set("file", "candidate.py");
  compile.set("do", "compile").set("launches", list);
  const Attachment attachment{"code", code->descriptor()};
  const double seconds =
      lane.allowance().load_seconds + lane.allowance().call_seconds * (1.0 + double(launches.size()));
  const Deadline deadline = within(seconds);
  auto reply = worker.request(std::move(load), {&attachment, 1}, deadline, stop);
  if (reply && (*reply)["ok"].flag()) reply = worker.request(std::move(compile), {}, deadline, stop);
  if (stop.stop_requested()) return Error{ErrorCode::cancelled, "nobody asks any more"};
  const bool ours = !reply && (!worker.death() || worker.death()->outcome == "infrastructure");
  if (ours || (reply && (*reply)["outcome"].text() == "infrastructure"))
    return Error{ErrorCode::worker, reply ? (*reply)["reason"].text() : reply.error().what};
  if (!reply)
    return death_result(worker.death()->outcome, "the compiler's worker ended: " + worker.death()->reason, launches);
  if (!(*reply)["ok"].flag())
    return death_result("load_error", "the compiler cannot load the file: " + (*reply)["reason"].text(), launches);
  return (*reply)["results"];
}

void note_proof(Execution& execution, Value results) {
  for (Launch& launch : execution.launches) {
    const auto about = [&](const Value& result) { return result["kernel"].text() == launch.kernel; };
    const auto& list = results.list();
    launch.own = std::any_of(list.begin(), list.end(), about) &&
                 std::all_of(list.begin(), list.end(), [&](const Value& r) { return !about(r) || r["own"].flag(); });
  }
  execution.proof = std::move(results);
}

}  // namespace touchstone
