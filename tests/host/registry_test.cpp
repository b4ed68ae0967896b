#include "host/registry.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <filesystem>
#include <thread>

#include "host/describe.hpp"
#include "host/isolated.hpp"
#include "support/fake_host.hpp"
#include "support/temporary_folder.hpp"
#include "util/json.hpp"

using namespace touchstone;

namespace {

const std::string good = std::string(TEST_PLUGINS) + "/good", bad = std::string(TEST_PLUGINS) + "/bad";

/// As read_pipeline makes it.
PluginBlock block(const std::string& kind, const std::string& use, Value values = Value(Value::Map{})) {
  return {.kind = kind,
          .use = use,
          .name = use + "1",
          .where = {},
          .config = Config(std::move(values)),
          .options = {},
          .place = {}};
}
Task some_task() {
  Task task;
  task.question.id = "add";
  return task;
}
const Listed& listed(const std::vector<Listed>& all, const std::string& name) {
  for (const Listed& one : all)
    if (one.name == name) return one;
  FAIL("not listed: " << name);
  return all.front();
}

}  // namespace

TEST_CASE("an instance of each kind is made and works") {
  Registry registry({good});
  FakeHost host;
  const auto model = registry.create<ModelBackend>(block("model", "parrot", Value().set("answer", "hello")), host);
  REQUIRE(model.ok());
  const auto ask = (*model)->ask(some_task(), {}, {0, 2, 1});
  REQUIRE(ask.ok());
  CHECK(std::get<std::vector<Completion>>(*ask).at(1).text == "hello");

  const auto suite = registry.create<OperatorSuite>(block("suite", "one"), host);
  REQUIRE(suite.ok());
  int tasks = 0;
  CHECK((*suite)->tasks([&](Task task) { return tasks += task.question.id == "add"; }).ok());
  CHECK(tasks == 1);

  const auto metric = registry.create<Metric>(block("metric", "size"), host);
  REQUIRE(metric.ok());
  const Task task = some_task();
  Sample sample{task, "s", "p", "m", 0, std::vector<Attempt>(1)};
  sample.attempts[0].candidate.code = "12345";
  CHECK((*metric)->measure(sample)->at(0).value == 5);

  const auto profiler = registry.create<Profiler>(block("profiler", "peak"), host);
  REQUIRE(profiler.ok());
  CHECK((*profiler)->tags().at(0).name == "peak");
  const auto runtime = registry.create<Runtime>(block("runtime", "shell"), host);
  REQUIRE(runtime.ok());
  CHECK((*runtime)->devices()->at(0).id == "cpu");

  CHECK(registry.opened().size() == 5);
  CHECK(registry.opened().front().file == good + "/metrics/size.so");
  CHECK(registry.opened().front().version == "1.0");
}

TEST_CASE("only what is asked for is opened") {
  Registry registry({bad, good});  // opening everything in bad/ would end this process
  CHECK(registry.find("metric", "size").ok());
  CHECK(registry.opened().size() == 1);
}

TEST_CASE("options are found by kind and name, as a config needs them") {
  Registry registry({good});
  const auto find = find_options(registry);
  REQUIRE(find("model", "parrot").ok());
  CHECK(find("model", "parrot")->front().key == "answer");
  CHECK(find("metric", "size")->empty());
  CHECK(find("metric", "parrot").error().what == "no metric plugin is called 'parrot'");
}

TEST_CASE("what a plugin throws names it and the function") {
  Registry registry({bad});
  FakeHost host;
  const auto created = registry.create<Metric>(block("metric", "throws_in_create"), host);
  REQUIRE_FALSE(created.ok());
  CHECK(created.error().code == ErrorCode::plugin);
  CHECK(created.error().what == "the plugin 'throws_in_create1' threw an exception in create: no luck today");
  CHECK(created.error().where == "throws_in_create1");

  const auto thrower = registry.create<Metric>(block("metric", "throws_in_call"), host);
  REQUIRE(thrower.ok());
  const Task task = some_task();
  const Sample sample{task, "", "", "", 0, {}};
  const auto measured = guarded(
      "t", [&] { return (*thrower)->measure(sample); }, "measure");
  REQUIRE_FALSE(measured.ok());
  CHECK(measured.error().what == "the plugin 't' threw an exception in measure: something that is no std::exception");

  CHECK(registry.create<Metric>(block("metric", "makes_nothing"), host).error().what ==
        "its create gave neither an instance nor an error");
}

TEST_CASE("guarded passes values and errors on, and says whose error it is") {
  CHECK(*guarded("p", [] { return 3; }) == 3);
  CHECK(guarded("p", [] {}).ok());
  const auto nameless = guarded("p", []() -> Result<int> { return Error{ErrorCode::io, "disk"}; });
  CHECK(nameless.error().where == "p");
  CHECK(guarded("p", []() -> Result<int> { return Error{ErrorCode::io, "disk", "/file"}; }).error().where == "/file");
}

namespace {

std::atomic<bool> waited_for_late{false}, late_called{false};

// Returns once the watchdog has spoken; gives up after 20 s, so that a broken watchdog fails the test.
constexpr PluginDescriptor<Metric> slow_descriptor{
    no_options, [](const Config&, Host& host) -> Result<std::unique_ptr<Metric>> {
      host.log(Level::info, host.folder("plugin").empty() ? "no folder" : "a folder");
      for (int i = 0; i < 2000 && !late_called; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(10));
      waited_for_late = late_called.load();
      return Error{ErrorCode::unavailable, "gave up"};
    }};
constexpr PluginHeader slow_header{abi_magic,         sizeof(PluginHeader),    abi_version,     "metric", "slow", "1",
                                   "Hangs in create", toolchain_fingerprint(), &slow_descriptor};

}  // namespace

