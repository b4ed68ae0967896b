#include "config/pipeline_config.hpp"

#include <doctest/doctest.h>

#include <filesystem>

#include "config/yaml_reader.hpp"
#include "config/yaml_writer.hpp"

using namespace touchstone;

namespace {

using enum OptionType;
constexpr Option replay_options[] = {{.key = "file", .type = path, .help = "Answers", .required = true},
                                     {.key = "wait", .type = duration, .help = "Pause", .fallback = "250ms"},
                                     {.key = "key", .type = text, .help = "Secret", .secret = true}};
constexpr Option triton_options[] = {{.key = "python", .type = path, .help = "Interpreter"}};

/// Plugins as a registry would know them.
Result<std::span<const Option>> find(const std::string& kind, const std::string& name) {
  if (kind == "model" && name == "replay") return std::span<const Option>(replay_options);
  if (kind == "runtime" && name == "triton") return std::span<const Option>(triton_options);
  if (name == "operators" || name == "accuracy" || name == "process") return std::span<const Option>();
  return Error{ErrorCode::config, "no " + kind + " plugin is called '" + name + "'", "", "there are: some"};
}

const std::string quickstart =
    "name: quick\nsuites:\n  - {use: operators, where: {tags: [quickstart]}}\nmodels:\n  - {use: replay, as: example, "
    "file: a.jsonl}\n"
    "prompts: [simple]\nruntime: {use: triton, device: cpu}\njudges: [strict]\nmetrics: [accuracy]\nprofilers: "
    "[process]\nreport: [table]\n";

PipelineConfig read(const std::string& yaml, Errors& errors) {
  const auto root = read_yaml(yaml, "/c/f.yaml");
  REQUIRE_MESSAGE(root.ok(), root.error().what);
  return read_pipeline(*root, find, errors);
}
std::vector<std::string> errors_of(const std::string& yaml) {
  Errors errors;
  read(yaml, errors);
  std::vector<std::string> out;
  for (const Error& error : errors)
    out.push_back(error.where + ": " + error.what + (error.hint.empty() ? "" : " (" + error.hint + ")"));
  return out;
}
/// The one error of the quickstart with lines added or replaced.
std::string error_with(std::string from, const std::string& to) {
  std::string yaml = quickstart;
  if (const auto at = yaml.find(from); at != std::string::npos && !from.empty())
    yaml.replace(at, from.size(), to);
  else
    yaml += to;
  const auto errors = errors_of(yaml);
  REQUIRE(errors.size() == 1);
  return errors[0];
}

}  // namespace

TEST_CASE("the quickstart is read, with its defaults") {
  Errors errors;
  const PipelineConfig config = read(quickstart, errors);
  REQUIRE(errors.empty());
  CHECK(config.name == "quick");
  CHECK(config.seed == 1);
  CHECK(config.secret.empty());
  CHECK(config.suites.at(0).name == "operators");
  CHECK(config.suites.at(0).where.tags == std::vector<std::string>{"quickstart"});
  CHECK(config.models.at(0).use == "replay");
  CHECK(config.models.at(0).name == "example");
  CHECK(config.models.at(0).config.text("file") == "/c/a.jsonl");
  CHECK(config.models.at(0).config.real("wait") == 0.25);
  CHECK(config.prompts == std::vector<std::string>{"simple"});
  CHECK(config.runtime.use == "triton");
  CHECK(config.device == "cpu");
  CHECK(config.metrics.at(0).use == "accuracy");
  CHECK(config.draws == 0);
  CHECK(config.limits.call_seconds == 30);
  CHECK(config.limits.memory_bytes == std::int64_t{4} << 30);
  CHECK(config.limits.output_bytes == std::int64_t{1} << 30);
  CHECK(config.limits.parallel == 0);
  CHECK(config.output == (std::filesystem::current_path() / "runs/quick").string());
}

TEST_CASE("short forms mean the long ones") {
  Errors errors;
  const auto config = read(
      "name: x\nsuites: [operators]\nmodels: [{use: replay, file: a}]\nruntime: triton\nprompts: [{style: complex}, "
      "simple]\n",
      errors);
  CHECK(errors.empty());
  CHECK(config.device == "auto");
  CHECK(config.prompts == std::vector<std::string>{"complex", "simple"});
  CHECK(config.judges == std::vector<std::string>{"strict"});
  CHECK(config.metrics.empty());
  CHECK(config.report == std::vector<std::string>{"table"});
}

TEST_CASE("all errors of a file come at once") {
  const auto errors = errors_of(
      "nmae: x\nsuites:\n  - use: operators\n    wher: {}\nmodels:\n  - use: replay\n  - use: relpay\nruntime: {use: "
      "triton, device: 3}\ndraws: -1\n");
  REQUIRE(errors.size() == 6);  // in the order of the file, and nobody is told that 'name' is missing
  CHECK(errors[0] == "/c/f.yaml:1:7: config: unknown key 'nmae' (did you mean 'name'?)");
  CHECK(errors[1] == "/c/f.yaml:4:5: suite 'operators': unknown key 'wher' (did you mean 'where'?)");
  CHECK(errors[2].find("/c/f.yaml:6:5: model 'replay': 'file' is missing") == 0);
  CHECK(errors[3] == "/c/f.yaml:7:10: no model plugin is called 'relpay' (there are: some)");
  CHECK(errors[4].find("/c/f.yaml:8:32: runtime 'triton': device: expected text, found the number 3") == 0);
  CHECK(errors[5].find("/c/f.yaml:9:8: config: draws: expected a whole number, from 0 to 10000") == 0);
}

