#include "host/conform.hpp"

#include <doctest/doctest.h>

#include "support/fake_host.hpp"
#include "support/temporary_folder.hpp"
#include "touchstone/plugin.hpp"

using namespace touchstone;

namespace {

const std::string trees = TEST_PLUGINS;

Conformance conform_to(const std::string& file, const Value& settings = Value(Value::Map{}), double seconds = 30) {
  FakeHost host;
  return conform(trees + "/" + file, settings, host, seconds);
}
Conformance with_fault(const std::string& fault, double seconds = 30) {
  return conform_to("unfit/metrics/unfit.so", Value().set("fault", fault), seconds);
}
/// "part: what: detail" of everything that failed.
std::string failures(const Conformance& found) {
  std::string out;
  for (const Finding& it : found.findings)
    if (it.state == "fail") out += it.part + ": " + it.what + ": " + it.detail + "\n";
  return out;
}
bool is_sanitized() {
#if defined(__SANITIZE_ADDRESS__)
  return true;
#else
  return false;
#endif
}

}  // namespace

TEST_CASE("the smallest plugin of each kind conforms") {
  for (const std::string file : {"metrics/size", "suites/one", "profilers/peak", "runtimes/shell"}) {
    CAPTURE(file);
    const Conformance found = conform_to("good/" + file + ".so");
    CHECK(failures(found) == "");
    CHECK(found.holds());
    CHECK(found.findings.size() > 15);
    CHECK(found.about["version"].text() == "1.0");
  }
  CHECK(failures(conform_to("good/models/parrot.so", Value().set("answer", "hi"))) == "");
  CHECK(failures(with_fault("none")) == "");
}

TEST_CASE("each broken promise is found, and only that") {
  const std::pair<const char*, std::string> faults[] = {
      {"descriptor", "traces: no descriptor is left open: "},
      {"environment", "traces: the environment stays as it was: UNFIT was changed\n"},
      {"folder", "traces: the current folder stays as it was: /\n"},
      {"signal", "traces: handlers of signals stay as they were: 10 (User defined signal 1): 0x1 is new; "},
      {"output", "traces: nothing is printed to standard output: "},
      {"hint", "contract: tags say description, hint and aggregate: 'unfit' has the unknown hint 'furlongs'\n"},
      {"undescribed", "contract: tags say description, hint and aggregate: 'unfit' has no description\n"},
      {"same_tag", "contract: tags have names of their own: two tags are called 'unfit'\n"},
      {"other_tag", "contract: measure gives figures of its tags for samples of every outcome, or an error: 'fit' for"},
      {"infinite",
       "contract: measure gives figures of its tags for samples of every outcome, or an error: 'unfit' for"},
      {"silent_error",
       "contract: measure gives figures of its tags for samples of every outcome, or an error: measure "
       "gave an error that says nothing\n"},
      {"threads", "threads: gives the same from several threads at once: a thread among others was told something"}};
  for (const auto& [fault, message] : faults) {
    CAPTURE(std::string(fault));
    const Conformance found = with_fault(fault);
    CHECK_FALSE(found.holds());
    const std::string said = failures(found);
    CHECK(said.substr(0, message.size()) == message);
    CHECK(said.find('\n') == said.size() - 1);
  }
}

TEST_CASE("what shows in several places is found") {
  CHECK(failures(with_fault("throws"))
            .find("measure gives figures of its tags for samples of every outcome, or an "
                  "error: threw an exception in measure: no luck today") != std::string::npos);
  CHECK(failures(with_fault("thread")).find("traces: no thread is left: ") != std::string::npos);
  CHECK(failures(with_fault("no_attempt")).find("threw an exception in measure: attempts") != std::string::npos);
  CHECK(failures(with_fault("moody")).find("an instance said something else the second time") != std::string::npos);
}

TEST_CASE("memory that instances keep is found") {
  if (is_sanitized()) return;  // the sanitizer's allocator counts for itself, and finds leaks by itself
  const std::string said = failures(with_fault("memory"));
  CHECK(said.starts_with("traces: no memory is kept: "));
  CHECK(said.find(" bytes are kept for each instance that came and went\n") != std::string::npos);
}

TEST_CASE("a plugin that crashes, exits or hangs in a call is a finding, and the other parts are tried") {
  const std::pair<const char*, std::string> faults[] = {{"crashes", "crashed with signal 11 (Segmentation fault)"},
                                                        {"exits", "ended the process with exit code 0"},
                                                        {"hangs", "did not answer within 0.5 s"}};
  for (const auto& [fault, ending] : faults) {
    CAPTURE(std::string(fault));
    const Conformance found = with_fault(fault, std::string(fault) == "hangs" ? 0.5 : 30);
    const std::string said = failures(found);
    CHECK(said.starts_with("contract: comes through it: while it was tried, it " + ending));
    CHECK(said.find("header:") == std::string::npos);
    CHECK(found.about["name"].text() == "unfit");
  }
}

TEST_CASE("every rule of options, and a model that gives too much") {
  const std::string said = failures(conform_to("unfit/models/options.so", Value().set("wait", "10s")));
  for (const char* part : {"'Loud' is not of small letters", "'twice' is declared twice", "'use' belongs to the core",
                           "the help of 'mute'", "'pick' is a choice of nothing", "the default of 'wait': ",
                           "no number is in the range of 'count'", "its summary ends with a full stop",
                           "identity gives no map", "an answer's finish is '?'", "ask gave more than asked for"}) {
    CAPTURE(std::string(part));
    CHECK(said.find(part) != std::string::npos);
  }
}

TEST_CASE("what cannot be opened or made is a finding") {
  CHECK(failures(conform_to("bad/metrics/newer_abi.so")).starts_with("header: opens, and its header fits: built for"));
  CHECK(failures(conform_to("bad/metrics/exits.so")).starts_with("header: comes through it: while it was tried, it "));
  CHECK(failures(conform_to("bad/metrics/throws_in_create.so")).find("no luck today") != std::string::npos);
  CHECK(failures(conform_to("good/models/parrot.so")).find("create: create makes an instance, and another: ") == 0);
  const TemporaryFolder folder;
  FakeHost host;
  CHECK_FALSE(conform(folder.write("x.so", "text"), Value(Value::Map{}), host, 30).holds());
}

TEST_CASE("away from plugin folders the header alone says kind and name") {
  const TemporaryFolder folder;
  std::filesystem::copy_file(trees + "/good/metrics/size.so", folder.at("any_name.so"));
  FakeHost host;
  CHECK(conform(folder.at("any_name.so"), Value(Value::Map{}), host, 30).holds());
}
