#include <doctest/doctest.h>

#include "drawn.hpp"
#include "support/fake_host.hpp"
#include "support/temporary_folder.hpp"
#include "touchstone/plugin.hpp"

using namespace touchstone;

extern "C" const PluginHeader touchstone_plugin;

namespace {

const std::string good = R"(family: softmax
difficulty: 2
tags: [quickstart]
signature: "softmax(x: Tensor, dim: int = -1) -> Tensor"
instruction: {simple: Write softmax., complex: Write softmax with care.}
policy: {dtypes: [float32], tf32: false, reduction: last}
cases:
  check:
    - {name: odd, arguments: {x: {tensor: [7, 100]}, dim: -1}}
  bench:
    - {name: large, arguments: {x: {tensor: [4096, 4096]}, dim: -1}}
cost: {bytes: "2 * x.bytes", flops: "5 * x.numel"}
)";

struct Setup {
  TemporaryFolder folder;
  FakeHost host;

  /// `place` is family/operator; the YAML's family becomes that.
  void add(const std::string& place, std::string yaml) const {
    const std::string family = "family: softmax\n";
    if (yaml.starts_with(family)) yaml.replace(0, family.size(), "family: " + place.substr(0, place.find('/')) + "\n");
    folder.write(place + "/operator.yaml", yaml);
    folder.write(place + "/reference.py", "def softmax(x, dim=-1): return x.softmax(dim)\n");
  }
  Result<std::unique_ptr<OperatorSuite>> suite() {
    return static_cast<const PluginDescriptor<OperatorSuite>*>(touchstone_plugin.descriptor)
        ->create(Config{Value{}.set("path", folder.path().string())}, host);
  }
  Result<std::vector<Task>> tasks(std::size_t most = 99) {
    auto made = suite();
    if (!made) return made.error();
    std::vector<Task> out;
    auto done = made.value()->tasks([&](Task task) { return out.push_back(std::move(task)), out.size() < most; });
    if (!done) return done.error();
    return out;
  }
};

/// The error of an operator whose YAML is `good` with one piece replaced.
Error refusal(const std::string& piece, const std::string& by) {
  Setup setup;
  std::string yaml = good;
  REQUIRE(yaml.find(piece) != std::string::npos);
  yaml.replace(yaml.find(piece), piece.size(), by);
  setup.add("softmax/softmax", yaml);
  const auto tasks = setup.tasks();
  REQUIRE_FALSE(tasks.ok());
  CHECK(tasks.error().code == ErrorCode::config);
  CHECK(tasks.error().where.find("operator.yaml:") != std::string::npos);
  return tasks.error();
}

}  // namespace

TEST_CASE("a folder becomes a task") {
  Setup setup;
  setup.add("softmax/softmax", good);
  setup.folder.write("softmax/softmax/golden.py", "golden\n");
  const auto tasks = setup.tasks();
  REQUIRE(tasks.ok());
  const Task& task = tasks->at(0);
  CHECK(task.question.id == "softmax");
  CHECK(task.question.entries == std::vector<std::string>{"softmax"});
  CHECK(task.question.instructions.at("simple") == "Write softmax.");
  CHECK(task.question.facts["family"].text() == "softmax");
  CHECK(task.question.facts["difficulty"].integer() == 2);
  CHECK(task.question.facts["tags"].list().size() == 1);
  CHECK(task.question.facts["dtypes"].list().size() == 1);
  CHECK(task.oracle.reference.starts_with("def softmax"));
  CHECK(task.oracle.golden == "golden\n");
  CHECK(task.oracle.cases["bench"].list().size() == 1);
  CHECK(task.oracle.policy["reduction"].text() == "last");
  CHECK(task.oracle.policy["cost"]["flops"].text() == "5 * x.numel");
  REQUIRE(task.protocols.size() == 1);
  CHECK(task.protocols[0].judge == "strict");
  CHECK(task.protocols[0].how == "calls");
}

TEST_CASE("the order is that of names, and a taker can stop") {
  Setup setup;
  for (const char* place : {"b/zeta", "a/mid", "c/alpha"}) setup.add(place, good);
  setup.folder.write("README.md", "not a family");
  setup.folder.write("a/notes/text.md", "not an operator");
  const auto tasks = setup.tasks();
  REQUIRE(tasks->size() == 3);
  CHECK((*tasks)[0].question.id == "alpha");
  CHECK((*tasks)[2].question.id == "zeta");
  CHECK(setup.tasks(1)->size() == 1);
  CHECK(setup.suite().value()->identity()["operators"].integer() == 3);
  setup.add("d/alpha", good);
  CHECK(setup.tasks().error().what == "two operators are called 'alpha'");
}

TEST_CASE("an entry, or several, can be named") {
  Setup setup;
  setup.add("a/one", good + "entry: run\n");
  setup.add("a/two", good + "entries: [forward, backward]\n");
  const auto tasks = setup.tasks();
  REQUIRE(tasks.ok());
  CHECK((*tasks)[0].question.entries == std::vector<std::string>{"run"});
  CHECK((*tasks)[1].question.entries == std::vector<std::string>{"forward", "backward"});
}

