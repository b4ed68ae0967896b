#include "pipeline/examine.hpp"

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>

#include "pipeline/judge_attempt.hpp"
#include "pipeline/pipeline.hpp"
#include "pipeline/waiting_stage.hpp"

namespace touchstone {
namespace {

Value cannot(const std::string& reason) { return Value().set("reason", reason); }

Value examine(const SelectedTask& selected, const std::string& secret, Lane& lane) {
  const Task& task = *selected.task;
  const Protocol* protocol = protocol_of(task, "strict");
  if (!protocol) return cannot("the suite has no protocol for the judge 'strict'");
  if (!protocol->not_judged.empty()) return cannot(protocol->not_judged);
  const auto share = lane.slots().share(lane.device().id, lane.stop());
  if (!share) return cannot(share.error().what);
  const auto open = lane.checker().open(task, *protocol, task_seed(secret, selected.suite, task));
  if (!open) return cannot(open.error().where + ": " + open.error().what);
  if (!(*open)->not_judged.empty()) return cannot((*open)->not_judged);
  const auto reply = lane.checker().examine();
  return reply ? *reply : cannot(reply.error().where + ": " + reply.error().what);
}

}  // namespace

Result<None> examine_tasks(Workshop& workshop, const std::vector<SelectedTask>& tasks, const std::string& secret,
                           const std::stop_token& stop,
                           const std::function<Result<None>(const SelectedTask&, const Value&)>& take) {
  const Allowance allowance = allowance_of(workshop.wiring().config.limits);
  std::vector<std::unique_ptr<Lane>> lanes;
  for (std::size_t i = 0; i < lanes_of(workshop.wiring(), tasks.size()); ++i)
    lanes.push_back(std::make_unique<Lane>(workshop, allowance, stop));
  std::mutex mutex;
  std::optional<Error> failed;
  std::atomic<bool> over{false};
  const auto body = [&](const SelectedTask* task, std::size_t lane) {
    if (over || stop.stop_requested()) return;
    const Value reply = examine(*task, secret, *lanes[lane]);
    if (stop.stop_requested()) return;
    const std::lock_guard lock(mutex);
    if (const auto taken = take(*task, reply); !taken && !failed) failed = taken.error(), over = true;
  };
  {
    WaitingStage<const SelectedTask*> stage(lanes.size(), body, [](const SelectedTask*) { return std::string(); });
    for (const SelectedTask& task : tasks) stage.push(&task);
  }  // waits for all of them
  if (failed) return *failed;
  if (stop.stop_requested()) return Error{ErrorCode::cancelled, "interrupted"};
  return None{};
}

}  // namespace touchstone
