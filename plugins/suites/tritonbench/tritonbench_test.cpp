// The suite over a checkout of our own in upstream's layout; over upstream's where TOUCHSTONE_TRITONBENCH names one.

#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>

#include "checkout.hpp"
#include "families.hpp"
#include "signature.hpp"
#include "support/fake_host.hpp"
#include "support/temporary_folder.hpp"
#include "task_maker.hpp"
#include "touchstone/plugin.hpp"

extern "C" const touchstone::PluginHeader touchstone_plugin;

using namespace touchstone;
using namespace touchstone::tritonbench;

namespace {

constexpr const char* fixture = "tests/fixtures/tritonbench";

void write(const std::filesystem::path& path, const std::string& text) { std::ofstream(path) << text; }

using Known = std::map<std::string, Errata>;

std::map<std::string, Task> tasks_of(const Host& host, const std::string& root, const Known& known,
                                     const Channel& channel = channel_t) {
  std::map<std::string, Task> out;
  Result<Checkout> checkout = Checkout::open(host, root, channel);
  REQUIRE(checkout.ok());
  Result<std::vector<tritonbench::Row>> rows = checkout->rows();
  REQUIRE_MESSAGE(rows.ok(), (rows.ok() ? "" : rows.error().what));
  for (const tritonbench::Row& row : *rows) {
    Result<Program> program = checkout->program(row);
    REQUIRE(program.ok());
    const auto found = known.find(row.id);
    out.emplace(row.id, make_task(row, *program, found == known.end() ? Errata{} : found->second, channel, "abc"));
  }
  return out;
}

}  // namespace

TEST_CASE("rows become tasks with their instructions, whatever their order in the file") {
  FakeHost host;
  const auto tasks = tasks_of(host, fixture, {});
  REQUIRE(tasks.size() == 5);
  const Task& task = tasks.at("affine_relu");
  CHECK(task.question.entries == std::vector<std::string>{"affine_relu"});
  CHECK(task.question.instructions.at("simple").ends_with("Wrapper: affine_relu"));
  CHECK(task.question.instructions.at("complex").ends_with("Math: as described"));
  CHECK(task.question.facts["difficulty"].integer() == 3);
  CHECK(task.question.facts["signature"].text() ==
        "affine_relu(input: torch.Tensor, weight: torch.Tensor, bias: float = 0.0, *, label: str = \"a: b\", "
        "out: torch.Tensor = None, ) -> torch.Tensor");
  CHECK(task.oracle.reference.find("def affine_relu") != std::string::npos);
  CHECK(task.oracle.reference.find("test_affine_relu") == std::string::npos);
  CHECK(task.oracle.program.find("def test_affine_relu") != std::string::npos);
  REQUIRE(task.protocols.size() == 2);
  CHECK(task.protocols[0].judge == "strict");
  CHECK(task.protocols[0].how == "calls");
  CHECK(task.protocols[0].not_judged.empty());
  CHECK(task.origin["commit"].text() == "abc");
}

TEST_CASE("only functions that the test names are entries") {
  FakeHost host;
  CHECK(tasks_of(host, fixture, {}).at("swap_axes").question.entries == std::vector<std::string>{"swap_axes"});
}

TEST_CASE("an erratum keeps a task from being judged, changes its policy, or puts a reference of ours in its place") {
  FakeHost host;
  Known known;
  known["noisy_add"] = {{{"random", "noise", "read"}}, "", "judged by nobody", {}};
  known["swap_axes"].policy.set("tf32", false);
  known["take_rows"] = {
      {{"wrong golden", "it adds", "read"}, {"wrong golden", "twice", "read"}}, "def take_rows(): 1", "", {}};
  const auto tasks = tasks_of(host, fixture, known);
  CHECK(tasks.at("noisy_add").protocols[0].not_judged == "judged by nobody");
  CHECK(tasks.at("noisy_add").question.facts["tags"] == Value(Value::List{"T", "random"}));
  CHECK(tasks.at("noisy_add").origin["errata"].list().front()["what"].text() == "noise");
  CHECK_FALSE(tasks.at("swap_axes").oracle.policy["tf32"].flag(true));
  CHECK(tasks.at("affine_relu").oracle.policy["tf32"].flag());
  CHECK(tasks.at("affine_relu").origin["reference"].text() == "PyTorch, upstream's");
  CHECK(tasks.at("take_rows").oracle.reference == "def take_rows(): 1");
  CHECK(tasks.at("take_rows").origin["reference"].text() == "PyTorch, of our own");
  CHECK(tasks.at("take_rows").question.facts["tags"] == Value(Value::List{"T", "wrong golden"}));
}