TEST_CASE("a key on a wrong level is told where it belongs") {
  const auto hint = [](const std::string& more) { return error_with("", more); };
  CHECK(hint("parallel: 2\n").find("it belongs into limits: {parallel: …}") != std::string::npos);
  CHECK(hint("device: cpu\n").find("it belongs into runtime: {use: NAME, device: …}") != std::string::npos);
  CHECK(hint("tags: [a]\n").find("it belongs into a suite's or model's where: {tags: …}") != std::string::npos);
  CHECK(hint("limits: {draws: 3}\n").find("it belongs at the top of the file") != std::string::npos);
  CHECK(error_with("[accuracy]", "[{use:accuracy}]").find("a blank is missing after the colon") != std::string::npos);
  CHECK(error_with("[accuracy]", "[{accuracy: {a: 1}}]").find("write {use: accuracy, …its options}") !=
        std::string::npos);
  CHECK(hint("s\xd0\xb5"
             "ed: 3\n")
            .find("U+0435 stands in it") != std::string::npos);
}

TEST_CASE("each rule of the core's own keys") {
  CHECK(error_with("name: quick", "name: ../x").find("'../x' is not a usable name") != std::string::npos);
  CHECK(error_with("name: quick", "name: .x").find("is not a usable name") != std::string::npos);
  CHECK(error_with("[strict]", "[strict, strict]") ==
        "/c/f.yaml:8:18: judges: 'strict' is there twice (remove one of the two)");
  CHECK(error_with("[strict]", "[stric]").find("did you mean strict?") != std::string::npos);
  CHECK(error_with("[strict]", "[]").find("judges: the list is empty") != std::string::npos);
  CHECK(error_with("prompts: [simple]", "prompts: [terse]").find("expected one of simple, complex, found 'terse'") !=
        std::string::npos);
  CHECK(error_with("prompts: [simple]", "prompts: simple").find("prompts: expected a list of styles") !=
        std::string::npos);
  CHECK(error_with("[accuracy]", "accuracy").find("metrics: expected a list of plugins") != std::string::npos);
  CHECK(error_with("[accuracy]", "[1]").find("metrics[0]: expected the name of a plugin, or a map with 'use'") !=
        std::string::npos);
  CHECK(error_with("[accuracy]", "[accuracy, accuracy]") ==
        "/c/f.yaml:9:21: metrics: the name 'accuracy' is taken at /c/f.yaml:9:11 (give one of them another name: as: "
        "NAME)");
  CHECK(error_with("as: example", "as: a/b").find("model 'replay': as: 'a/b' is not a usable name") !=
        std::string::npos);
  CHECK(error_with("[accuracy]", "[{use: accuracy, where: {}}]").find("metric 'accuracy': unknown key 'where'") !=
        std::string::npos);
  CHECK(error_with("[quickstart]", "[quickstart], nmaes: [a]")
            .find("suite 'operators': where: unknown key 'nmaes' (did you mean 'names'?)") != std::string::npos);
  CHECK(error_with("", "limits: {memory: 4}\n").find("limits: memory: expected a size such as") != std::string::npos);
}

TEST_CASE("a config written whole reads back as the same pipeline") {
  Errors errors;
  const std::string more = "seed: 7\ndraws: 3\noutput: out\nlimits: {call_timeout: 1.5s, memory: 512MiB}\n";
  const PipelineConfig config = read(quickstart + more, errors);
  REQUIRE(errors.empty());
  const std::string yaml = write_yaml(compose(config));
  CAPTURE(yaml);
  const PipelineConfig again = read(yaml, errors);
  CHECK(errors.empty());
  CHECK(compose(again) == compose(config));
  CHECK(again.limits.call_seconds == 1.5);
  CHECK(again.output == "/c/out");
  CHECK(again.models.at(0).config.effective() == config.models.at(0).config.effective());
  CHECK(again.suites.at(0).where.tags == config.suites.at(0).where.tags);
}

TEST_CASE("secrets are hidden in the config written whole") {
  Errors errors;
  const auto config = read(quickstart + "secret: hush\n", errors);
  CHECK(config.secret == "hush");
  std::string with_key = quickstart;
  with_key.replace(with_key.find("file: a.jsonl"), 13, "file: a.jsonl, key: hush");
  for (const std::string& yaml : {write_yaml(compose(config)), write_yaml(compose(read(with_key, errors)))}) {
    CHECK(yaml.find("hush") == std::string::npos);
    CHECK(yaml.find("(secret)") != std::string::npos);
  }
  CHECK(errors.empty());
}
