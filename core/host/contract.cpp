// Models, suites and runtimes, and the examples that all kinds are tried with.
#include "host/contract.hpp"

#include <algorithm>
#include <set>

#include "util/json.hpp"
#include "util/text.hpp"

namespace touchstone {
namespace {

constexpr std::string_view finishes[] = {"stop", "length", "refused", "filtered", "empty", "error"};
constexpr std::string_view ways[] = {"calls", "program", "stdout"};
constexpr std::string_view states[] = {"ok", "note", "fail"};
constexpr Draws example_draws{0, 2, 7};

void hold_identity(const std::optional<Value>& identity, Problems& problems) {
  if (identity && (!identity->is_map() || identity->map().empty()))
    problems.push_back("identity gives no map: nobody could tell what a run was made with");
}

void hold_answers(const std::vector<Completion>& completions, Problems& problems) {
  for (const Completion& completion : completions)
    if (std::ranges::find(finishes, completion.finish) == std::end(finishes))
      problems.push_back(fmt::format("an answer's finish is '{}'", completion.finish));
}

void hold_task(const Task& task, std::set<std::string>& ids, Problems& problems) {
  const std::string& id = task.question.id;
  if (id.empty()) problems.push_back("a task has no id");
  if (!ids.insert(id).second) problems.push_back(fmt::format("two tasks are called '{}'", id));
  if (task.question.entries.empty()) problems.push_back(fmt::format("'{}' has no entry", id));
  if (task.question.instructions.empty()) problems.push_back(fmt::format("'{}' has no instruction", id));
  if (task.protocols.empty()) problems.push_back(fmt::format("'{}' has no protocol: no judge could judge it", id));
  for (const Protocol& protocol : task.protocols)
    if (protocol.not_judged.empty() && std::ranges::find(ways, protocol.how) == std::end(ways))
      problems.push_back(fmt::format("'{}' is judged by '{}', which is no way", id, protocol.how));
}

// Whatever a model may answer: a variant finds code in it, if only an empty one.
void hold_extraction(const OperatorSuite& suite, const std::set<std::string>& variants, Problems& problems) {
  for (const std::string& variant : variants)
    for (const std::string& text : {std::string(), std::string("\0\xff```", 5), std::string(100000, '('),
                                    std::string("```python\n"), std::string("x = 1\n")})
      called(problems, "extract", [&] { return suite.extract(variant, text); });
}

std::vector<std::string> first_ids(const OperatorSuite& suite, std::size_t most) {
  std::vector<std::string> out;
  const auto done = suite.tasks([&](Task task) {
    out.push_back(task.question.id);
    return out.size() < most;
  });
  if (!done) out.push_back("error: " + done.error().what);
  return out;
}

void hold_devices(const std::vector<Device>& devices, Problems& problems) {
  std::set<std::string> ids;
  for (const Device& device : devices) {
    if (device.id.empty() || device.family.empty() || device.name.empty())
      problems.push_back(fmt::format("the device '{}' lacks id, family or name", device.id));
    if (!ids.insert(device.id).second) problems.push_back(fmt::format("two devices are called '{}'", device.id));
    if (device.memory < 0) problems.push_back(fmt::format("'{}' has less than no memory", device.id));
  }
  if (devices.empty()) problems.push_back("there is none: one that cannot be used says so in `trouble`");
}

void hold_starts(const Runtime& runtime, const Device& device, Problems& problems) {
  for (const Role role : {Role::candidate, Role::checker, Role::compiler}) {
    const auto start = called(problems, "start", [&] { return runtime.start(role, device); });
    if (!start) continue;
    if (start->argv.empty() || !start->argv.front().starts_with('/'))
      problems.push_back(fmt::format("a worker on '{}' is no program with a whole path", device.id));
    if (start->ready_seconds <= 0) problems.push_back("a worker has no time to get ready");
  }
  const auto candidate = guarded("it", [&] { return runtime.start(Role::candidate, device); });
  if (!candidate && candidate.error().code == ErrorCode::unavailable && device.trouble.empty())
    problems.push_back(fmt::format("'{}' has no trouble, but no candidate can be started on it", device.id));
}

void hold_inspect(const Runtime& runtime, Problems& problems) {
  const Question question = example_task().question;
  const std::string nested(20000, '('), noise("\0\xff\xfe\r\n\t\x1b[31m", 10), many(200000, 'x');
  for (const std::string& block : {std::string(), noise, nested, many, std::string("def add(x, y):\n  return x + y\n")})
    if (const auto facts = called(problems, "inspect", [&] { return runtime.inspect(block, question); }))
      if (facts->defines_entries && facts->defined.size() < question.entries.size())
        problems.push_back("inspect says that every entry is defined, but lists fewer");
}

}  // namespace

Task example_task() {
  Task task;
  task.question = {"add", {"add"}, {{"simple", "Add two tensors."}, {"complex", "Add two tensors, elementwise."}}, {}};
  task.oracle.reference = "def add(x, y):\n    return x + y\n";
  task.protocols = {{"strict", "calls"}};
  return task;
}

Attempt example_attempt(std::string_view outcome) {
  Attempt out;
  out.completion.text = "```python\ndef add(x, y):\n    return x + y\n```\n";
  out.candidate.code = "def add(x, y):\n    return x + y\n";
  out.execution.calls = {{0, "add", "odd size", "check", "returned", "", 0.01}};
  out.execution.launches = {{.kernel = "add_kernel", .source = "text", .arguments = {}, .own = true}};
  for (const char* subject : {"candidate", "reference"})
    out.execution.timings.push_back({subject, "large", "warm", "clock", {0.002, 0.001, 0.003}});
  out.execution.usage = {0.5, 0.4, 1 << 20};
  out.verdicts = {{"strict", std::string(outcome), "compare", "a reason", {}}};
  return out;
}

void hold_contract(const ModelBackend& model, Trial& trial) {
  Problems problems;
  hold_identity(called(problems, "identity", [&] { return model.identity(); }), problems);
  trial.hold("identity says who answers", problems);
  problems.clear();
  const Task task = example_task();
  if (const auto many = called(problems, "answers", [&] { return model.answers(task); }); many && *many < -1)
    problems.push_back("answers is below -1");
  bool command = false;
  for (const Draws draws : {example_draws, Draws{5, 1, 7}}) {
    const auto ask = called(problems, "ask", [&] { return model.ask(task, {"simple", "", "Add."}, draws); });
    if (!ask) continue;
    if (const auto* completions = std::get_if<std::vector<Completion>>(&*ask)) {
      hold_answers(*completions, problems);
      if (completions->size() > static_cast<std::size_t>(draws.count))
        problems.push_back("ask gave more than asked for");
    } else {
      command = true;
      if (const auto& asked = std::get<Command>(*ask); asked.argv.empty() || asked.seconds <= 0)
        problems.push_back("ask gave a command without a program or without time");
    }
  }
  trial.hold("ask gives answers or a command, or an error", problems);
  problems.clear();
  for (const std::string& text :
       {std::string(), std::string("\0\xff{]", 4), std::string(100000, '['), std::string("{\"answers\": [1, null]}")})
    if (const auto read = called(problems, "read", [&] { return model.read(text); })) hold_answers(*read, problems);
  trial.hold(command ? "read takes whatever a command printed" : "read without a command is an error, no more",
             problems);
}

void hold_contract(const OperatorSuite& suite, Trial& trial) {
  Problems problems;
  hold_identity(called(problems, "identity", [&] { return suite.identity(); }), problems);
  trial.hold("identity says where the tasks come from", problems);
  problems.clear();
  std::set<std::string> ids, variants;
  const auto take = [&](const Task& task) {
    hold_task(task, ids, problems);
    for (const Protocol& protocol : task.protocols)
      if (!protocol.extraction.empty()) variants.insert(protocol.extraction);
    return true;
  };
  if (!called(problems, "tasks", [&] { return suite.tasks(take); }) && ids.empty())
    problems.push_back("tasks gave an error and no task");
  trial.hold("tasks have ids of their own, entries, instructions and protocols", problems);
  problems.clear();
  std::size_t taken = 0;
  called(problems, "tasks", [&] { return suite.tasks([&taken](const Task&) { return ++taken < 1; }); });
  if (taken > 1) problems.push_back(fmt::format("it handed over {} after the first was the last wanted", taken));
  trial.hold("tasks ends when no more are wanted", problems);
  problems.clear();
  if (called(problems, "extract", [&] { return suite.extract("no such variant", "text"); }))
    problems.push_back("it takes a variant that cannot be");
  trial.hold("extract refuses a variant that it does not know", problems);
  if (variants.empty()) return;
  problems.clear();
  hold_extraction(suite, variants, problems);
  trial.hold("extract takes whatever a model answers, by each variant that a protocol names", problems);
}

void hold_contract(const Runtime& runtime, Trial& trial) {
  Problems problems;
  const auto devices = called(problems, "devices", [&] { return runtime.devices(); });
  if (devices) hold_devices(*devices, problems);
  trial.hold("devices have ids of their own, a family and a name, or there is an error", problems);
  problems.clear();
  for (const Device& device : devices.value_or(std::vector<Device>{})) hold_starts(runtime, device, problems);
  trial.hold("start gives a program with a whole path, or an error", problems);
  problems.clear();
  hold_inspect(runtime, problems);
  trial.hold("inspect takes any text", problems);
  problems.clear();
  for (const Check& check :
       called(problems, "doctor", [&] { return runtime.doctor(); }).value_or(std::vector<Check>{})) {
    if (check.name.empty() || std::ranges::find(states, check.state) == std::end(states))
      problems.push_back(fmt::format("'{}' has the state '{}'", check.name, check.state));
    if (check.state == "fail" && check.remedy.empty())
      problems.push_back(fmt::format("'{}' fails without a remedy", check.name));
  }
  trial.hold("doctor's lines have a state, and a remedy where they fail", problems);
}

std::string said(const ModelBackend& model, Host& host) {
  const Task task = example_task();
  std::string out = host.write_json(model.identity()) + fmt::format("\n{}\n", model.answers(task));
  const auto ask = model.ask(task, {"simple", "", "Add."}, example_draws);
  if (!ask) return out + "error: " + ask.error().what;
  if (const auto* command = std::get_if<Command>(&*ask)) return out + join(command->argv, " ") + command->input;
  for (const Completion& completion : std::get<std::vector<Completion>>(*ask)) out += completion.text + "\n";
  return out;
}

std::string said(const OperatorSuite& suite, Host& host) {
  return host.write_json(suite.identity()) + "\n" + join(first_ids(suite, 8), "\n");
}

std::string said(const Runtime& runtime, Host&) {
  std::string out;
  const auto devices = runtime.devices();
  if (!devices) out += "error: " + devices.error().what;
  for (const Device& device : devices ? *devices : std::vector<Device>{}) {
    out += device.id + " " + device.family + " " + device.name + "\n";
    for (const Role role : {Role::candidate, Role::checker, Role::compiler}) {
      const auto start = runtime.start(role, device);
      out += start ? join(start->argv, " ") + "\n" : "error: " + start.error().what + "\n";
    }
  }
  const Facts facts = runtime.inspect("def add(x, y):\n    return x + y\n", example_task().question);
  out += fmt::format("{} {} {}\n", facts.parses, facts.defines_entries, join(facts.defined, " "));
  for (const Check& check : runtime.doctor()) out += check.name + " " + check.state + "\n";
  return out;
}

}  // namespace touchstone
