#include "host/conform_parts.hpp"

#include <algorithm>
#include <chrono>
#include <set>
#include <thread>

#include "config/schema.hpp"
#include "host/contract.hpp"
#include "host/describe.hpp"
#include "util/text.hpp"

namespace touchstone {
namespace {

constexpr std::string_view keys_of_core[] = {"use", "as", "where"};
constexpr int threads_at_once = 4, rounds = 20;

template <class Interface>
Result<std::unique_ptr<Interface>> make(Trial& trial, Host& host) {
  Errors errors;
  const Config config(validate(trial.settings, options_of(trial.header), "the plugin", errors));
  if (!errors.empty()) return joined(std::move(errors));
  const auto& descriptor = *static_cast<const PluginDescriptor<Interface>*>(trial.header.descriptor);
  auto made = guarded(
      "it", [&] { return descriptor.create(config, host); }, "create");
  if (made && !*made) return Error{ErrorCode::plugin, "create gave neither an instance nor an error"};
  return made;
}

std::string told(const Error& error) { return error.what + (error.hint.empty() ? "" : " (" + error.hint + ")"); }

bool is_one_line(std::string_view text) { return !trim(text).empty() && text.find('\n') == text.npos; }

bool is_key(std::string_view key) {
  const auto fits = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; };
  return !key.empty() && std::ranges::all_of(key, fits);
}

/// An instance for a part that needs one. Where there is none, the part was not tried: hold_create says why.
template <class Interface>
std::unique_ptr<Interface> instance_for(Trial& trial, const char* what) {
  auto made = make<Interface>(trial, trial.host);
  if (made) return std::move(*made);
  trial.note(what, "not tried: there is no instance");
  return nullptr;
}

}  // namespace

void hold_header(Trial& trial) {
  Problems problems;
  for (const auto& [name, text] : {std::pair{"name", trial.header.name}, std::pair{"version", trial.header.version},
                                   std::pair{"summary", trial.header.summary}})
    if (!is_one_line(text)) problems.push_back(fmt::format("its {} is empty or has several lines", name));
  if (std::string_view(trial.header.summary).ends_with('.')) problems.push_back("its summary ends with a full stop");
  trial.hold("opens, and its header fits", {});
  trial.hold("name, version and summary are one line each", problems);
}

void hold_options(Trial& trial) {
  Problems keys, words, defaults;
  std::set<std::string_view> seen;
  for (const Option& option : options_of(trial.header)) {
    const std::string key(option.key);
    if (!is_key(key)) keys.push_back(fmt::format("'{}' is not of small letters, digits and underscores", key));
    if (!seen.insert(option.key).second) keys.push_back(fmt::format("'{}' is declared twice", key));
    if (std::ranges::find(keys_of_core, key) != std::end(keys_of_core))
      keys.push_back(fmt::format("'{}' belongs to the core", key));
    if (!is_one_line(option.help) || option.help.ends_with('.'))
      words.push_back(fmt::format("the help of '{}' is not one line without a full stop", key));
    if (option.type == OptionType::choice && option.choices.empty())
      words.push_back(fmt::format("'{}' is a choice of nothing", key));
    if (option.required && !option.fallback.empty())
      defaults.push_back(fmt::format("'{}' is required, so its default is never used", key));
    if (option.least > option.most) defaults.push_back(fmt::format("no number is in the range of '{}'", key));
    Errors errors;
    if (!option.required) validate(Value(Value::Map{}), std::span(&option, 1), "the plugin", errors);
    for (const Error& error : errors) defaults.push_back(fmt::format("the default of '{}': {}", key, error.what));
  }
  trial.hold("options have keys of their own", keys);
  trial.hold("options are documented", words);
  trial.hold("defaults are of their options' types and ranges", defaults);
}

void hold_create(Trial& trial) {
  with_kind(trial.header.kind, [&]<class Interface>(Interface*) {
    Problems problems;
    for (int i = 0; i < 2 && problems.empty(); ++i)
      if (const auto made = make<Interface>(trial, trial.host); !made)
        problems.push_back(told(made.error()) + "; --set KEY=VALUE gives options");
    trial.hold("create makes an instance, and another", problems);
    problems.clear();
    Value nothing(Value::Map{});
    for (const Option& option : options_of(trial.header)) nothing.set(option.key, Value());
    const auto& descriptor = *static_cast<const PluginDescriptor<Interface>*>(trial.header.descriptor);
    called(problems, "create", [&] { return descriptor.create(Config(nothing), trial.host); });
    trial.hold("create throws nothing where every option is missing", problems);
  });
}

void hold_kind(Trial& trial) {
  with_kind(trial.header.kind, [&]<class Interface>(Interface*) {
    const auto first = instance_for<Interface>(trial, "keeps the contract of its kind");
    if (!first) return;
    hold_contract(*first, trial);
    const auto second = instance_for<Interface>(trial, "a second instance");
    if (!second) return;
    Problems problems;
    const auto before = called(problems, "a call", [&] { return said(*first, trial.host); });
    const auto again = called(problems, "a call", [&] { return said(*first, trial.host); });
    const auto other = called(problems, "a call", [&] { return said(*second, trial.host); });
    if (before != again) problems.push_back("an instance said something else the second time");
    if (before != other) problems.push_back("two instances of one config said different things");
    trial.hold("says the same at any time and from every instance", problems);
  });
}

void hold_threads(Trial& trial) {
  constexpr const char* what = "gives the same from several threads at once";
  with_kind(trial.header.kind, [&]<class Interface>(Interface*) {
    if (std::is_same_v<Interface, OperatorSuite>) return trial.note(what, "a suite is called by one thread at a time");
    const auto instance = instance_for<Interface>(trial, what);
    if (!instance) return;
    Problems problems;
    const auto alone = called(problems, "a call", [&] { return said(*instance, trial.host); });
    std::vector<Problems> found(threads_at_once);
    std::vector<std::jthread> threads;
    for (Problems& mine : found)
      threads.emplace_back([&] {
        for (int i = 0; i < rounds && mine.empty(); ++i)
          if (called(mine, "a call", [&] { return said(*instance, trial.host); }) != alone && mine.empty())
            mine.push_back("a thread among others was told something else than one alone");
      });
    threads.clear();
    for (const Problems& mine : found) problems.insert(problems.end(), mine.begin(), mine.end());
    trial.hold(what, problems);
  });
}

}  // namespace touchstone
