#include <doctest/doctest.h>

#include "support/fake_host.hpp"
#include "touchstone/plugin.hpp"

using namespace touchstone;

extern "C" const PluginHeader touchstone_plugin;

namespace {

Result<std::unique_ptr<ModelBackend>> model(Value::List answers, Host& host) {
  return static_cast<const PluginDescriptor<ModelBackend>*>(touchstone_plugin.descriptor)
      ->create(Config{Value{}.set("answers", std::move(answers))}, host);
}

}  // namespace

TEST_CASE("draw k is the k-th answer and defines every entry") {
  FakeHost host;
  const auto made = model({"zeros", "raises"}, host);
  REQUIRE(made.ok());
  Task task;
  task.question.entries = {"forward", "backward"};
  CHECK(made.value()->answers(task) == 2);
  const auto both = std::get<std::vector<Completion>>(*made.value()->ask(task, Prompt{}, Draws{0, 5}));
  REQUIRE(both.size() == 2);
  CHECK(both[0].origin["answer"].text() == "zeros");
  for (const char* piece :
       {"```python\n", "def forward(*args, **kwargs):", "def backward(*args, **kwargs):", "zeros_like(x)"})
    CHECK(both[0].text.find(piece) != std::string::npos);
  const auto second = std::get<std::vector<Completion>>(*made.value()->ask(task, Prompt{}, Draws{1, 1}));
  REQUIRE(second.size() == 1);
  CHECK(second[0].text == both[1].text);
  CHECK(second[0].text.find("raise NotImplementedError") != std::string::npos);
  CHECK(std::get<std::vector<Completion>>(*made.value()->ask(task, Prompt{}, Draws{2, 1})).empty());
}

TEST_CASE("an unknown or missing answer is refused") {
  FakeHost host;
  CHECK(model({"zero"}, host).error().code == ErrorCode::config);
  CHECK(model({}, host).error().what == "'answers' is empty");
}
