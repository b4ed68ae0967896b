#include "pipeline/pipeline.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <map>
#include <mutex>
#include <optional>
#include <thread>

#include "pipeline/extract.hpp"
#include "pipeline/generate.hpp"
#include "pipeline/judge.hpp"
#include "pipeline/judge_attempt.hpp"
#include "pipeline/schedule.hpp"

namespace touchstone {
namespace {

struct SampleWork : Work {
  explicit SampleWork(const PlannedSample& p)
      : planned(p), sample{*p.task, p.suite, p.style, p.model->name, p.draw, {}} {}
  Attempt& attempt() { return sample.attempts.back(); }

  std::map<std::string, Result<Candidate>> own{};  // by judge, where its protocol finds the code by a rule of its own

  const PlannedSample& planned;
  Sample sample;
  Measured measured;
};

Error no_device_left(const Workshop& workshop) {
  std::string devices;
  for (const LeftOut& left : workshop.left_out())
    devices += fmt::format("{}{}: {}", devices.empty() ? "" : "; ", left.device, left.reason);
  return {ErrorCode::environment, "no device is left: " + devices, "runtime",
          "the same command goes on from here once one can be used again"};
}

// A run under way: the stages, in order, and what they share.
class Running {
 public:
  Running(const RunInput& input, const std::function<Result<None>(Published)>& publish)
      : input_(input),
        publish_(publish),
        allowance_(allowance_of(input.wiring.config.limits)),
        timings_(input.wiring.needs().timings) {
    for (std::size_t i = 0; i < lanes_of(input.wiring, input.todo.size()); ++i)
      lanes_.push_back(std::make_unique<Lane>(input.workshop, allowance_, input.stop));
  }

  Result<None> run() {
    const auto of = [](Work& work) -> SampleWork& { return static_cast<SampleWork&>(work); };
    const auto unless_over = [this](auto stage) {
      return [this, stage](Work& work) {
        if (!over()) stage(work);
      };
    };
    Stages stages;
    stages.select = [this](std::size_t index) { return std::make_shared<SampleWork>(*input_.todo[index]); };
    stages.ask = unless_over([=, this](Work& work) { ask(of(work)); });
    stages.extract = unless_over([=, this](Work& work) { find_code(of(work)); });
    stages.execute = [=, this](Work& work, std::size_t lane) { execute_and_judge(of(work), *lanes_[lane]); };
    stages.measure = [=, this](Work& work) {
      if (settled(of(work))) of(work).measured = measure(of(work).sample, input_.wiring);
    };
    stages.publish = [=, this](Work& work) {
      if (settled(of(work))) keep(of(work));
    };
    stages.affinity = [](const Work& work) { return static_cast<const SampleWork&>(work).planned.task->question.id; };
    stages.cancelled = [this] { return over(); };
    run_schedule(input_.todo.size(), stages, {.asks = 4, .lanes = lanes_.size(), .in_flight = 0});
    if (failed_) return *failed_;
    if (input_.stop.stop_requested()) return Error{ErrorCode::cancelled, "the run was interrupted"};
    if (input_.workshop.usable() == 0) return no_device_left(input_.workshop);
    return None{};
  }

 private:
  const PipelineConfig& config() const { return input_.wiring.config; }
  bool over() const { return broken_ || input_.stop.stop_requested() || input_.workshop.usable() == 0; }

  // Whether a sample is worth a record. Where the run ends for want of a device, what was judged before is.
  bool settled(const SampleWork& work) const {
    if (broken_ || input_.stop.stop_requested()) return false;
    if (input_.workshop.usable() > 0) return true;
    if (work.sample.attempts.empty()) return false;
    const auto& verdicts = work.sample.attempts.back().verdicts;
    return verdicts.size() == config().judges.size() &&
           std::none_of(verdicts.begin(), verdicts.end(),
                        [](const Verdict& verdict) { return verdict.outcome == "infrastructure"; });
  }

  void ask(SampleWork& work) const {
    work.sample.attempts.emplace_back();
    std::optional<Completion> known = input_.known ? input_.known(work.planned) : std::nullopt;
    work.attempt().completion =
        known ? std::move(*known) : answer(work.planned, static_cast<std::uint64_t>(config().seed));
  }

  void find_code(SampleWork& work) const {
    Attempt& attempt = work.attempt();
    attempt.candidate = extract(attempt.completion, work.planned.task->question, *input_.wiring.runtime);
    for (const std::string& judge : config().judges) {
      const Protocol* protocol = protocol_of(*work.planned.task, judge);
      if (!protocol || protocol->extraction.empty()) continue;
      const auto suite = std::ranges::find(input_.wiring.suites, work.planned.suite, &WiredSuite::name);
      const std::scoped_lock lock(suites_);
      work.own.emplace(judge, extract_by(protocol->extraction, attempt.completion, *suite->plugin, suite->name));
    }
  }

  void execute_and_judge(SampleWork& work, Lane& lane) const {
    for (const std::string& judge : config().judges) {
      if (over()) return;
      const auto own = work.own.find(judge);
      const bool found = own == work.own.end() || own->second.ok();
      if (found)
        judge_attempt({*work.planned.task, work.planned.suite, work.planned.key, input_.secret, judge, timings_,
                       own == work.own.end() ? nullptr : &*own->second},
                      work.attempt(), lane);
      else
        work.attempt().verdicts.push_back(plain_verdict(judge, "infrastructure", "extract", own->second.error().what));
    }
  }

  void keep(const SampleWork& work) {
    const auto kept = publish_({make_record(work.planned, work.sample, work.measured), texts_of(work.sample)});
    if (kept) return;
    failed_ = kept.error();
    broken_ = true;
  }

  const RunInput& input_;
  const std::function<Result<None>(Published)>& publish_;
  const Allowance allowance_;
  const bool timings_;
  std::vector<std::unique_ptr<Lane>> lanes_;
  std::optional<Error> failed_;
  std::atomic<bool> broken_{false};
  mutable std::mutex suites_;  // asked by one thread at a time
};

}  // namespace

std::size_t lanes_of(const Wiring& wiring, std::size_t samples) {
  const auto asked = static_cast<std::size_t>(wiring.config.limits.parallel);
  const std::size_t cores = std::clamp(std::thread::hardware_concurrency(), 1u, 8u);
  return std::clamp<std::size_t>(asked ? asked : std::max(cores, wiring.devices.size()), 1,
                                 std::max<std::size_t>(samples, 1));
}

Result<None> run_pipeline(const RunInput& input, const std::function<Result<None>(Published)>& publish) {
  return Running(input, publish).run();
}

}  // namespace touchstone