TEST_CASE("mistakes are errors with their place") {
  CHECK(refusal("tf32", "tf23").hint == "did you mean 'tf32'?");
  CHECK(refusal("tf32", "tf23").where.ends_with("operator.yaml:6:35"));
  CHECK(refusal("difficulty", "dificulty").hint == "did you mean 'difficulty'?");
  CHECK(refusal("cost:", "zzz:").hint.starts_with("known: family"));
  CHECK(refusal("difficulty: 2", "difficulty: 6").what.find("1 to 5") != std::string::npos);
  CHECK(refusal("difficulty: 2", "difficulty: two").what.find("1 to 5") != std::string::npos);
  CHECK(refusal("[quickstart]", "quickstart").what.find("no list") != std::string::npos);
  CHECK(refusal("signature", "entry").what.find("'signature' is missing") != std::string::npos);
  CHECK(refusal("softmax(x", "soft max(x").what.find("no name of a function") != std::string::npos);
  CHECK(refusal("simple:", "simpel:").hint == "did you mean 'simple'?");
  CHECK(refusal("tf32: false", "tf32: no").what.find("neither true nor false") != std::string::npos);
  CHECK(refusal("reduction: last", "work: much").what == "work: 'much' is not known");
  CHECK(refusal("check:", "cheek:").hint == "did you mean 'check'?");
  CHECK(refusal("name: odd, ", "").what == "a case without a name");
  CHECK(refusal("arguments: {x: {tensor: [7, 100]}, dim: -1}", "arguments: 3").what.find("no map of arguments") !=
        std::string::npos);
  CHECK(refusal("name: odd,", "name: odd, entry: other,").what.find("none of the operator's entries") !=
        std::string::npos);
  CHECK(refusal("flops", "flop").hint == "did you mean 'flops'?");
}

TEST_CASE("what a signature says is held against cases, policy and cost") {
  CHECK(refusal("dim: -1}}\n  bench", "dmi: -1}}\n  bench").hint == "did you mean 'dim'?");
  CHECK(refusal("dim: -1}}\n  bench", "dmi: -1}}\n  bench").where.ends_with("operator.yaml:9:59"));
  CHECK(refusal("dim: -1}}\n  bench", "y: 1}}\n  bench").hint == "known: x, dim");
  CHECK(refusal("x: {tensor: [7, 100]}, dim", "dim").what ==
        "the case 'odd' gives no 'x', which has no default in the signature");
  CHECK(refusal("softmax(x: Tensor", "softmax(x, y: Tensor").what.find("gives no 'y'") != std::string::npos);
  CHECK(refusal("reduction: last", "mutates: [z]").what == "mutates: 'z' is not known");
  CHECK(refusal("reduction: last", "reduction: {argument: z}").what == "reduction: argument: 'z' is not known");
  CHECK(refusal("2 * x.bytes", "2 * z.bytes").what == "cost: bytes: 'z' is no argument");
  CHECK(refusal("x.numel", "x.nunel").hint == "did you mean 'numel'?");
  CHECK(refusal("5 * x.numel", "5 ^ dim").what == "cost: flops: '^' is no arithmetic");
  CHECK(refusal("-> Tensor\"", "-> Tensor\"\nentry: soft max").what == "'soft max' is no name of a function");
  CHECK(refusal("dim: int = -1)", "1dim)").what == "'1dim' is no name of a parameter");
  CHECK(refusal("(x: Tensor, dim: int = -1)", "(x: Tensor").what == "the signature has no list of parameters");
}

TEST_CASE("signatures of every form are read") {
  Setup setup;
  const std::string signature = "softmax(x: Tensor, dim: int = -1) -> Tensor";
  for (const std::string other :
       {"softmax(x, /, *, dim=(1, 2)) -> Tuple[Tensor, Tensor]", "softmax(x: Dict[str, int] = {',': 1}, *args)",
        "softmax(x, **rest)", "softmax(*, x: Literal[')', '('], dim)"}) {
    std::string yaml = good;
    setup.add("softmax/softmax", yaml.replace(yaml.find(signature), signature.size(), other));
    const auto tasks = setup.tasks();
    CHECK_MESSAGE(tasks.ok(), (tasks.ok() ? "" : tasks.error().where + " " + tasks.error().what));
  }
}

