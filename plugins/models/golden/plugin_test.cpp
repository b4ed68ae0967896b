#include <doctest/doctest.h>

#include "support/fake_host.hpp"
#include "touchstone/plugin.hpp"

using namespace touchstone;

extern "C" const PluginHeader touchstone_plugin;

namespace {

Completion answer(const std::string& golden, const std::string& reference) {
  FakeHost host;
  const auto model =
      static_cast<const PluginDescriptor<ModelBackend>*>(touchstone_plugin.descriptor)->create(Config{}, host);
  Task task;
  task.oracle.golden = golden;
  task.oracle.reference = reference;
  CHECK(model.value()->answers(task) == 1);
  return std::get<std::vector<Completion>>(*model.value()->ask(task, Prompt{}, Draws{})).at(0);
}

}  // namespace

TEST_CASE("the golden, else the reference, else nothing") {
  CHECK(answer("a = 1", "b = 2").text == "```python\na = 1\n```\n");
  CHECK(answer("", "b = 2\n").text == "```python\nb = 2\n```\n");
  CHECK(answer("", "b = 2\n").origin["source"].text() == "reference");
  CHECK(answer("", "b = 2\n").origin["note"].text() == "its reference: the task has no golden");
  CHECK(answer("a = 1", "b = 2").origin["note"].is_null());
  CHECK(answer("", "").finish == "empty");
}

TEST_CASE("a golden that contains a fence gets a longer one") {
  CHECK(answer("x = '''\n````\n'''\n", "").text == "`````python\nx = '''\n````\n'''\n`````\n");
}
