// The smallest model: always the answer that its config gives.
#include "touchstone/plugin.hpp"

namespace {
using namespace touchstone;

struct Parrot : ModelBackend {
  explicit Parrot(std::string answer) : answer_(std::move(answer)) {}
  Value identity() const override { return Value().set("answer", answer_); }
  Result<Ask> ask(const Task&, const Prompt&, const Draws& draws) const override {
    return Ask(std::vector<Completion>(static_cast<std::size_t>(draws.count), Completion{answer_}));
  }
  std::string answer_;
};
constexpr Option options[] = {{.key = "answer", .help = "What it always says", .required = true}};
}  // namespace

TOUCHSTONE_PLUGIN(ModelBackend, parrot, "1.0", "Always says the same", options,
                  [](const Config& config, Host&) { return made<ModelBackend, Parrot>(config.text("answer")); })