TEST_CASE("a create that does not return is reported by name; a plugin can be put in without a file") {
  std::string who;
  Registry registry({}, 0.01, [&who](const std::string& instance, double) {
    who = instance;
    late_called = true;
  });
  registry.add(slow_header);
  FakeHost host;
  const auto made = registry.create<Metric>(block("metric", "slow"), host);
  CHECK(waited_for_late);
  CHECK(who == "slow1");
  CHECK(made.error().what == "gave up");
  CHECK(host.lines == std::vector<std::string>{"slow1: no folder"});
}

TEST_CASE("by default a create that does not return ends the program with 4") {
  const auto ended = in_child(
      []() -> std::string {
        end_program("slow1", 30);
        return "went on";
      },
      20);
  REQUIRE_FALSE(ended.ok());
  CHECK(ended.error().what == "ended the process with exit code 4");
}

TEST_CASE("a plugin that hangs in create ends the program by name, with 4") {
  const auto ended = in_child(
      [] {
        Registry registry({bad}, 0.01);
        FakeHost host;
        const auto made = registry.create<Metric>(block("metric", "hangs_in_create"), host);
        return std::string("went on");
      },
      20);
  REQUIRE_FALSE(ended.ok());
  CHECK(ended.error().what == "ended the process with exit code 4");
}

TEST_CASE("a plugin that ends the process when it is opened is an error where a run names it, too") {
  Registry registry({bad});
  const std::pair<const char*, const char*> faults[] = {{"exits", "ended the process with exit code 0"},
                                                        {"exits_politely", "ended the process with exit code 0"},
                                                        {"crashes", "crashed with signal 11 (Segmentation fault)"},
                                                        {"throws_when_opened", "crashed with signal 6 (Aborted)"}};
  for (const auto& [name, ending] : faults) {
    CAPTURE(std::string(name));
    const auto header = registry.find("metric", name);
    REQUIRE_FALSE(header.ok());
    CHECK(header.error().code == ErrorCode::plugin);
    CHECK(header.error().what == "while it was opened, it " + std::string(ending));
    CHECK(header.error().where == bad + "/metrics/" + name + ".so");
    CHECK_FALSE(header.error().hint.empty());
  }
  CHECK(registry.opened().empty());
}

TEST_CASE("a plugin's folder lies beside its file") {
  FakeHost host;
  PluginHost own(host, "x", "/plugins/metrics/size");
  host.folders["operators"] = "/operators";
  CHECK(own.folder("plugin") == "/plugins/metrics/size");
  CHECK(own.folder("operators") == "/operators");
}

TEST_CASE("list says what each good plugin is and what is wrong with each bad one") {
  const auto all = Registry({good, bad}).list();
  const Listed& parrot = listed(all, "parrot");
  CHECK_FALSE(parrot.error.has_value());
  CHECK(parrot.about["summary"].text() == "Always says the same");
  CHECK(parrot.about["options"].list().at(0)["required"].flag());
  CHECK(listed(all, "exits").error->what == "while it was opened, it ended the process with exit code 0");
  CHECK(listed(all, "crashes").error->what == "while it was opened, it crashed with signal 11 (Segmentation fault)");
  CHECK(listed(all, "crashes").error->where == bad + "/metrics/crashes.so");
  CHECK(listed(all, "newer_abi").error->what.starts_with("built for plugin ABI "));
  CHECK_FALSE(listed(all, "newer_abi").foreign);
  CHECK(listed(all, "no_symbol").foreign);
  CHECK(listed(all, "undefined_symbol").error->what.find("nowhere") != std::string::npos);
  CHECK(Registry({good, bad}).list("model").size() == 1);
}

TEST_CASE("list names both files of a name that is there twice") {
  const TemporaryFolder copy;
  copy.write("metrics/size.so", "");
  std::filesystem::copy_file(good + "/metrics/size.so", copy.at("metrics/size.so"),
                             std::filesystem::copy_options::overwrite_existing);
  const auto all = Registry({good, copy.path().string()}).list("metric");
  REQUIRE(all.size() == 2);
  for (const Listed& one : all) {
    REQUIRE(one.error.has_value());
    CHECK(one.error->where == good + "/metrics/size.so and " + copy.at("metrics/size.so"));
  }
}

TEST_CASE("a description is text for people and JSON for programs") {
  Registry registry({good});
  const Value about = describe_plugin(**registry.find("model", "parrot"), "/p/parrot.so");
  CHECK(write_json(about) ==
        R"({"kind":"model","name":"parrot","version":"1.0","summary":"Always says the same","file":"/p/parrot.so",)"
        R"("options":[{"key":"answer","type":"text","help":"What it always says","required":true,"takes":"text"}]})");
  CHECK(describe_text(about) ==
        "model parrot 1.0: Always says the same\n/p/parrot.so\n\nOptions\n"
        "  answer            What it always says\n                    text; required\n\n"
        "In a pipeline file\n  models: [{use: parrot, answer: …}]\n");
  CHECK(describe_text(describe_plugin(**registry.find("runtime", "shell"), "f")).find("runtime: {use: shell}") !=
        std::string::npos);
}