TEST_CASE("channel G: goldens whole, entries by what the test names, where they came from") {
  FakeHost host;
  Known known;
  known["scale_rows"].reference = "import torch";
  const auto tasks = tasks_of(host, fixture, known, channel_g);
  REQUIRE(tasks.size() == 4);
  const Task& rows = tasks.at("scale_rows");
  CHECK(rows.question.entries == std::vector<std::string>{"scale_rows"});
  CHECK(rows.question.facts["signature"].text() == "scale_rows(x, w)");
  CHECK(rows.question.facts["difficulty"].integer() == 2);
  CHECK(rows.question.facts["stars"].integer() == 7);
  CHECK(rows.question.instructions.at("complex").find("what lies outside is masked") != std::string::npos);
  CHECK(rows.oracle.golden.find("def unused") != std::string::npos);
  CHECK(rows.oracle.golden.find("def _scale") != std::string::npos);
  CHECK(rows.oracle.reference == "import torch");
  CHECK(rows.origin["repository"].text() == "nobody/kernels");
  CHECK(rows.origin["reference"].text() == "PyTorch, of our own");
  const Task& grad = tasks.at("square_grad");
  CHECK(grad.question.entries == std::vector<std::string>{"Square.apply"});
  CHECK(grad.question.facts["signature"].text() == "Square.apply(x, block=16)");
  CHECK(grad.oracle.reference.empty());
  CHECK(grad.origin["reference"].text() == "none: upstream's Triton golden");
  CHECK(tasks.at("square_alias").question.entries == std::vector<std::string>{"square"});
  CHECK(tasks.at("square_alias").question.facts["signature"].text() == "square(x, block=16)");
  CHECK(tasks.at("bare_kernel").protocols[0].not_judged.find("launches fill_kernel itself") != std::string::npos);
}

TEST_CASE("errata are read with their references; what is wrong in the file is told with its place") {
  FakeHost host;
  const TemporaryFolder folder;
  std::filesystem::create_directories(folder.path() / "references/T");
  const auto read = [&](const std::string& text) {
    write(folder.path() / "errata.yaml", text);
    return ErrataBook::read(host, folder.path(), channel_t);
  };
  const std::string wrong =
      "T:\n  a: [{kind: wrong golden, what: it adds, source: run}]\n  b: [{kind: random, what: r, source: s}]\n";
  CHECK(read(wrong)->of("a").not_judged == "upstream's reference does not do what its description says: it adds");
  CHECK(read(wrong)->of("b").not_judged.empty());
  CHECK(read(wrong)->of("c").list.empty());
  write(folder.path() / "references/T/a.py", "x = 1\n");
  CHECK(read(wrong)->of("a").not_judged.empty());
  CHECK(read(wrong)->of("a").reference == "x = 1\n");
  for (const char* bad : {"T: {a: [{kind: odd, what: w, source: s}]}", "T: {a: [{kind: random, what: w}]}",
                          "T: {a: [{kind: random, what: w, source: s, judge: no}]}"}) {
    const auto book = read(bad);
    REQUIRE_FALSE(book.ok());
    CHECK(book.error().where.ends_with("errata.yaml: a"));
    CHECK_FALSE(book.error().hint.empty());
  }
}

TEST_CASE("every erratum that is shipped can be read, and every reference of ours belongs to an operator") {
  FakeHost host;
  for (const Channel* channel : {&channel_t, &channel_g}) {
    const auto book = ErrataBook::read(host, "plugins/suites/tritonbench", *channel);
    REQUIRE_MESSAGE(book.ok(), (book.ok() ? "" : book.error().what));
    CHECK(book->all().size() > 40);
    const char* root = std::getenv("TOUCHSTONE_TRITONBENCH");
    if (!root) continue;
    const auto tasks = tasks_of(host, root, book->all(), *channel);
    for (const auto& [id, errata] : book->all()) CHECK_MESSAGE(tasks.contains(id), id);
  }
}

TEST_CASE("the plugin reads its errata, hands tasks over in upstream's order and stops when told") {
  FakeHost host;
  host.folders["plugin"] = "plugins/suites/tritonbench";
  Value values;
  values.set("path", fixture).set("channel", "T").set("errata", "on");
  const auto* descriptor = static_cast<const PluginDescriptor<OperatorSuite>*>(touchstone_plugin.descriptor);
  Result<std::unique_ptr<OperatorSuite>> suite = descriptor->create(Config(values), host);
  REQUIRE_MESSAGE(suite.ok(), (suite.ok() ? "" : suite.error().what));
  std::vector<std::string> ids;
  CHECK((*suite)->tasks([&](Task task) { return ids.push_back(task.question.id), ids.size() < 3; }).ok());
  CHECK(ids == std::vector<std::string>{"affine_relu", "take_rows", "noisy_add"});
  CHECK((*suite)->identity()["files"].integer() == 8);
  CHECK_FALSE((*suite)->identity()["known"].flag(true));
  host.stop = true;
  CHECK((*suite)->tasks([](Task) { return true; }).error().code == ErrorCode::cancelled);
}

TEST_CASE("a missing or incomplete checkout says how to get one") {
  FakeHost host;
  for (const char* root : {"", "/nowhere/at/all", "tests/fixtures"}) {
    Result<Checkout> checkout = Checkout::open(host, root, channel_t);
    REQUIRE_FALSE(checkout.ok());
    CHECK(checkout.error().code == ErrorCode::environment);
    CHECK(checkout.error().hint.find("tools/fetch_tritonbench.sh") != std::string::npos);
  }
}

