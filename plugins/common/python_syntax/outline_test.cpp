#include <doctest/doctest.h>

#include <algorithm>

#include "common/python_syntax/python_syntax.hpp"

namespace python = touchstone::python;

namespace {

constexpr const char* softmax = R"(import torch, triton
import triton.language as tl
from torch.nn import functional as F

BLOCK: tl.constexpr = 128

@triton.autotune(configs=[], key=["n"])
@triton.jit
def kernel(x, n, SIZE: tl.constexpr):
    tl.store(x, helper(tl.load(x)))

def helper(v):
    return v

class Op(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        return F.relu(x)

def softmax(x, dim=-1):
    def inner(y): return y
    kernel[(1,)](x, n=x.numel())
    return Op.apply(inner(x))

alias = other = softmax
pair, (third, *rest) = softmax, [1, 2]
made = lambda x: x
)";

std::string names(const python::Outline& outline, python::Kind kind) {
  std::string out;
  for (const auto& it : outline.definitions)
    if (it.kind == kind) out += it.name + " ";
  return out;
}

std::string repeat(const std::string& text, std::size_t bytes) {
  std::string out;
  while (out.size() < bytes) out += text;
  return out;
}

}  // namespace

TEST_CASE("an outline lists what stands at top level") {
  const auto outline = python::outline(softmax);
  REQUIRE(outline.parses);
  CHECK(outline.trouble.empty());
  CHECK(names(outline, python::Kind::function) == "kernel helper softmax ");
  CHECK(names(outline, python::Kind::type) == "Op ");
  CHECK(names(outline, python::Kind::assignment) == "BLOCK alias other pair third rest made ");
  CHECK(names(outline, python::Kind::import) == "torch triton tl F ");
  CHECK(outline.imports == std::set<std::string>{"torch", "torch.nn", "triton", "triton.language"});
  CHECK(python::defines(outline, "softmax"));
  CHECK(python::defines(outline, "made"));
  CHECK_FALSE(python::defines(outline, "inner"));
  CHECK_FALSE(python::defines(outline, "torch"));
}

TEST_CASE("decorators are resolved through imports") {
  const auto kernel_of = [](const char* text) {
    const auto outline = python::outline(text);
    return std::count_if(outline.definitions.begin(), outline.definitions.end(), python::is_jit_kernel);
  };
  CHECK(kernel_of(softmax) == 1);
  CHECK(kernel_of("import triton as t\n@t.jit(noinline=True)\ndef k(): pass\n") == 1);
  CHECK(kernel_of("from triton import jit as j\n@j\ndef k(): pass\n") == 1);
  CHECK(kernel_of("import numba\n@numba.jit\ndef k(): pass\n") == 0);
  CHECK(kernel_of("import triton\nclass A:\n  @triton.jit\n  def k(): pass\ndef after(): pass\n") == 0);
}

TEST_CASE("a definition spans its decorators") {
  const std::string text = softmax;
  const auto outline = python::outline(text);
  const auto kernel = std::find_if(outline.definitions.begin(), outline.definitions.end(), python::is_jit_kernel);
  CHECK(kernel->line == 7);
  CHECK(text.substr(kernel->begin, 16) == "@triton.autotune");
  CHECK(text.substr(kernel->begin, kernel->end - kernel->begin).ends_with("tl.load(x)))"));
  CHECK(kernel->decorators == std::vector<std::string>{"triton.autotune", "triton.jit"});
}

TEST_CASE("what is reachable from a name") {
  const auto outline = python::outline(softmax);
  const auto uses = python::reachable(outline, {"alias"});
  CHECK(uses.launches == std::set<std::string>{"kernel"});
  CHECK(uses.calls.contains("triton.language.load"));
  CHECK(uses.calls.contains("torch.nn.functional.relu"));
  CHECK(uses.calls.contains("helper"));
  CHECK(python::reachable(outline, {"other"}).launches == uses.launches);
  CHECK_FALSE(uses.names.contains("numel"));  // an attribute
  CHECK(python::reachable(outline, {"helper"}).calls.empty());
  CHECK(python::reachable(outline, {"absent"}).names.empty());
}

