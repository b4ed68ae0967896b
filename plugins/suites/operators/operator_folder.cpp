#include "operator_folder.hpp"

#include <algorithm>
#include <array>
#include <filesystem>

#include "common/known_keys/known_keys.hpp"

namespace touchstone::operators {
namespace {

namespace fs = std::filesystem;
using Keys = std::span<const std::string_view>;

constexpr std::array<std::string_view, 10> top_keys{"family",  "difficulty",  "tags",   "signature", "entry",
                                                    "entries", "instruction", "policy", "cases",     "cost"};
constexpr std::array<std::string_view, 9> policy_keys{"dtypes",  "tf32",  "reduction", "allow", "backward",
                                                      "mutates", "exact", "property",  "work"};
constexpr std::array<std::string_view, 2> instruction_keys{"simple", "complex"};
constexpr std::array<std::string_view, 2> phase_keys{"check", "bench"};
constexpr std::array<std::string_view, 3> case_keys{"name", "entry", "arguments"};
constexpr std::array<std::string_view, 2> cost_keys{"bytes", "flops"};

bool is_name(std::string_view text) {
  const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
  return !text.empty() && letter(text[0]) &&
         std::all_of(text.begin(), text.end(), [&](char c) { return letter(c) || (c >= '0' && c <= '9'); });
}

Result<None> only_texts(const Value& list, const std::string& what) {
  if (list.is_null()) return None{};
  if (!list.is_list()) return wrong(list, what + " is no list", "write " + what + ": [one, two]");
  for (const Value& item : list.list())
    if (!item.is_text()) return wrong(item, "an item of " + what + " is no text");
  return None{};
}

/// `entries`, else `entry`, else what stands before "(" in the signature.
Result<std::vector<std::string>> entries_of(const Value& file) {
  std::vector<std::string> out;
  for (const Value& item : file["entries"].list()) out.push_back(item.text());
  if (out.empty() && file.find("entry")) out.push_back(file["entry"].text());
  const std::string& signature = file["signature"].text();
  if (out.empty()) out.push_back(signature.substr(0, signature.find('(')));
  for (const std::string& name : out)
    if (!is_name(name))
      return wrong(file["signature"], "'" + name + "' is no name of a function",
                   "start the signature with the entry's name, or give 'entry'");
  return out;
}

Result<None> check_head(const Value& file) {
  if (!file["signature"].is_text())
    return wrong(file["signature"].is_null() ? file : file["signature"], "'signature' is missing or no text",
                 "write signature: \"name(x: Tensor) -> Tensor\"");
  const Value& difficulty = file["difficulty"];
  if (!difficulty.is_null() && !(difficulty.is_integer() && difficulty.integer() >= 1 && difficulty.integer() <= 5))
    return wrong(difficulty, "'difficulty' is no whole number from 1 to 5");
  for (const char* key : {"family", "entry"})
    if (file.find(key) && !file[key].is_text()) return wrong(file[key], std::string("'") + key + "' is no text");
  for (const char* key : {"tags", "entries"})
    if (auto good = only_texts(file[key], key); !good) return good;
  const Value& instruction = file["instruction"];
  if (instruction.map().empty())
    return wrong(instruction.is_null() ? file : instruction, "'instruction' is missing",
                 "give it a simple and a complex text");
  if (auto good = only_keys(instruction, "instruction", instruction_keys); !good) return good;
  for (const auto& [style, text] : instruction.map())
    if (text.text().empty()) return wrong(text, "the instruction '" + style + "' is no text");
  return None{};
}

Result<None> check_policy(const Value& policy) {
  if (policy.is_null()) return None{};
  if (auto good = only_keys(policy, "policy", policy_keys); !good) return good;
  for (const char* key : {"tf32", "backward", "exact", "property"})
    if (policy.find(key) && !policy[key].is_flag())
      return wrong(policy[key], std::string("'") + key + "' is neither true nor false");
  for (const char* key : {"dtypes", "allow", "mutates"})
    if (auto good = only_texts(policy[key], key); !good) return good;
  const std::string work = policy["work"].text_or(policy.find("work") ? "" : "compute");
  if (work != "compute" && work != "none") return wrong(policy["work"], "'work' is neither compute nor none");
  return None{};
}

Result<None> check_case(const Value& it, const std::vector<std::string>& entries, std::vector<std::string>& names) {
  if (auto good = only_keys(it, "a case", case_keys); !good) return good;
  if (it["name"].text().empty()) return wrong(it, "a case without a name", "reports and errors name cases");
  if (std::find(names.begin(), names.end(), it["name"].text()) != names.end())
    return wrong(it["name"], "two cases are called '" + it["name"].text() + "'");
  names.push_back(it["name"].text());
  if (!it["arguments"].is_map()) return wrong(it, "the case '" + it["name"].text() + "' has no map of arguments");
  if (it.find("entry") && std::find(entries.begin(), entries.end(), it["entry"].text()) == entries.end())
    return wrong(it["entry"], "the case's entry is none of the operator's entries");
  return None{};
}

Result<None> check_cases(const Value& file, const std::vector<std::string>& entries) {
  const Value& cases = file["cases"];
  if (cases["check"].list().empty())
    return wrong(cases.is_null() ? file : cases, "no check cases", "write cases: {check: [{name: …, arguments: {…}}]}");
  if (auto good = only_keys(cases, "cases", phase_keys); !good) return good;
  for (const auto& [phase, list] : cases.map()) {
    if (!list.is_list()) return wrong(list, "'" + phase + "' is no list of cases");
    std::vector<std::string> names;
    for (const Value& it : list.list())
      if (auto good = check_case(it, entries, names); !good) return good;
  }
  if (!file["cost"].is_null()) return only_keys(file["cost"], "cost", cost_keys);
  return None{};
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

}  // namespace

Result<Task> read_operator(const std::string& folder, const Host& host) {
  auto file = host.read_yaml(folder + "/operator.yaml");
  if (!file) return file.error();
  if (auto good = only_keys(*file, "operator.yaml", top_keys); !good) return good.error();
  if (auto good = check_head(*file); !good) return good.error();
  if (auto good = check_policy((*file)["policy"]); !good) return good.error();
  auto entries = entries_of(*file);
  if (!entries) return entries.error();
  if (auto good = check_cases(*file, *entries); !good) return good.error();
  auto reference = program(folder + "/reference.py", host), golden = program(folder + "/golden.py", host);
  if (!reference) return reference.error();
  if (!golden) return golden.error();
  if (reference->empty() && golden->empty())
    return Error{ErrorCode::config, "neither reference.py nor golden.py", folder, "write reference.py in PyTorch"};

  Task task;
  task.question.id = fs::path(folder).filename().string();
  task.question.entries = std::move(*entries);
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
