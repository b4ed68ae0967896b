#include "touchstone/plugin.hpp"

using namespace touchstone;

namespace {

constexpr Option options[] = {{.key = "answer", .help = "what it answers, whatever is asked", .required = true}};

class Steady : public ModelBackend {
 public:
  explicit Steady(std::string answer) : answer_(std::move(answer)) {}
  Value identity() const override { return Value().set("name", "steady").set("answer", answer_); }
  Result<Ask> ask(const Task&, const Prompt&, const Draws& draws) const override {
    return Ask(std::vector<Completion>(static_cast<std::size_t>(draws.count), Completion{answer_}));
  }

 private:
  std::string answer_;
};

}  // namespace

TOUCHSTONE_PLUGIN(ModelBackend, steady, "1.0", "Gives one answer to everything", options,
                  [](const Config& config, Host&) { return made<ModelBackend, Steady>(config.text("answer")); })
