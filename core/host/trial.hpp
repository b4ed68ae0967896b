#pragma once
// What one part of a conformance test works with: the plugin, and the list of what was found.

#include <fmt/format.h>

#include <optional>
#include <string>
#include <vector>

#include "host/conform.hpp"
#include "host/guard.hpp"
#include "touchstone/plugin.hpp"

namespace touchstone {

/// What is wrong with one thing; none where it holds.
using Problems = std::vector<std::string>;

struct Trial {
  const PluginHeader& header;
  const Value& settings;
  Host& host;
  std::string part;
  std::vector<Finding> findings{};

  void hold(std::string what, const Problems& problems);
  void note(std::string what, std::string why) { findings.push_back({part, std::move(what), "note", std::move(why)}); }
};

/// Calls the plugin. An exception is a problem; so is an error that says nothing. A returned error gives nothing.
template <class Call>
auto called(Problems& problems, const char* function, Call&& call) {
  auto got = guarded("it", std::forward<Call>(call), function);
  if (!got && got.error().what.starts_with("the plugin 'it' threw"))
    problems.push_back(got.error().what.substr(std::string("the plugin 'it' ").size()));
  else if (!got && got.error().what.empty())
    problems.push_back(fmt::format("{} gave an error that says nothing", function));
  using Made = std::remove_cvref_t<decltype(*got)>;
  return got ? std::optional<Made>(std::move(*got)) : std::nullopt;
}

/// Calls `f` with a null pointer of the kind's interface.
template <class Function>
void with_kind(std::string_view kind, Function&& f) {
  if (kind == "model") return f(static_cast<ModelBackend*>(nullptr));
  if (kind == "suite") return f(static_cast<OperatorSuite*>(nullptr));
  if (kind == "metric") return f(static_cast<Metric*>(nullptr));
  if (kind == "profiler") return f(static_cast<Profiler*>(nullptr));
  f(static_cast<Runtime*>(nullptr));
}

}  // namespace touchstone
