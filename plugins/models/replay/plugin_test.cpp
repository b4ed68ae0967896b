#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>

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
                                              const char* duplicates = "draws", const char* layout = "own") {
    Value values;
    values.set("layout", layout);
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

TEST_CASE("rows of tuning tools: whichever field holds the prompt, however it was indented or cut") {
  Setup setup;
  const std::string complex = "Write it. " + std::string(300, 'a') + " and " + std::string(300, 'b') + " in the end";
  const std::string cut = complex.substr(0, complex.size() - 5);
  const std::string rows =
      "{\"prompt\":\"<user>Adds  two\\n vectors.\",\"predict\":\"add\",\"label\":\"\"}\n"
      "{\"instruction\":\"Query: " +
      cut +
      "\",\"predict\":\"long\",\"label\":\"\"}\n"
      "{\"instruction\":\"Halves.\",\"predict\":\" \\n\",\"label\":\"\"}\n"
      "{\"instruction\":\"Nobody's.\",\"predict\":\"x\",\"label\":\"\"}\n";
  {
    const auto model = setup.model(rows, "id", "draws", "predictions");
    CHECK(answers(model, task("a", "Adds two vectors.")).at(0).text == "add");
    Task longer;
    longer.question.id = "b";
    longer.question.instructions = {{"simple", "Short, elsewhere."}, {"complex", complex}};
    CHECK(answers(model, longer).at(0).text == "long");
    longer.question.instructions["complex"] = complex.substr(0, 400) + " and something else";
    CHECK(answers(model, longer).empty());
    CHECK(answers(model, task("c", "Halves.")).at(0).finish == "empty");
  }
  CHECK(setup.host.lines == std::vector<std::string>{"1 of 4 rows matched no task that was asked, the first at " +
                                                         setup.folder.at("answers.jsonl:4"),
                                                     "1 of 4 rows that were used hold no answer"});
  CHECK(setup.model("{\"predict\":\"x\"}\n", "id", "draws", "predictions").error().hint.find("option") !=
        std::string::npos);
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

namespace {

/// Upstream's tasks as far as matching needs them, straight from its data files.
std::vector<Task> upstream_tasks(const FakeHost& host, const std::string& data, bool channel_g) {
  const std::string stem = data + (channel_g ? "/TritonBench_G_" : "/TritonBench_T_");
  const auto list = [&](const std::string& file) { return host.read_json(*host.read_file(file), file)->list(); };
  std::vector<Task> out;
  for (const Value& row : list(stem + (channel_g ? "v1.json" : "v1.jsonl"))) {
    Task one = task(row["file"].text(), row["description"].text());
    for (const char* style : {"simp", "comp"})
      if (channel_g) one.question.instructions[style] = row[std::string(style) + "_instru"].text();
    out.push_back(std::move(one));
  }
  return out;
}

struct Count {
  std::size_t rows{0}, matched{0}, tasks{0}, empty{0};
};

Count count(Setup& setup, const std::filesystem::path& file, const std::vector<Task>& tasks) {
  Value values;
  values.set("file", file.string()).set("layout", "predictions");
  const auto* descriptor = static_cast<const PluginDescriptor<ModelBackend>*>(touchstone_plugin.descriptor);
  const auto model = descriptor->create(Config{values}, setup.host);
  REQUIRE_MESSAGE(model.ok(), (model.ok() ? "" : model.error().what));
  Count out{static_cast<std::size_t>((*model)->identity()["rows"].integer()), 0, 0, 0};
  for (const Task& one : tasks) {
    const auto found = answers(model, one);
    out.tasks += !found.empty();
    for (const Completion& completion : found) ++out.matched, out.empty += completion.finish == "empty";
  }
  return out;
}

}  // namespace

TEST_CASE("upstream's 44 files of published answers: every row is some task's, and no task's twice") {
  const char* root = std::getenv("TOUCHSTONE_TRITONBENCH");
  if (!root) {
    MESSAGE("skipped: TOUCHSTONE_TRITONBENCH names no checkout");
    return;
  }
  Setup setup;
  const std::vector<Task> t = upstream_tasks(setup.host, std::string(root) + "/data", false),
                          g = upstream_tasks(setup.host, std::string(root) + "/data", true);
  std::size_t files = 0, rows = 0, empty = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(std::string(root) + "/LLM_generated")) {
    if (entry.path().extension() != ".jsonl") continue;
    const bool channel_g = entry.path().parent_path().filename().string().starts_with("Bench_G");
    const Count found = count(setup, entry.path(), channel_g ? g : t);
    CAPTURE(entry.path());
    CHECK(found.matched == found.rows);
    CHECK(found.tasks == found.rows);
    ++files, rows += found.rows, empty += found.empty;
    MESSAGE(entry.path().filename().string(), " | ", found.rows, " | ", found.matched, " | ", found.empty);
  }
  CHECK(files == 44);
  CHECK(rows == 7752);
  CHECK(empty == 44);
}