TEST_CASE("statements below a top-level if or try count, those of a function do not") {
  const auto outline = python::outline(
      "if True:\n  def f(): pass\nelse:\n  f = None\ntry:\n  import a.b\nexcept ImportError:\n  def g(): h = 1\n");
  CHECK(outline.parses);
  CHECK(names(outline, python::Kind::function) == "f g ");
  CHECK(names(outline, python::Kind::assignment) == "f ");
  CHECK(names(outline, python::Kind::import) == "a ");
}

TEST_CASE("what Python 3 refuses does not parse") {
  for (const char* text : {"def f(:\n  pass\n", "x = (1,\n", "print 'a'\n", "exec 'a'\n", "x = '''\n",
                           "def f()\n  pass\n", "x = 1\n```\n", "Here is the code you asked for:\n"})
    CHECK_MESSAGE(!python::parses(text), std::string(text));
  for (const char* text :
       {"", "# only\n", "match x:\n  case 1: pass\n", "async def f(): await g()\n", "print('a')\n",
        "x = f'{y!r:>{w}}'\n", "def f[T](x: T) -> T: return x\n", "if (n := 3): pass\n", "x = 'ä'\n"})
    CHECK_MESSAGE(python::parses(text), std::string(text));
  CHECK(python::outline("x = 1\ny = (2\n").trouble.starts_with("line "));
}

TEST_CASE("hostile text costs little and does no harm") {
  for (const char* unit : {"(", "[x for ", "def f(:\n", "-", "f'{", "a.", "#\n", "x=", "\\\n", "\xff\xfe", "@",
                           "{a:", "a<b>(c)", "hello ", "lambda:", "if x:\n "})
    for (const std::size_t bytes : {std::size_t{50'000}, std::size_t{10'000'000}}) {
      const auto outline = python::outline(repeat(unit, bytes));
      CHECK(outline.uses.size() > outline.definitions.size() / 100'000);
      if (bytes > 1'000'000) CHECK_FALSE(outline.parses);
    }
  CHECK(python::outline(repeat("x = 1\n", 10'000'000)).trouble.find("tokens") != std::string::npos);
  CHECK_FALSE(python::parses(std::string("x = 1\n\0y = 2\n", 13)));
  CHECK_FALSE(python::parses(std::string(100'000, '\0')));
}

TEST_CASE("findings are short and complete") {
  const auto value = python::findings(python::outline(softmax));
  CHECK(value["parses"].flag());
  CHECK(value["jit_kernels"] == touchstone::Value(touchstone::Value::List{"kernel"}));
  CHECK(value["launches"] == touchstone::Value(touchstone::Value::List{"kernel"}));
  CHECK(value["torch_calls"] == touchstone::Value(touchstone::Value::List{"torch.nn.functional.relu"}));
  std::string many;
  for (int i = 0; i < 200; ++i) many += "import m" + std::to_string(i) + "\n";
  CHECK(python::findings(python::outline(many))["imports"].list().size() == 50);
}

TEST_CASE("a shape is that of the tree, whatever names, comments and layout say") {
  const std::string one =
      "import torch\ndef f(x, n):\n    \"\"\"Says what it does.\"\"\"\n    return torch.sum(x) + n * 2\n";
  const std::string same =
      "import torch\n# more\n\n\ndef add(left,\n        right):\n    return torch.sum(left) + right*2\n";
  const auto shape = [](const std::string& text) { return python::outline(text).shape; };
  REQUIRE(shape(one).size() == 16);
  CHECK(shape(one) == shape(same));
  CHECK(shape(one) != shape("import torch\ndef f(x, n):\n    return torch.sum(n) + x * 2\n"));   // roles swapped
  CHECK(shape(one) != shape("import torch\ndef f(x, n):\n    return torch.mean(x) + n * 2\n"));  // another function
  CHECK(shape(one) != shape("import torch\ndef f(x, n):\n    return torch.sum(x) + n * 3\n"));   // another number
  CHECK(shape("def f(:").empty());
  CHECK(python::findings(python::outline(one))["shape"].text() == shape(one));
}
