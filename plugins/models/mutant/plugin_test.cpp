#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "common/python_syntax/python_syntax.hpp"
#include "support/fake_host.hpp"
#include "touchstone/plugin.hpp"

using namespace touchstone;

extern "C" const PluginHeader touchstone_plugin;

namespace {

constexpr const char* golden = R"(import triton
import triton.language as tl

@triton.jit
def kernel(x_ptr, n, BLOCK: tl.constexpr):
    i = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    x = tl.load(x_ptr + i, mask=i < n)
    tl.store(x_ptr + i, 2.0 * x + 1.0, mask=i < n)
)";

std::unique_ptr<ModelBackend> model(std::int64_t most) {
  FakeHost host;
  auto made = static_cast<const PluginDescriptor<ModelBackend>*>(touchstone_plugin.descriptor)
                  ->create(Config{Value{}.set("most", most)}, host);
  REQUIRE(made.ok());
  return std::move(made.value());
}

Task task(const std::string& code) {
  Task out;
  out.oracle.golden = code;
  return out;
}

std::vector<Completion> ask(const ModelBackend& model, const Task& task, const Draws& draws) {
  return std::get<std::vector<Completion>>(*model.ask(task, Prompt{}, draws));
}

}  // namespace

TEST_CASE("draw k is the k-th mutant, fenced, and says what its fault is") {
  const auto four = model(4);
  CHECK(four->answers(task(golden)) == 4);
  const auto all = ask(*four, task(golden), Draws{0, 9});
  REQUIRE(all.size() == 4);
  for (const Completion& it : all) {
    CHECK(it.text.starts_with("```python\nimport triton\n"));
    CHECK(it.text != "```python\n" + std::string(golden) + "```\n");
    CHECK(it.origin["line"].integer() >= 6);
    CHECK(it.origin["edit"].text().find(" → ") != std::string::npos);
  }
  CHECK(all[0].origin["mutation"].text() == "comparison");
  CHECK(all[0].origin["edit"].text() == "i < n → i <= n");
  const auto third = ask(*four, task(golden), Draws{2, 1});
  REQUIRE(third.size() == 1);
  CHECK(third[0].text == all[2].text);
  CHECK(ask(*four, task(golden), Draws{4, 1}).empty());
}

TEST_CASE("a task without anything to mutate says so, once") {
  for (const auto& [code, why] : {std::pair{"", "ships no golden"}, std::pair{"x = 1\n", "has no kernel"}}) {
    const auto some = model(12);
    CHECK(some->answers(task(code)) == 1);
    const auto given = ask(*some, task(code), Draws{0, 3});
    REQUIRE(given.size() == 1);
    CHECK(given[0].finish == "empty");
    CHECK(given[0].detail.find(why) != std::string::npos);
    CHECK(ask(*some, task(code), Draws{1, 1}).empty());
  }
}

TEST_CASE("who answers depends on how many are wanted") {
  CHECK(model(3)->identity()["most"].integer() == 3);
  CHECK(model(3)->identity()["generator"].integer() >= 1);
}

TEST_CASE("every golden of operators/ has at least five mutants, which parse") {
  const auto some = model(12);
  int goldens = 0;
  for (const auto& it : std::filesystem::recursive_directory_iterator("operators")) {
    if (it.path().filename() != "golden.py") continue;
    ++goldens;
    INFO(it.path().string());
    std::ifstream file(it.path());
    const std::string code{std::istreambuf_iterator<char>(file), {}};
    CHECK(some->answers(task(code)) >= 5);
    for (const Completion& mutant : ask(*some, task(code), Draws{0, 12})) {
      const auto first = mutant.text.find('\n') + 1, last = mutant.text.rfind("```");
      const std::string changed = mutant.text.substr(first, last - first);
      CHECK(changed != code);
      CHECK(python::parses(changed));
    }
  }
  CHECK(goldens >= 40);
}
