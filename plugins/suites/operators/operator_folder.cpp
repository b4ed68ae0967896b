#include "operator_folder.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <optional>

#include "common/known_keys/known_keys.hpp"
#include "cost.hpp"
#include "drawn.hpp"
#include "signature.hpp"

namespace touchstone::operators {
namespace {

namespace fs = std::filesystem;

constexpr std::array<std::string_view, 10> top_keys{"family",  "difficulty",  "tags",   "signature", "entry",
                                                    "entries", "instruction", "policy", "cases",     "cost"};
constexpr std::array<std::string_view, 12> policy_keys{"dtypes",   "tf32",      "reduction", "allow",
                                                       "backward", "mutates",   "exact",     "ties",
                                                       "property", "quantised", "work",      "excused"};
constexpr std::array<std::string_view, 3> excused_keys{"equivalent", "insensitive", "nondeterministic"};
constexpr std::array<std::string_view, 2> instruction_keys{"simple", "complex"};
constexpr std::array<std::string_view, 2> phase_keys{"check", "bench"};
constexpr std::array<std::string_view, 3> case_keys{"name", "entry", "arguments"};
constexpr std::array<std::string_view, 2> dimension_keys{"argument", "dim"};
constexpr std::array<std::string_view, 2> reductions{"last", "all"};
constexpr std::array<std::string_view, 2> works{"compute", "none"};

/// One operator.yaml while it is checked: what was read so far, and all that is wrong.
struct Reading {
  const Value& file;
  std::vector<std::string> entries;
  std::optional<Signature> signature;  ///< of the only entry, or of the one that it names
  Errors errors{};

