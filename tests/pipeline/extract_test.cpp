#include "pipeline/extract.hpp"

#include <doctest/doctest.h>

#include <stdexcept>

using namespace touchstone;

namespace {

// A runtime whose language is: a text parses when it has no '!', and defines an entry when it contains "def <entry>".
class ToyRuntime : public Runtime {
 public:
  Result<std::vector<Device>> devices() const override { return std::vector<Device>{}; }
  Result<Start> start(Role, const Device&) const override { return Error{}; }
  std::vector<Check> doctor() const override { return {}; }
  Facts inspect(std::string_view block, const Question& question) const override {
    Facts facts;
    facts.parses = block.find('!') == std::string_view::npos;
    for (const std::string& entry : question.entries)
      if (block.find("def " + entry) != std::string_view::npos) facts.defined.push_back(entry);
    facts.defines_entries = facts.defined.size() == question.entries.size();
    return facts;
  }
};

Candidate found(std::string text) {
  Question question;
  question.entries = {"softmax"};
  Completion completion;
  completion.text = std::move(text);
  return extract(completion, question, ToyRuntime());
}

}  // namespace

TEST_CASE("the last complete block that defines the entries wins over later ones that do not") {
  const Candidate candidate =
      found("a\n```python\ndef softmax(): 1\n```\nb\n```\ndef softmax(): 2\n```\n```\nprint()\n```\n");
  CHECK(candidate.code == "def softmax(): 2\n");
  CHECK(candidate.rule == "last complete block that defines the entries");
}

TEST_CASE("a block that is cut off counts only as one that parses") {
  CHECK(found("```python\ndef softmax(): 1\n").rule == "last block that parses");
  CHECK(found("```\ndef softmax(): 1\n```\n```\ndef softmax(): 2\n").code == "def softmax(): 1\n");
}

TEST_CASE("without a block the whole text counts if it parses") {
  CHECK(found("def softmax(): pass").rule == "the whole text");
  CHECK(found("Sorry, I cannot do that!").code.empty());
  CHECK(found("").rule == "the answer is empty");
  CHECK(found("```\nno!\n```\n!").rule == "no code block parses");
}

TEST_CASE("a suite's own rule sees the whole completion, and a suite that throws is an error") {
  struct Suite : OperatorSuite {
    Value identity() const override { return {}; }
    Result<None> tasks(const std::function<bool(Task)>&) const override { return None{}; }
    Result<std::string> extract(std::string_view variant, std::string_view text) const override {
      if (variant == "first word") return std::string(text.substr(0, text.find(' ')));
      throw std::runtime_error("oh");
    }
  };
  Completion completion;
  completion.text = "<think>no</think> yes";
  const auto found = extract_by("first word", completion, Suite(), "mine");
  REQUIRE(found.ok());
  CHECK(found->code == "<think>no</think>");
  CHECK(found->rule == "first word");
  CHECK(extract_by("other", completion, Suite(), "mine").error().what.find("'mine' threw an exception") !=
        std::string::npos);
}

TEST_CASE("reasoning is never searched for code") {
  CHECK(found("<think>\n```\ndef softmax(): wrong\n```\n</think>\n```\ndef softmax(): right\n```").code ==
        "def softmax(): right\n");
  CHECK(found("```\ndef softmax(): wrong\n```\nhm</think>\n```\ndef softmax(): right\n```").code ==
        "def softmax(): right\n");
  CHECK(found("<think>never closed def softmax()").code.empty());
}

TEST_CASE("fences: longer ones hold shorter ones, tildes, blocks in lists, inline code") {
  CHECK(found("````md\n```\ndef softmax(): in\n```\n````").code == "```\ndef softmax(): in\n```\n");
  CHECK(found("~~~\ndef softmax(): t\n~~~").code == "def softmax(): t\n");
  CHECK(found("1. so:\n   ```python\n   def softmax():\n     pass\n   ```\n").code == "def softmax():\n  pass\n");
  CHECK(find_blocks("a ```x``` b\n```inline``` c\n").empty());
}

TEST_CASE("thousands of fences and megabytes are read in one pass") {
  std::string text;
  for (int i = 0; i < 20000; ++i) text += "```\nno!\n```\n";
  text += std::string(10 << 20, 'x') + "\n```\ndef softmax(): end\n```\n";
  CHECK(find_blocks(text).size() == 20001);
  CHECK(found(text).code == "def softmax(): end\n");
}