TEST_CASE("words of drawn tensors and of the policy are checked") {
  const auto drawn = [](const std::string& spec) { return refusal("{tensor: [7, 100]}", spec); };
  CHECK(drawn("{tensor: [7], dtype: flaot16}").hint == "did you mean 'float16'?");
  CHECK(drawn("{tensor: [7], dtype: flaot16}").where.ends_with("operator.yaml:9:55"));
  CHECK(drawn("{tensor: [7], draw: nromal}").hint == "did you mean 'normal'?");
  CHECK(drawn("{tensor: [7], draw: 3}").what == "draw: this is not known");
  CHECK(drawn("{tensor: [7], layout: stridde}").hint == "did you mean 'strided'?");
  CHECK(drawn("{tensor: [7], draw: uniform, std: 1}").what == "unknown key 'std' in a tensor with draw: uniform");
  CHECK(drawn("{tensor: [7], mean: high}").what == "mean is no number");
  CHECK(drawn("{tensor: [7], sprinkle: {nna: 1}}").hint == "did you mean 'nan'?");
  CHECK(drawn("{tensor: [7, -1]}").what.find("whole numbers from 0") != std::string::npos);
  CHECK(drawn("{tensor: [7], grad: 1}").what == "grad is neither true nor false");
  CHECK(drawn("{same_as: dmi}").hint == "did you mean 'dim'?");
  CHECK(drawn("{tesnor: [7]}").hint == "did you mean 'tensor'?");
  CHECK(drawn("[{tensor: [7], dtype: int33}]").hint == "did you mean 'int32'?");
  CHECK(drawn("{dtype: int33}").hint == "did you mean 'int32'?");
  CHECK(drawn("{float: high}").what == "float is no number");
  CHECK(refusal("[float32]", "[flaot32]").hint == "did you mean 'float32'?");
  CHECK(refusal("family: softmax", "family: sofmtax").what.starts_with("family: expected 'softmax'"));
}

TEST_CASE("what is excused before the gate names its reason") {
  const auto excused = [](const std::string& text) { return refusal("tf32: false", "tf32: false, excused: " + text); };
  CHECK(excused("{equivalnt: {}}").hint == "did you mean 'equivalent'?");
  CHECK(excused("{equivalent: [a]}").what == "equivalent is no map from what is excused to why");
  CHECK(excused("{insensitive: {'x, tensor': ''}}").what == "'x, tensor' is excused without a reason");
  CHECK(excused("{nondeterministic: true}").what == "nondeterministic does not say why");
  Setup setup;
  std::string yaml = good;
  yaml.replace(yaml.find("tf32: false"), 11, "tf32: false, excused: {equivalent: {'a → b': because}}");
  setup.add("softmax/one", yaml);
  CHECK(setup.tasks().ok());
}

TEST_CASE("every mistake of every operator is told at once") {
  Setup setup;
  std::string yaml = good;
  yaml.replace(yaml.find("[float32]"), 9, "[flaot32, int33]");
  setup.add("softmax/one", yaml);
  setup.add("softmax/two", good + "extra: 1\n");
  setup.add("softmax/three", good);
  std::filesystem::remove(setup.folder.path() / "softmax/three/reference.py");
  const auto tasks = setup.tasks();
  REQUIRE_FALSE(tasks.ok());
  Errors errors;
  append(errors, tasks.error());
  REQUIRE(errors.size() == 4);
  CHECK(errors[1].what == "dtypes: 'int33' is not known");
  CHECK(errors[2].where.ends_with("softmax/three/reference.py"));
  CHECK(errors[3].what == "unknown key 'extra' in operator.yaml");
}

TEST_CASE("the checker knows the same dtypes and draws") {
  FakeHost host;
  const std::string checker = host.read_file("core/workers/draw.py").value();
  for (const auto& words : {operators::dtype_names(), operators::draw_kinds()})
    for (const std::string_view word : words) CHECK_MESSAGE(checker.find(word) != std::string::npos, word);
}

TEST_CASE("an operator without a reference, and a folder without operators, are refused") {
  Setup setup;
  CHECK(setup.suite().error().what.find("no <family>/<operator>/operator.yaml") != std::string::npos);
  setup.add("a/bare", good);
  setup.folder.write("a/bare/golden.py", "def softmax(x, dim=-1): ...\n");
  setup.folder.write("a/bare/reference.py", "");
  CHECK(setup.tasks().error().what == "reference.py is missing or empty");
  std::filesystem::remove_all(setup.folder.path());
  CHECK(setup.suite().error().what.find("cannot be read") != std::string::npos);
  std::filesystem::create_directory(setup.folder.path());
}

TEST_CASE("the shipped operators are read, every one") {
  FakeHost host;
  auto suite = static_cast<const PluginDescriptor<OperatorSuite>*>(touchstone_plugin.descriptor)
                   ->create(Config{Value{}.set("path", "operators")}, host);
  REQUIRE(suite.ok());
  std::size_t count = 0;
  const auto done = suite.value()->tasks([&](const Task& task) {
    CHECK_FALSE(task.oracle.golden.empty());
    return ++count > 0;
  });
  CHECK_MESSAGE(done.ok(), (done.ok() ? "" : done.error().where + " " + done.error().what));
  CHECK(count == static_cast<std::size_t>(suite.value()->identity()["operators"].integer()));
}