  void refuse(const Value& value, std::string what, std::string hint = {}) {
    errors.push_back(wrong(value.place.line > 0 ? value : file, std::move(what), std::move(hint)));
  }
  /// Whether the signature tells the arguments of an entry.
  bool describes(const std::string& entry) const {
    return signature && !signature->gathers && (entries.size() == 1 || entry == signature->name);
  }
};

void only_texts(const Value& list, const std::string& what, Reading& reading) {
  if (list.is_null()) return;
  if (!list.is_list()) return reading.refuse(list, what + " is no list", "write " + what + ": [one, two]");
  for (const Value& item : list.list())
    if (!item.is_text()) reading.refuse(item, "an item of " + what + " is no text");
}

/// `entries`, else `entry`, else what stands before "(" in the signature.
void read_entries(Reading& reading) {
  const Value& file = reading.file;
  auto signature = read_signature(file["signature"]);
  if (signature)
    reading.signature = std::move(*signature);
  else
    reading.errors.push_back(file["signature"].is_null() ? wrong(file, "'signature' is missing", signature.error().hint)
                                                         : signature.error());
  for (const Value& item : file["entries"].list()) reading.entries.push_back(item.text());
  if (reading.entries.empty() && file.find("entry")) reading.entries.push_back(file["entry"].text());
  for (const std::string& name : reading.entries)
    if (!is_name(name))
      reading.refuse(file[file.find("entry") ? "entry" : "entries"], "'" + name + "' is no name of a function");
  if (reading.entries.empty() && reading.signature) reading.entries.push_back(reading.signature->name);
}

void check_head(const std::string& folder, Reading& reading) {
  const Value& file = reading.file;
  const Value& difficulty = file["difficulty"];
  if (!difficulty.is_null() && !(difficulty.is_integer() && difficulty.integer() >= 1 && difficulty.integer() <= 5))
    reading.refuse(difficulty, "'difficulty' is no whole number from 1 to 5");
  const std::string family = fs::path(folder).parent_path().filename().string();
  if (file.find("family") && file["family"].text() != family)
    reading.refuse(file["family"], "family: expected '" + family + "', the folder that the operator lies in",
                   "move the operator's folder, or leave 'family' out");
  if (file.find("entry") && !file["entry"].is_text()) reading.refuse(file["entry"], "'entry' is no text");
  for (const char* key : {"tags", "entries"}) only_texts(file[key], key, reading);
  const Value& instruction = file["instruction"];
  if (instruction.map().empty())
    return reading.refuse(instruction, "'instruction' is missing", "give it a simple and a complex text");
  only_keys(instruction, "instruction", instruction_keys, reading.errors);
  for (const auto& [style, text] : instruction.map())
    if (text.text().empty()) reading.refuse(text, "the instruction '" + style + "' is no text");
}

/// A text that names an argument of the entry.
void check_named(const Value& name, const std::string& what, Reading& reading) {
  if (name.is_null() || reading.entries.size() != 1 || !reading.describes(reading.entries.front())) return;
  check_word(name, what, reading.signature->names(), reading.errors);
}

/// {argument: x, dim: 0}, as reduction and ties take it.
void check_dimension(const Value& map, const std::string& what, Reading& reading) {
  only_keys(map, what, dimension_keys, reading.errors);
  check_named(map["argument"], what + ": argument", reading);
  if (!map["dim"].is_null() && !map["dim"].is_integer()) reading.refuse(map["dim"], what + ": dim is no whole number");
}

void check_reduction(const Value& reduction, Reading& reading) {
  if (reduction.is_map()) return check_dimension(reduction, "reduction", reading);
  if (!(reduction.is_integer() && reduction.integer() > 0))
    check_word(reduction, "reduction", reductions, reading.errors);
}

/// What the admission gate would hold against the operator, each with the reason why it is no fault.
void check_excused(const Value& excused, Reading& reading) {
  if (excused.is_null()) return;
  only_keys(excused, "excused", excused_keys, reading.errors);
  for (const char* key : {"equivalent", "insensitive"}) {
    if (excused.find(key) && !excused[key].is_map())
      reading.refuse(excused[key], std::string(key) + " is no map from what is excused to why");
    for (const auto& [what, why] : excused[key].map())
      if (!why.is_text() || why.text().empty()) reading.refuse(why, "'" + what + "' is excused without a reason");
  }
  const Value& why = excused["nondeterministic"];
  if (!why.is_null() && (!why.is_text() || why.text().empty()))
    reading.refuse(why, "nondeterministic does not say why");
}

void check_policy(Reading& reading) {
  const Value& policy = reading.file["policy"];
  if (policy.is_null()) return;
  only_keys(policy, "policy", policy_keys, reading.errors);
  for (const char* key : {"tf32", "backward", "exact", "property", "quantised"})
    if (policy.find(key) && !policy[key].is_flag())
      reading.refuse(policy[key], std::string("'") + key + "' is neither true nor false");
  for (const char* key : {"dtypes", "allow", "mutates"}) only_texts(policy[key], key, reading);
  for (const Value& name : policy["dtypes"].list()) check_word(name, "dtypes", dtype_names(), reading.errors);
  for (const Value& name : policy["mutates"].list()) check_named(name, "mutates", reading);
  check_reduction(policy["reduction"], reading);
  if (policy["ties"].is_map())
    check_dimension(policy["ties"], "ties", reading);
  else if (policy.find("ties") && !policy["ties"].is_flag())
    reading.refuse(policy["ties"], "'ties' is neither true, false nor {argument: x, dim: -1}");
  check_word(policy["work"], "work", works, reading.errors);
  check_excused(policy["excused"], reading);
}

void check_arguments(const Value& it, Reading& reading) {
  const Value& arguments = it["arguments"];
  const std::string name = "the case '" + it["name"].text() + "'";
  if (!arguments.is_map())
    return reading.refuse(arguments.is_null() ? it : arguments, name + " has no map of arguments");
  for (const auto& [key, value] : arguments.map()) check_argument(value, arguments, reading.errors);
  if (reading.entries.empty() || !reading.describes(it["entry"].text_or(reading.entries.front()))) return;
  const auto known = reading.signature->names();
  for (const auto& [key, value] : arguments.map())
    if (std::ranges::find(known, key) == known.end())
      reading.refuse(value, name + " gives '" + key + "', which is no parameter of the signature",
                     hint_for(key, known));
  for (const Parameter& parameter : reading.signature->parameters)
    if (parameter.required && !arguments.find(parameter.name))
      reading.refuse(arguments, name + " gives no '" + parameter.name + "', which has no default in the signature");
}

void check_case(const Value& it, std::vector<std::string>& names, Reading& reading) {
  only_keys(it, "a case", case_keys, reading.errors);
  const std::string& name = it["name"].text();
  if (name.empty()) return reading.refuse(it, "a case without a name", "reports and errors name cases");
  if (std::ranges::find(names, name) != names.end()) reading.refuse(it["name"], "two cases are called '" + name + "'");
  names.push_back(name);
  if (it.find("entry") && std::ranges::find(reading.entries, it["entry"].text()) == reading.entries.end())
    return reading.refuse(it["entry"], "the case's entry is none of the operator's entries");
  check_arguments(it, reading);
}

void check_cases(Reading& reading) {
  const Value& cases = reading.file["cases"];
  if (!cases.is_null()) only_keys(cases, "cases", phase_keys, reading.errors);
  if (cases["check"].list().empty())
    reading.refuse(cases, "no check cases", "write cases: {check: [{name: …, arguments: {…}}]}");
  for (const auto& [phase, list] : cases.map()) {
    if (!list.is_list()) {
      reading.refuse(list, "'" + phase + "' is no list of cases");
      continue;
    }
    std::vector<std::string> names;
    for (const Value& it : list.list()) check_case(it, names, reading);
  }
}

/// A program beside operator.yaml, or nothing where there is none.
Result<std::string> program(const std::string& path, const Host& host) {
  std::error_code gone;
  if (!fs::is_regular_file(path, gone)) return std::string{};
  return host.read_file(path);
}

Value facts_of(const Value& file, const std::string& folder) {
  Value out;
  out.set("family", file["family"].text_or(fs::path(folder).parent_path().filename().string()));
  for (const char* key : {"difficulty", "tags", "signature"})
    if (!file[key].is_null()) out.set(key, file[key]);
  if (!file["policy"]["dtypes"].is_null()) out.set("dtypes", file["policy"]["dtypes"]);
  return out;
}

/// Everything but the programs.
Reading read_contract(const Value& file, const std::string& folder) {
  Reading reading{file, {}, {}};
  only_keys(file, "operator.yaml", top_keys, reading.errors);
  if (!file.is_map()) return reading;
  read_entries(reading);
  check_head(folder, reading);
  check_policy(reading);
  check_cases(reading);
  if (reading.entries.size() == 1 && reading.describes(reading.entries.front()))
    check_cost(file["cost"], reading.signature->names(), reading.errors);
  return reading;
}

}  // namespace

Result<Task> read_operator(const std::string& folder, const Host& host) {
  auto file = host.read_yaml(folder + "/operator.yaml");
  if (!file) return file.error();
  Reading reading = read_contract(*file, folder);
  auto reference = program(folder + "/reference.py", host), golden = program(folder + "/golden.py", host);
  for (const auto& read : {reference, golden})
    if (!read) append(reading.errors, read.error());
  if (reference && reference->empty())
    reading.errors.push_back({ErrorCode::config, "reference.py is missing or empty", folder + "/reference.py",
                              "write the operator in PyTorch: results are compared with it, never with golden.py"});
  if (!reading.errors.empty()) return joined(std::move(reading.errors));

  Task task;
  task.question.id = fs::path(folder).filename().string();
  task.question.entries = std::move(reading.entries);
  for (const auto& [style, text] : (*file)["instruction"].map()) task.question.instructions[style] = text.text();
  task.question.facts = facts_of(*file, folder);
  task.oracle.reference = std::move(*reference);
  task.oracle.golden = std::move(*golden);
  task.oracle.cases = (*file)["cases"];
  task.oracle.policy = (*file)["policy"].is_null() ? Value(Value::Map{}) : (*file)["policy"];
  if (!(*file)["cost"].is_null()) task.oracle.policy.set("cost", (*file)["cost"]);
  task.protocols = {{.judge = "strict", .how = "calls"}};
  task.origin.set("suite", "operators").set("folder", task.question.facts["family"].text() + "/" + task.question.id);
  return task;
}

}  // namespace touchstone::operators
