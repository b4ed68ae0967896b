#include "pipeline/asking.hpp"

#include <atomic>

#include "pipeline/generate.hpp"
#include "pipeline/schedule.hpp"

namespace touchstone {
namespace {

struct Asking : Work {
  explicit Asking(const PlannedSample& p) : planned(p) {}
  const PlannedSample& planned;
  Completion completion;
};

class AskedModel : public ModelBackend {
 public:
  AskedModel(const std::string& name, const Value& asking)
      : name_(name), identity_(asking["models"][name]), answers_(asking["answers"][name]) {}
  Value identity() const override { return identity_; }
  int answers(const Task& task) const override {
    return static_cast<int>(answers_[task_hash(task)].integer(1));  // only those other than 1 are listed
  }
  Result<Ask> ask(const Task&, const Prompt&, const Draws&) const override {
    return Error{ErrorCode::unavailable, "it was asked elsewhere, and this answer is not among those stored", name_};
  }

 private:
  std::string name_;
  Value identity_, answers_;
};

}  // namespace

Value stored_completion(const PlannedSample& sample, const Completion& completion) {
  Value out;
  out.set("key", sample.asked).set("suite", sample.suite).set("task", sample.task->question.id);
  out.set("prompt", sample.style).set("model", sample.model->name).set("draw", sample.draw);
  out.set("finish", completion.finish).set("detail", completion.detail).set("text", completion.text);
  return out.set("reasoning", completion.reasoning).set("usage", completion.usage).set("origin", completion.origin);
}

std::optional<Completion> read_stored(const Value& value) {
  if (value["finish"].text().empty() || !value["text"].is_text()) return {};
  return Completion{value["text"].text(),   value["reasoning"].text(),
                    value["finish"].text(), value["detail"].text(),
                    value["usage"],         value["origin"]};
}

Result<None> ask_models(const std::vector<const PlannedSample*>& todo, std::uint64_t seed, std::stop_token stop,
                        const std::function<Result<None>(const PlannedSample&, const Completion&)>& keep) {
  std::optional<Error> failed;
  std::atomic<bool> broken{false};
  const auto over = [&] { return broken || stop.stop_requested(); };
  const auto of = [](Work& work) -> Asking& { return static_cast<Asking&>(work); };
  Stages stages;
  stages.select = [&](std::size_t index) { return std::make_shared<Asking>(*todo[index]); };
  stages.ask = [&](Work& work) {
    if (!over()) of(work).completion = answer(of(work).planned, seed);
  };
  stages.extract = stages.measure = [](Work&) {};
  stages.execute = [](Work&, std::size_t) {};
  stages.publish = [&](Work& work) {
    if (over()) return;
    if (const auto kept = keep(of(work).planned, of(work).completion); !kept) {
      failed = kept.error();
      broken = true;
    }
  };
  stages.affinity = [](const Work&) { return std::string(); };
  stages.cancelled = over;
  run_schedule(todo.size(), stages, {.asks = 4, .lanes = 1, .in_flight = 16});
  if (failed) return *failed;
  if (stop.stop_requested()) return Error{ErrorCode::cancelled, "the run was interrupted"};
  return None{};
}

std::unique_ptr<ModelBackend> asked_model(const std::string& name, const Value& asking) {
  return std::make_unique<AskedModel>(name, asking);
}

}  // namespace touchstone
