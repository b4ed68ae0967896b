// Its table of options breaks each rule once.
#include "touchstone/plugin.hpp"

namespace {
using namespace touchstone;

struct Nothing : ModelBackend {
  Value identity() const override { return Value(); }
  Result<Ask> ask(const Task&, const Prompt&, const Draws& draws) const override {
    return Ask(
        std::vector<Completion>(static_cast<std::size_t>(draws.count) + 1, Completion{.text = "", .finish = "?"}));
  }
};

constexpr Option options[] = {{.key = "use", .help = "A key of the core"},
                              {.key = "Loud", .help = "Not small"},
                              {.key = "twice", .help = "Once"},
                              {.key = "twice", .help = "Again"},
                              {.key = "mute", .help = ""},
                              {.key = "pick", .type = OptionType::choice, .help = "Of nothing"},
                              {.key = "wait", .type = OptionType::duration, .help = "A bare number", .fallback = "10"},
                              {.key = "count", .type = OptionType::integer, .help = "None", .least = 2, .most = 1}};
}  // namespace

TOUCHSTONE_PLUGIN(ModelBackend, options, "1.0", "Its options break the rules.", options,
                  [](const Config&, Host&) { return made<ModelBackend, Nothing>(); })
