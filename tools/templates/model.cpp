// @name@: what to send for an answer. A Command instead of answers runs a program; `read` then reads what it printed.
#include "touchstone/plugin.hpp"

using namespace touchstone;

namespace {

constexpr Option options[] = {{.key = "answer", .help = "what it answers", .fallback = "I am sorry."}};

class Plugin : public ModelBackend {
 public:
  explicit Plugin(std::string answer) : answer_(std::move(answer)) {}
  Value identity() const override { return Value().set("name", "@name@").set("answer", answer_); }
  Result<Ask> ask(const Task&, const Prompt&, const Draws& draws) const override {
    return Ask(std::vector<Completion>(static_cast<std::size_t>(draws.count), Completion{answer_}));
  }

 private:
  std::string answer_;
};

}  // namespace

TOUCHSTONE_PLUGIN(ModelBackend, @name@, "0.1", "Gives one answer to everything", options,
                  [](const Config& config, Host&) { return made<ModelBackend, Plugin>(config.text("answer")); })
