#include <doctest/doctest.h>

#include "support/fake_host.hpp"
#include "touchstone/plugin.hpp"

using namespace touchstone;

extern "C" const PluginHeader touchstone_plugin;

namespace {

Result<std::unique_ptr<ModelBackend>> model(Value::List argv, const char* input, Host& host) {
  Value values;
  values.set("argv", std::move(argv)).set("input", input).set("timeout", 5.0);
  return static_cast<const PluginDescriptor<ModelBackend>*>(touchstone_plugin.descriptor)->create(Config{values}, host);
}

Command asked(const char* input, const std::string& system) {
  FakeHost host;
  Task task;
  task.question.id = "softmax";
  task.question.entries = {"softmax"};
  task.oracle.golden = "the secret";
  const auto made = model({"cat", "-"}, input, host);
  return std::get<Command>(*made.value()->ask(task, {"simple", system, "Write \"it\""}, {3, 1, 18446744073709551615u}));
}

}  // namespace

TEST_CASE("JSON carries the question, and nothing of the oracle") {
  const Command command = asked("json", "");
  CHECK(command.argv == std::vector<std::string>{"cat", "-"});
  CHECK(command.seconds == 5);
  CHECK(command.input ==
        "{\"task\":\"softmax\",\"entries\":[\"softmax\"],\"style\":\"simple\",\"system\":\"\",\"prompt\":\"Write "
        "\\\"it\\\"\","
        "\"draw\":3,\"seed\":\"18446744073709551615\"}\n");
}

TEST_CASE("plain text is the system message and the prompt") {
  CHECK(asked("text", "").input == "Write \"it\"");
  CHECK(asked("text", "Be brief.").input == "Be brief.\n\nWrite \"it\"");
}

TEST_CASE("standard output is the completion") {
  FakeHost host;
  const auto made = model({"cat"}, "json", host);
  const auto completions = made.value()->read("```python\n```");
  REQUIRE(completions->size() == 1);
  CHECK(completions->at(0).text == "```python\n```");
  CHECK(completions->at(0).finish == "stop");
}

TEST_CASE("a command of nothing is refused") {
  FakeHost host;
  CHECK(model({}, "json", host).error().code == ErrorCode::config);
  CHECK(model({""}, "json", host).error().code == ErrorCode::config);
}

TEST_CASE("a program that cannot be started is refused before anything runs") {
  FakeHost host;
  CHECK(model({"no-such-program-here"}, "json", host).error().hint.find("PATH") != std::string::npos);
  CHECK(model({"/dev/null"}, "json", host).error().hint.find("chmod") != std::string::npos);
  CHECK(model({"/bin/sh"}, "json", host).ok());
}
