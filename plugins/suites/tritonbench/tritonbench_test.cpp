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

std::map<std::string, Task> tasks_of(const Host& host, const std::string& root, const Value& notes,
                                    bool judge_disputed = false) {
  std::map<std::string, Task> out;
  Result<Checkout> checkout = Checkout::open(host, root);
  REQUIRE(checkout.ok());
  Result<std::vector<tritonbench::Row>> rows = checkout->rows();
  REQUIRE_MESSAGE(rows.ok(), (rows.ok() ? "" : rows.error().what));
  for (const tritonbench::Row& row : *rows) {
    Result<Program> program = checkout->program(row);
    REQUIRE(program.ok());
    out.emplace(row.id, make_task(row, *program, notes[row.id], "abc", judge_disputed));
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

TEST_CASE("a note keeps a task from being judged, or changes its policy") {
  FakeHost host;
  Value notes, disputed, policy;
  disputed.set("disputed", "it adds instead");
  policy.set("policy", Value(Value::Map{{"tf32", false}}));
  notes.set("noisy_add", disputed).set("swap_axes", policy);
  const auto tasks = tasks_of(host, fixture, notes);
  CHECK(tasks.at("noisy_add").protocols[0].not_judged ==
        "upstream's reference does not do what its description says: it adds instead");
  CHECK(tasks.at("noisy_add").question.facts["tags"] == Value(Value::List{"T", "disputed"}));
  CHECK(tasks_of(host, fixture, notes, true).at("noisy_add").protocols[0].not_judged.empty());
  CHECK_FALSE(tasks.at("swap_axes").oracle.policy["tf32"].flag(true));
  CHECK(tasks.at("affine_relu").oracle.policy["tf32"].flag());
}

TEST_CASE("the plugin reads its notes, hands tasks over in upstream's order and stops when told") {
  FakeHost host;
  host.folders["plugin"] = "plugins/suites/tritonbench";
  Value values;
  values.set("path", fixture).set("channel", "T").set("disputed", "skip");
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
    Result<Checkout> checkout = Checkout::open(host, root);
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
  Result<Checkout> first = Checkout::open(host, fixture), second = Checkout::open(host, copy);
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
  Result<Program> broken = second->program({.id = {}, .file = "data/TritonBench_T_v1/swap_axes.py", .description = {},
                                            .simple = {}, .complex = {}});
  CHECK_FALSE(broken.ok());
}

TEST_CASE("signatures and families") {
  CHECK(signature_of("@torch.no_grad()\ndef f(a,  # first\n      b={'x': 1}):\n  return a") == "f(a, b={'x': 1})");
  CHECK(signature_of("x = 1").empty());
  CHECK(family_of("gelu_conv2d") == "convolution");
  CHECK(family_of("fused_qr_solve") == "linear_algebra");
  CHECK(family_of("softmax_log") == "softmax");
  CHECK(family_of("sum") == "reduction");
  CHECK(family_of("erf") == "elementwise");
}

TEST_CASE("upstream's 166 operators each become a task with one entry, and published answers find their task") {
  const char* root = std::getenv("TOUCHSTONE_TRITONBENCH");
  if (!root) {
    MESSAGE("skipped: TOUCHSTONE_TRITONBENCH names no checkout");
    return;
  }
  FakeHost host;
  CHECK(Checkout::open(host, root)->fingerprint() == known_fingerprint);
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
