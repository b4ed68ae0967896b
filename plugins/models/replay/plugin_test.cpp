#include <doctest/doctest.h>

#include "support/fake_host.hpp"
#include "support/temporary_folder.hpp"
#include "touchstone/plugin.hpp"

using namespace touchstone;

extern "C" const PluginHeader touchstone_plugin;

namespace {

struct Setup {
  TemporaryFolder folder;
  FakeHost host;

  Result<std::unique_ptr<ModelBackend>> model(const std::string& text, const char* match = "id",
                                              const char* duplicates = "draws") {
    Value values;
    values.set("file", folder.write("answers.jsonl", text)).set("match", match).set("duplicates", duplicates);
    values.set("id_field", "id").set("answer_field", "answer").set("instruction_field", "instruction");
    return static_cast<const PluginDescriptor<ModelBackend>*>(touchstone_plugin.descriptor)
        ->create(Config{values}, host);
  }
  Error refusal(const std::string& text) {
    const auto made = model(text);
    REQUIRE_FALSE(made.ok());
    return made.error();
  }
};

Task task(const std::string& id, const std::string& description = "") {
  Task out;
  out.question.id = id;
  if (!description.empty()) out.question.facts.set("description", description);
  return out;
}

std::vector<Completion> answers(const Result<std::unique_ptr<ModelBackend>>& model, const Task& task,
                                Draws draws = {0, 9}) {
  REQUIRE(model.ok());
  auto ask = model.value()->ask(task, Prompt{}, draws);
  REQUIRE(ask.ok());
  return std::get<std::vector<Completion>>(*ask);
}

}  // namespace

TEST_CASE("rows of one task are its draws, in order") {
  Setup setup;
  const auto model = setup.model(
      "{\"id\":\"a\",\"answer\":\"first\"}\n\n{\"id\":\"b\",\"answer\":\"\"}\r\n{\"id\":\"a\",\"answer\":\"second\","
      "\"finish\":\"length\",\"reasoning\":\"hm\"}\n{\"id\":7,\"answer\":null}");
  CHECK(model.value()->answers(task("a")) == 2);
  CHECK(model.value()->answers(task("c")) == 0);
  const auto a = answers(model, task("a"));
  REQUIRE(a.size() == 2);
  CHECK(a[0].text == "first");
  CHECK(a[0].finish == "stop");
  CHECK(a[1].text == "second");
  CHECK(a[1].finish == "length");
  CHECK(a[1].reasoning == "hm");
  CHECK(a[1].origin["line"].integer() == 4);
  CHECK(answers(model, task("a"), {1, 1}).at(0).text == "second");
  CHECK(answers(model, task("a"), {2, 1}).empty());
  CHECK(answers(model, task("b")).at(0).finish == "empty");
  CHECK(answers(model, task("7")).at(0).finish == "empty");
}

TEST_CASE("the last duplicate wins where asked, and what gave no answer is counted once") {
  Setup setup;
  {
    const auto model = setup.model(
        "{\"id\":\"a\",\"answer\":\"first\"}\n{\"id\":\"x\",\"answer\":\"-\"}\n{\"id\":\"a\",\"answer\":\"second\"}\n",
        "id", "last");
    CHECK(model.value()->answers(task("a")) == 1);
    CHECK(answers(model, task("a")).at(0).text == "second");
    CHECK(setup.host.lines.empty());
  }
  CHECK(setup.host.lines == std::vector<std::string>{"1 of 3 rows matched no task that was asked, the first at " +
                                                         setup.folder.at("answers.jsonl:2"),
                                                     "1 of 3 rows were replaced by a later row of the same task"});
}

TEST_CASE("a row can be matched by the instruction that the model was given") {
  Setup setup;
  const auto model = setup.model(
      "{\"instruction\":\"You write Triton.\\nAdds two vectors.\\nGo.\",\"answer\":\"add\"}\n", "instruction");
  CHECK(answers(model, task("t", "Adds two vectors.")).at(0).text == "add");
  CHECK(answers(model, task("t", "Subtracts.")).empty());
  CHECK(answers(model, task("t")).empty());  // a task without a description matches nothing, not everything
}

TEST_CASE("bad lines are errors with their place") {
  Setup setup;
  const std::string good = "{\"id\":\"a\",\"answer\":\"x\"}\n", second = setup.folder.at("answers.jsonl:2");
  for (const char* bad : {"{\"id\":\"a\"", "[1]", "{\"answer\":\"x\"}", "{\"id\":\"a\"}", "{\"id\":\"a\",\"answer\":3}",
                          "{\"id\":[],\"answer\":\"x\"}", "{\"id\":\"a\",\"answer\":\"x\",\"finish\":\"done\"}"}) {
    const Error error = setup.refusal(good + bad + "\n");
    CHECK(error.code == ErrorCode::config);
    CHECK(error.where == second);
    CHECK_FALSE(error.hint.empty());
  }
  Value values;
  values.set("file", setup.folder.at("absent.jsonl"));
  const auto made = static_cast<const PluginDescriptor<ModelBackend>*>(touchstone_plugin.descriptor)
                        ->create(Config{values}, setup.host);
  CHECK(made.error().where == setup.folder.at("absent.jsonl"));
}

TEST_CASE("a line of ten megabytes, an empty file, and an identity that tells files apart") {
  Setup setup;
  const std::string big(10'000'000, 'x');
  const std::string text = "{\"id\":\"a\",\"answer\":\"" + big + "\"}\n";
  {
    const auto model = setup.model(text);
    CHECK(answers(model, task("a")).at(0).text == big);
    CHECK(model.value()->identity()["bytes"].integer() == static_cast<std::int64_t>(text.size()));
  }
  const auto hash = [&](const std::string& of) { return setup.model(of).value()->identity()["fnv1a"].text(); };
  CHECK(hash("") == "cbf29ce484222325");
  CHECK(hash("{\"id\":\"a\",\"answer\":\"\"}") != hash("{\"id\":\"a\",\"answer\":\"\"}\n"));
}

TEST_CASE("a file that changes under us is an error, not another answer") {
  Setup setup;
  const auto model = setup.model("{\"id\":\"a\",\"answer\":\"x\"}\n");
  setup.folder.write("answers.jsonl", "{\"id\":\"b\",\"answer\":\"x\"}\n");
  CHECK(model.value()->ask(task("a"), Prompt{}, Draws{}).error().code == ErrorCode::io);
}
