// Every odd shape of an answer that upstream's scripts are known to meet, and what they make of it.

#include "extraction.hpp"

#include <doctest/doctest.h>

#include "common/python_syntax/python_syntax.hpp"
#include "support/fake_host.hpp"
#include "touchstone/plugin.hpp"

extern "C" const touchstone::PluginHeader touchstone_plugin;

using namespace touchstone;
using namespace touchstone::tritonbench;

TEST_CASE("channel T takes all behind the last fence of Python, whatever follows the code") {
  CHECK(extract_t("So:\n```python\nx = 1\n```\nor\n```python\nx = 2\n```\nIt adds.") == "\nx = 2\n```\nIt adds.");
  CHECK(extract_t("```python\nx = 1") == "\nx = 1");
  CHECK(extract_t("```python\nx = 1\n```\n```\nprint()\n```") == "\nx = 1\n```\n```\nprint()\n```");
  CHECK(extract_t("~~~~```python3\nx = 1") == "3\nx = 1");  // a text is looked for, not a fence
}

TEST_CASE("channel T without such a fence takes the whole answer") {
  for (const char* answer : {"x = 1\n", "```\nx = 1\n```", "```py\nx = 1\n```", "```Python\nx = 1\n```", "",
                             "<think>\nhm\n</think>\nx = 1", "I cannot do that."})
    CHECK(extract_t(answer) == answer);
}

TEST_CASE("a model's end tokens are removed from what stands in a fence, and only there") {
  CHECK(extract_t("```python\nx = 1<|im_end|>\n<|EOT|>") == "\nx = 1\n");
  CHECK(extract_t("x = 1<|im_end|>") == "x = 1<|im_end|>");
  CHECK(extract_t("```python\n<|im_<|im_end|>end|>") == "\n<|im_end|>");
}

TEST_CASE("channel G keeps imports and functions, and loses all else of the module") {
  CHECK(extract_g("```python\nimport triton\nBLOCK = 128\n\n@triton.jit\ndef k(x):\n    pass\n\nk_fast = k\n"
                  "class Op:\n    size = 1\n\n    @staticmethod\n    def forward(x):\n        return x\n"
                  "apply = Op.forward\nprint(1)\n") ==
        "import triton\n\n@triton.jit\ndef k(x):\n    pass\n"
        "if True:\n    @staticmethod\n    def forward(x):\n        return x\n");
  CHECK(extract_g("f = lambda x: x\nasync def g():\n    pass\n") == "\n");
  CHECK(extract_g("") == "\n");
}

TEST_CASE("channel G takes imports from wherever they stand, to the front") {
  CHECK(extract_g("def f():\n    import a\n    from b import (c,\n                   d)\ntry:\n    import e\n"
                  "except ImportError:\n    e = None\nfrom __future__ import annotations; import h\n") ==
        "from __future__ import annotations\nimport h\nimport a\nfrom b import (c,\n                   d)\nimport e\n\n"
        "def f():\n    import a\n    from b import (c,\n                   d)\n");
}

TEST_CASE("channel G writes what is nested once more, after what it stands in, and a text in it stays as it is") {
  CHECK(extract_g("def outer():\n    def inner():\n        return '''a\n  b'''\n    return inner\n\ndef last():\n"
                  "  return 1\n") ==
        "\ndef outer():\n    def inner():\n        return '''a\n  b'''\n    return inner\ndef last():\n  return 1\n"
        "if True:\n    def inner():\n        return '''a\n  b'''\n");
}

TEST_CASE("channel G orders by how deep Python's own tree has them: an elif is an if in an else") {
  const std::string text =
      "if a:\n  def one(): pass\nelif b:\n  def two(): pass\nelif c:\n  def three(): pass\nelse:\n"
      "  def four(): pass\ntry:\n  def five(): pass\nexcept E:\n  def six(): pass\nelse:\n  def seven(): pass\n"
      "for i in x:\n  pass\nelse:\n  def eight(): pass\n";
  std::string depths;
  for (const auto& one : python::statements(text)) depths += std::to_string(one.depth);
  CHECK(depths == "12331211");
}

TEST_CASE("channel G leaves what does not parse as it is") {
  for (const char* answer : {"def f(:\n    pass\nx = 1\n", "Sure! Here is the code", "```python\nx = 1\n```\nIt adds.",
                             " import torch\nx = 1\n", "def f():\n    a = 1\n      b = 2\n", "x = 1\n  y = 2\n",
                             "def f():\n    if a:\n        b = 1\n      c = 2\n"})
    CHECK(extract_g(answer) == extract_t(answer));
  CHECK(extract_g("if a: b = 1; c = 2\n\n# d\n  # e\nif f:\n  g\n  if h:\n      i\n  j\nelse:\n   k\n") == "\n");
}

TEST_CASE("the suite names the rules by which its protocols want code found") {
  FakeHost host;
  host.folders["plugin"] = "plugins/suites/tritonbench";
  Value values;
  values.set("path", "tests/fixtures/tritonbench").set("channel", "T").set("errata", "on");
  const auto* descriptor = static_cast<const PluginDescriptor<OperatorSuite>*>(touchstone_plugin.descriptor);
  const auto suite = descriptor->create(Config(values), host);
  REQUIRE(suite.ok());
  std::vector<Protocol> protocols;
  REQUIRE((*suite)->tasks([&](Task task) { return protocols = task.protocols, false; }).ok());
  REQUIRE(protocols.size() == 2);
  CHECK(protocols[1].judge == "paper");
  CHECK(protocols[1].how == "stdout");
  CHECK(protocols[1].not_judged.empty());
  CHECK(*(*suite)->extract(protocols[1].extraction, "```python\nx") == "\nx");
  CHECK(*(*suite)->extract("tritonbench-g", "x = 1") == "\n");
  CHECK((*suite)->extract("tritonbench-x", "x").error().code == ErrorCode::unavailable);
}
