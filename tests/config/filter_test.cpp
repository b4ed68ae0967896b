#include "config/filter.hpp"

#include <doctest/doctest.h>

#include "config/yaml_reader.hpp"

using namespace touchstone;

namespace {

bool matches(const std::string& where) {
  Errors errors;
  const Question softmax{
      "softmax", {"softmax"}, {}, *read_yaml("{family: norm, difficulty: 2, tags: [quickstart, fp16]}", "q")};
  const bool out = read_filter(*read_yaml(where, "f"), "suite 'x'", errors).matches(softmax);
  CHECK(errors.empty());
  return out;
}

}  // namespace

TEST_CASE("keys are joined by and, values of one key by or") {
  for (const std::string where :
       {"", "{}", "tags: [fp16]", "tags: [no, fp16]", "tags: fp16", "names: [soft*]", "names: ['*max', x]",
        "family: norm", "family: [a, norm]", "difficulty: 2", "difficulty: [1, 2]", "difficulty: {least: 2}",
        "difficulty: {least: 1, most: 2}", "{tags: [fp16], family: norm, difficulty: 2}"}) {
    CAPTURE(where);
    CHECK(matches(where));
  }
  for (const std::string where : {"tags: [no]", "names: [max]", "family: n", "difficulty: 3", "difficulty: [1, 3]",
                                  "difficulty: {most: 1}", "difficulty: {least: 3}", "{tags: [fp16], family: other}"}) {
    CAPTURE(where);
    CHECK_FALSE(matches(where));
  }
}

TEST_CASE("a fact that is not there matches no filter on it") {
  Errors errors;
  const Question bare{"x", {"x"}, {}, {}};
  for (const std::string where :
       {"tags: [a]", "family: a", "difficulty: 1", "difficulty: {least: 0}", "difficulty: {most: 9}"}) {
    CAPTURE(where);
    CHECK_FALSE(read_filter(*read_yaml(where, "f"), "s", errors).matches(bare));
  }
  CHECK(read_filter(*read_yaml("names: [x]", "f"), "s", errors).matches(bare));
}

TEST_CASE("a filter that is not understood is an error, not an empty filter") {
  const auto error = [](const std::string& where) {
    Errors errors;
    read_filter(*read_yaml(where, "f"), "suite 'x'", errors);
    REQUIRE(errors.size() == 1);
    return errors[0].where + ": " + errors[0].what;
  };
  CHECK(error("tag: [a]") == "f:1:1: suite 'x': where: unknown key 'tag'");
  CHECK(error("difficulty: hard").find("difficulty: expected a whole number") != std::string::npos);
  CHECK(error("difficulty: {min: 1}").find("where: difficulty: unknown key 'min'") != std::string::npos);
  CHECK(error("tags: [1]").find("expected a list of texts") != std::string::npos);
  CHECK(error("[a]").find("expected a map, found a list") != std::string::npos);
}

TEST_CASE("what fits no task is told with its place and the nearest name") {
  const auto misses = [](const std::string& where) {
    Errors errors;
    const Filter filter = read_filter(*read_yaml(where, "f"), "suite 'x'", errors);
    FilterUse use(filter);
    for (const char* id : {"softmax", "add"})
      use.matches({id, {id}, {}, *read_yaml("{family: norm, difficulty: 2, tags: [quickstart]}", "q")});
    return use.misses("suite 'x'");
  };
  CHECK(misses("").empty());
  CHECK(misses("{names: [soft*, add], tags: quickstart}").empty());
  const Errors names = misses("names: [softmax, sotfmax, gelu]");
  REQUIRE(names.size() == 2);
  CHECK(names[0].what == "suite 'x': where: names: no task has 'sotfmax'");
  CHECK(names[0].where == "f:1:18");
  CHECK(names[0].hint == "did you mean softmax?");
  CHECK(names[1].hint == "there are: add, softmax");
  CHECK(misses("family: nrom").front().hint == "did you mean norm?");
  const Errors levels = misses("{tags: [quickstart], difficulty: 5}");
  REQUIRE(levels.size() == 1);
  CHECK(levels[0].what == "suite 'x': where: difficulty: no task has it");
  CHECK(levels[0].hint == "there are: 2");
  Errors errors;
  const Filter apart = read_filter(*read_yaml("{tags: [quick], difficulty: 2}", "f"), "suite 'x'", errors);
  FilterUse use(apart);
  for (const char* facts : {"{difficulty: 2, tags: [slow]}", "{difficulty: 3, tags: [quick]}"})
    use.matches({"add", {"add"}, {}, *read_yaml(facts, "q")});
  REQUIRE(use.misses("suite 'x'").size() == 1);
  CHECK(use.misses("suite 'x'").front().what == "suite 'x': where: no task passes all of it");
}