TEST_CASE("the fingerprint depends on the contents; the commit comes from git's folder") {
  FakeHost host;
  const TemporaryFolder temporary;
  const auto copy = temporary.path() / "checkout";
  std::filesystem::copy(fixture, copy, std::filesystem::copy_options::recursive);
  Result<Checkout> first = Checkout::open(host, fixture, channel_t), second = Checkout::open(host, copy, channel_t);
  REQUIRE(first.ok());
  REQUIRE(second.ok());
  CHECK(first->files() == 8);
  CHECK(first->fingerprint().size() == 16);
  CHECK(first->fingerprint() == second->fingerprint());
  CHECK(second->commit().empty());
  std::filesystem::create_directories(copy / ".git/refs/heads");
  const std::string id(40, 'c');
  write(copy / ".git/HEAD", "ref: refs/heads/main\n");
  write(copy / ".git/packed-refs", "# pack-refs\n" + id + " refs/heads/main\n");
  CHECK(second->commit() == id);
  write(copy / "data/TritonBench_T_v1/swap_axes.py", "x = 1\n");
  CHECK(first->fingerprint() != second->fingerprint());
  tritonbench::Row broken_row;
  broken_row.file = "data/TritonBench_T_v1/swap_axes.py";
  Result<Program> broken = second->program(broken_row);
  CHECK_FALSE(broken.ok());
}

TEST_CASE("signatures and families") {
  CHECK(signature_of("@torch.no_grad()\ndef f(a,  # first\n      b={'x': 1}):\n  return a") == "f(a, b={'x': 1})");
  CHECK(signature_of("x = 1").empty());
  CHECK(family_of("gelu_conv2d", channel_t) == "convolution");
  CHECK(family_of("fused_qr_solve", channel_t) == "linear_algebra");
  CHECK(family_of("softmax_log", channel_t) == "softmax");
  CHECK(family_of("sum", channel_t) == "reduction");
  CHECK(family_of("erf", channel_t) == "elementwise");
  CHECK(family_of("chunk_retention_ops", channel_g) == "recurrence");
  CHECK(family_of("token_attn_llama2", channel_g) == "attention");
  CHECK(family_of("int8_dequant_matmul", channel_g) == "matmul");
  CHECK(family_of("fast_layernorm", channel_g) == "normalization");
  CHECK(family_of("rope_transform", channel_g) == "rotary");
  CHECK(family_of("sin_kernel", channel_g) == "elementwise");
}

TEST_CASE("upstream's 166 operators each become a task with one entry, and published answers find their task") {
  const char* root = std::getenv("TOUCHSTONE_TRITONBENCH");
  if (!root) {
    MESSAGE("skipped: TOUCHSTONE_TRITONBENCH names no checkout");
    return;
  }
  FakeHost host;
  CHECK(Checkout::open(host, root, channel_t)->fingerprint() == channel_t.fingerprint);
  const auto tasks = tasks_of(host, root, {});
  CHECK(tasks.size() == 166);
  constexpr auto text_end = std::string::npos;
  for (const auto& [id, task] : tasks) {
    CAPTURE(id);
    CHECK(task.question.entries == std::vector<std::string>{id == "quantize_dynamic" ? "dynamic_custom" : id});
    CHECK(task.question.facts["signature"].text().starts_with(task.question.entries[0] + "("));
    int found = 0;  // a description stands in no other task's instruction
    for (const auto& [other, its] : tasks)
      found += its.question.instructions.at("complex").find(task.question.facts["description"].text()) != text_end;
    CHECK(found == 1);
  }
}

TEST_CASE("upstream's 184 operators of channel G each become a task, with what their tests call as entries") {
  const char* root = std::getenv("TOUCHSTONE_TRITONBENCH");
  if (!root) {
    MESSAGE("skipped: TOUCHSTONE_TRITONBENCH names no checkout");
    return;
  }
  FakeHost host;
  CHECK(Checkout::open(host, root, channel_g)->fingerprint() == channel_g.fingerprint);
  const auto tasks = tasks_of(host, root, {}, channel_g);
  CHECK(tasks.size() == 184);
  std::size_t several = 0, applied = 0, kernels = 0, unsigned_ones = 0;
  for (const auto& [id, task] : tasks) {
    CAPTURE(id);
    const Question& question = task.question;
    several += question.entries.size() > 1;
    applied += question.entries.front().ends_with(".apply");
    kernels += !task.protocols[0].not_judged.empty();
    unsigned_ones += question.facts["signature"].is_null();
    CHECK(question.facts["difficulty"].integer() >= 1);
    CHECK(question.facts["stars"].integer() >= 0);
    CHECK_FALSE(task.origin["repository"].text().empty());
  }
  CHECK(several == 22);
  CHECK(applied == 3);
  CHECK(kernels == 1);
  CHECK(unsigned_ones == 1);
}
