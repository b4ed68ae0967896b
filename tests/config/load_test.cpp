#include "config/load.hpp"

#include <doctest/doctest.h>

#include "config/place.hpp"
#include "config/yaml_reader.hpp"
#include "config/yaml_writer.hpp"
#include "support/temporary_folder.hpp"

using namespace touchstone;

namespace {

Value parse(const std::string& text) { return *read_yaml(text, "f"); }
/// What a setting makes of a config, as YAML; or the error.
std::string after(const std::string& config, const std::string& setting) {
  Value root = parse(config);
  const auto done = apply_setting(root, setting);
  return done ? write_yaml(root) : done.error().where + ": " + done.error().what + " (" + done.error().hint + ")";
}

}  // namespace

TEST_CASE("include merges maps, replaces lists, and keeps places") {
  const TemporaryFolder folder;
  folder.write("parts/base.yaml", "name: base\nlimits: {memory: 1GiB, parallel: 2}\nmetrics: [a, b]\n");
  folder.write("parts/more.yaml", "include: base.yaml\nlimits:\n  memory: 2GiB\n");
  const auto root = load_config(folder.write("run.yaml", "include: [parts/more.yaml]\nname: run\nmetrics: [c]\n"));
  REQUIRE(root.ok());
  CHECK(*root == parse("{name: run, limits: {memory: 2GiB, parallel: 2}, metrics: [c]}"));
  CHECK(place_text((*root)["name"].place) == folder.at("run.yaml") + ":2:7");
  CHECK(place_text((*root)["limits"]["memory"].place) == folder.at("parts/more.yaml") + ":3:11");
  CHECK(place_text((*root)["limits"]["parallel"].place) == folder.at("parts/base.yaml") + ":2:34");
}

TEST_CASE("a later include goes over an earlier one") {
  const TemporaryFolder folder;
  folder.write("a.yaml", "x: 1\ny: 1\n");
  folder.write("b.yaml", "y: 2\n");
  CHECK(*load_config(folder.write("c.yaml", "include: [a.yaml, b.yaml]")) == parse("{x: 1, y: 2}"));
}

TEST_CASE("a bad include says where it stands") {
  const TemporaryFolder folder;
  const auto error = [&](const std::string& text) {
    const auto root = load_config(folder.write("run.yaml", text));
    REQUIRE_FALSE(root.ok());
    return root.error();
  };
  CHECK(error("name: x\ninclude: none.yaml").where == folder.at("run.yaml") + ":2:10");
  CHECK(error("include: none.yaml").what.find("No such file") != std::string::npos);
  CHECK(error("include: run.yaml").what.find("includes this file, directly or by others") != std::string::npos);
  CHECK(error("include: 3").what.find("expected a file") != std::string::npos);
  CHECK(error("[1]").what.find("expected a map of keys") != std::string::npos);
  CHECK(error("").where == folder.at("run.yaml") + ":1:1");
  folder.write("broken.yaml", "a: [");
  CHECK(error("include: broken.yaml").where.find(folder.at("broken.yaml")) == 0);
  CHECK(load_config(folder.at("nothing.yaml")).error().code == ErrorCode::io);
}

TEST_CASE("settings go by key, index and instance name") {
  CHECK(after("a: {b: 1}", "a.b=2") == "a:\n  b: 2\n");
  CHECK(after("a: 1", "limits.call_timeout=5s") == "a: 1\nlimits:\n  call_timeout: \"5s\"\n");
  CHECK(after("m: [x, {use: y, as: z, k: 1}]", "m.1.k=true") == "m:\n  - x\n  - use: y\n    as: z\n    k: true\n");
  CHECK(after("m: [{use: y, as: z}]", "m.z.k=[1, a]") == "m:\n  - use: y\n    as: z\n    k: [1, a]\n");
  CHECK(after("m: [{use: y, as: gpt-4.1}, {use: gpt-4}]", "m.gpt-4.1.k=1").find("as: gpt-4.1\n    k: 1") !=
        std::string::npos);
  CHECK(after("m: [accuracy]", "m.accuracy.k=1") == "m:\n  - use: accuracy\n    k: 1\n");
  CHECK(after("m: [a, b]", "m=[c]") == "m: [c]\n");
  CHECK(after("a: 1", "a=b=c") == "a: \"b=c\"\n");
}

TEST_CASE("settings that cannot be applied say why") {
  CHECK(after("a: 1", "a") ==
        "--set a: expected KEY=VALUE (for example --set draws=3 or --set limits.call_timeout=5s)");
  CHECK(after("a: 1", "a..b=1").find("expected KEY=VALUE") != std::string::npos);
  CHECK(after("a: 1", "=1").find("expected KEY=VALUE") != std::string::npos);
  CHECK(after("m: [{use: y}]", "m.x.k=1") == "--set m.x.k=1: no item 'x.k' in the list (there are: 0 (y))");
  CHECK(after("m: [{use: y}]", "m.3=1").find("no item '3'") != std::string::npos);
  CHECK(after("a: 1", "a.b=2").find("neither a map nor a list") != std::string::npos);
  CHECK(after("a: 1", "a=010").find("starts with 0") != std::string::npos);
}

TEST_CASE("a setting's place is its own text") {
  Value root = parse("a: 1");
  REQUIRE(apply_setting(root, "b.c=[x]").ok());
  CHECK(place_text(root["b"]["c"].list()[0].place) == "--set b.c=[x]");
  CHECK(place_text(root["a"].place) == "f:1:4");
}
