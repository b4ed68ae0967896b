#include "pipeline/checking.hpp"

#include "util/hash.hpp"
#include "util/json.hpp"

namespace touchstone {
namespace {

Value task_value(const Task& task, std::int64_t bytes) {
  Value oracle, entries{Value::List{}}, out;
  oracle.set("reference", task.oracle.reference).set("golden", task.oracle.golden).set("program", task.oracle.program);
  oracle.set("cases", task.oracle.cases).set("policy", task.oracle.policy);
  for (const std::string& entry : task.question.entries) entries.add(entry);
  out.set("id", task.question.id).set("entries", entries).set("facts", task.question.facts).set("oracle", oracle);
  return out.set("limits", Value().set("bytes", bytes));
}

std::vector<PlannedCall> planned_calls(const Value& reply) {
  std::vector<PlannedCall> out;
  for (const Value& call : reply["calls"].list())
    out.push_back(
        {static_cast<int>(call["index"].integer()), call["entry"].text(), call["case"].text(), call["phase"].text()});
  return out;
}

}  // namespace

Result<Value> Checker::request(Value body, std::span<const Attachment> attachments, double seconds) {
  if (!worker_) return Error{ErrorCode::worker, "it has ended, and its open task with it", "the checker"};
  auto reply = worker_->request(std::move(body), attachments, within(seconds), settings_.stop);
  if (!reply) {
    const std::string reason = worker_->death() ? worker_->death()->reason : reply.error().what;
    kill();
    return Error{reply.error().code, reason, "the checker"};
  }
  if ((*reply)["ok"].flag()) return reply;
  const bool cannot = (*reply)["outcome"].text() == "not_judged";
  return Error{cannot ? ErrorCode::unavailable : ErrorCode::worker, (*reply)["reason"].text(), "the checker"};
}

Result<const OpenedTask*> Checker::open(const Task& task, const Protocol& protocol, const std::string& seed) {
  const std::string text = write_json(task_value(task, settings_.bytes));
  const std::string key = sha256_hex(text + protocol.judge + seed).substr(0, 16);
  if (worker_ && opened_.key == key) return &opened_;
  if (worker_ && !opened_.key.empty())  // a worker that ended since its last reply goes away here
    (void)request(Value().set("do", "close").set("key", opened_.key), {}, settings_.seconds);
  if (settings_.stop.stop_requested()) return Error{ErrorCode::cancelled, "interrupted", "the checker"};
  if (!worker_) {
    auto worker = start_();
    if (!worker) return worker.error();
    worker_ = std::move(*worker);
  }
  opened_ = {};
  auto memory = Shared::of("task", text);
  if (!memory) return memory.error();
  Value body;
  body.set("do", "open").set("key", key).set("judge", protocol.judge).set("how", protocol.how);
  body.set("device", settings_.device).set("seed", seed);
  const Attachment attachment{"task", memory->descriptor()};
  auto reply = request(std::move(body), {&attachment, 1}, settings_.seconds);
  if (!reply) {
    const Error error = reply.error();
    kill();  // a reference that breaks the device takes the checker with it
    return error;
  }
  opened_ = {key, planned_calls(*reply), (*reply)["not_judged"].text(), (*reply)["notes"], (*reply)["tags"]};
  return &opened_;
}

Result<CallArguments> Checker::arguments(int index) {
  auto memory = Shared::create("arguments");
  if (!memory) return memory.error();
  const Attachment attachment{"arguments", memory->descriptor()};
  Value body;
  body.set("do", "arguments").set("key", opened_.key).set("index", index);
  auto reply = request(std::move(body), {&attachment, 1}, settings_.seconds);
  if (!reply) return reply.error();
  if (auto sealed = memory->seal(); !sealed) return sealed.error();
  return CallArguments{std::move(*reply), std::move(*memory)};
}

Result<Value> Checker::judge(int index, const Value& reply, const Shared* outputs, const std::string& sample) {
  Value body;
  body.set("do", "judge").set("key", opened_.key).set("index", index).set("reply", reply).set("sample", sample);
  std::vector<Attachment> attachments;
  if (outputs) attachments.push_back({"outputs", outputs->descriptor()});
  return request(std::move(body), attachments, settings_.seconds);
}

Result<Value> Checker::examine() {
  constexpr double requests = 20;  // it runs references hundreds of times: as long as so many others may take
  return request(Value().set("do", "examine").set("key", opened_.key), {}, requests * settings_.seconds);
}

Result<Value> Checker::time(int index, double seconds) {
  Value body;
  body.set("do", "time").set("key", opened_.key).set("index", index).set("seconds", seconds);
  return request(std::move(body), {}, settings_.seconds + 4 * seconds);
}

void Checker::kill() {
  worker_.reset();
  opened_ = {};
}

}  // namespace touchstone
