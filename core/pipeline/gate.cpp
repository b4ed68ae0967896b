#include "pipeline/gate.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <set>

#include "touchstone/outcome.hpp"
#include "util/text.hpp"

namespace touchstone {
namespace {

constexpr std::size_t most_told = 3;  // of a list in a detail

const Value& last_attempt(const Value& record) {
  static const Value none;
  const auto& attempts = record["attempts"].list();
  return attempts.empty() ? none : attempts.back();
}

const Value& verdict_of(const Value& record) {
  static const Value none;
  const auto& verdicts = last_attempt(record)["verdicts"].list();
  return verdicts.empty() ? none : verdicts.front();
}

const std::string& outcome_of(const Value& record) { return verdict_of(record)["outcome"].text(); }

std::string told(const Value& record) {
  const Value& verdict = verdict_of(record);
  return fmt::format("{}: {}", verdict["outcome"].text(), verdict["reason"].text());
}

// "a; b; c and 4 more"
std::string some(const std::vector<std::string>& items) {
  std::string out;
  for (std::size_t i = 0; i < std::min(items.size(), most_told); ++i) out += (i ? "; " : "") + items[i];
  if (items.size() > most_told) out += fmt::format(" and {} more", items.size() - most_told);
  return out;
}

GateFinding found(const char* check, const std::vector<std::string>& faults, std::string holds,
                  const std::vector<std::string>& excuses = {}) {
  if (!faults.empty()) return {check, "fail", some(faults)};
  for (const std::string& excuse : excuses) holds += "; " + excuse;  // all: each is a reviewer's to read
  return {check, excuses.empty() ? "ok" : "excused", std::move(holds)};
}

GateFinding ask_golden(const GateEvidence& evidence) {
  std::vector<std::string> faults;
  if (evidence.goldens.empty() || evidence.goldens.size() != evidence.secrets)
    faults.push_back(fmt::format("it was judged {} times, not under {}", evidence.goldens.size(),
                                 counted(evidence.secrets, "secret")));
  for (const Value& record : evidence.goldens) {
    if (last_attempt(record)["completion"]["origin"]["source"].text() != "golden") {
      faults = {"there is no golden: write one with kernels of its own"};
      break;
    }
    if (!is_executed(outcome_of(record))) faults.push_back(told(record));
  }
  return found("golden", faults, "passes under " + counted(evidence.goldens.size(), "secret"));
}

// Its own kernels did the work, seen by evidence; whether its values are right is another question.
GateFinding ask_kernels(const GateEvidence& evidence) {
  std::vector<std::string> faults;
  std::set<std::string> kernels;
  bool metadata = false;
  for (const Value& record : evidence.goldens) {
    if (!is_triton(outcome_of(record))) faults = {told(record)};
    for (const Value& launch : last_attempt(record)["execution"]["launches"].list())
      if (launch["own"].flag()) kernels.insert(launch["kernel"].text());
    for (const Value& kernel : record["observed"]["kernels"].list())  // where the device itself told
      if (kernel["own"].flag()) kernels.insert(kernel["name"].text());
    for (const Value& tag : verdict_of(record)["details"]["tags"].list()) metadata |= tag.text() == "metadata";
  }
  if (evidence.goldens.empty()) faults.push_back("it was not judged");
  if (faults.empty() && kernels.empty() && !metadata) faults.push_back("no kernel of its own ran");
  const std::vector<std::string> names(kernels.begin(), kernels.end());
  return found("kernels", faults, metadata ? "it computes nothing: none is asked for" : join(names, ", "));
}

GateFinding ask_nulls(const GateEvidence& evidence) {
  std::vector<std::string> faults;
  if (evidence.nulls.empty()) faults.push_back("none was judged");
  for (const Value& record : evidence.nulls) {
    const std::string answer = last_attempt(record)["completion"]["origin"]["answer"].text_or("an answer");
    if (is_executed(outcome_of(record)))
      faults.push_back(fmt::format("'{}' is right: the cases are too weak", answer));
    else if (!is_scored(outcome_of(record)))
      faults.push_back(fmt::format("'{}' has no verdict ({})", answer, told(record)));
  }
  return found("null", faults, fmt::format("none of {} is right", evidence.nulls.size()));
}

const Value& excuse(const Task& task, const char* kind) { return task.oracle.policy["excused"][kind]; }

GateFinding ask_reference(const Task& task, const GateEvidence& evidence) {
  std::vector<std::string> faults;
  const Value& examined = evidence.examined;
  if (!examined.find("unstable")) faults.push_back(examined["reason"].text_or("it was not examined"));
  const auto& unstable = examined["unstable"].list();
  const std::string& why = excuse(task, "nondeterministic").text();
  for (const Value& place : unstable)
    if (why.empty())
      faults.push_back(fmt::format("{} ({}) differs from run to run", place["what"].text(), place["case"].text()));
  for (const Value& note : examined["notes"].list()) faults.push_back(note.text());  // calls that told nothing
  if (unstable.empty()) return found("reference", faults, "the same bits twice");
  return found("reference", faults, "varies", {why});
}

// What the arguments of a case are drawn as.
struct Drawn {
  std::set<std::string> names, dtypes;  ///< of arguments that are given; of tensors
  bool tensors{false}, strided{false};

  void add(const Value& argument) {
    for (const Value& item : argument.list()) add(item);
    if (argument["dtype"].is_text()) dtypes.insert(argument["dtype"].text());
    if (!argument.find("tensor")) return;
    tensors = true;
    if (!argument.find("dtype")) dtypes.insert("float32");
    strided |= argument["layout"].text_or("contiguous") != "contiguous";
  }
};

// What operators/README.md asks of declared cases. A suite whose tests are programs has none.
GateFinding ask_cases(const Task& task, const GateEvidence& evidence) {
  std::vector<std::string> faults;
  const auto& cases = task.oracle.cases["check"].list();
  if (cases.empty() && !task.oracle.program.empty()) return {"cases", "ok", "its test is a program"};
  if (cases.size() < least_cases)
    faults.push_back(fmt::format("{}; {} are asked for", counted(cases.size(), "check case"), least_cases));
  Drawn drawn;
  for (const Value& it : cases)
    for (const auto& [name, argument] : it["arguments"].map()) {
      if (!argument.is_null()) drawn.names.insert(name);
      drawn.add(argument);
    }
  for (const Value& dtype : task.oracle.policy["dtypes"].list())
    if (!drawn.dtypes.contains(dtype.text())) faults.push_back(dtype.text() + " is in the policy, no case has it");
  if (drawn.tensors && !drawn.strided) faults.push_back("no tensor is other than contiguous (layout: …)");
  for (const auto& [entry, names] : evidence.examined["parameters"].map())
    for (const Value& name : names.list())
      if (!drawn.names.contains(name.text()))
        faults.push_back(fmt::format("no case gives {}'s {}", entry, name.text()));
  return found("cases", faults, fmt::format("{}, every dtype and argument", counted(cases.size(), "check case")));
}

bool takes_anything(const GateEvidence& evidence) {
  return std::ranges::any_of(evidence.examined["parameters"].map(),
                             [](const auto& entry) { return !entry.second.list().empty(); });
}

GateFinding ask_inputs(const Task& task, const GateEvidence& evidence) {
  std::vector<std::string> faults, excuses;
  if (!evidence.examined.find("parts")) faults.push_back("not examined");
  const auto& parts = evidence.examined["parts"].list();
  if (parts.empty() && takes_anything(evidence)) faults.push_back("no part of them was found to count");
  for (const Value& part : parts) {
    if (part["moved"].number() >= least_moved) continue;
    const std::string name = part["argument"].text() + ", " + part["part"].text();
    if (const std::string& why = excuse(task, "insensitive")[name].text(); !why.empty()) {
      excuses.push_back(name + ": " + why);
      continue;
    }
    const std::string note = part["note"].text().empty() ? "" : " (" + part["note"].text() + ")";
    faults.push_back(
        part["moved"].is_null()
            ? fmt::format("{}{}: no case shows it", name, note)
            : fmt::format("{}{} can be ignored: no output moves by more than {:.2g} bounds ({:g} are asked for)", name,
                          note, part["moved"].number(), least_moved));
  }
  return found("inputs", faults,
               fmt::format("{} of {} move an output", parts.size() - excuses.size(), counted(parts.size(), "part")),
               excuses);
}

// It never got as far as a value: a load that fails, or every call raising, whatever the inputs.
bool is_stillborn(const Value& record) {
  const Value& verdict = verdict_of(record);
  const std::string& outcome = verdict["outcome"].text();
  if (outcome == "call_error") {
    const Value& details = verdict["details"];
    return details["failed"].integer() == details["calls"].integer() &&
           verdict["reason"].text().find("outside every tensor") == std::string::npos;
  }
  return outcome == "load_error" || outcome == "no_entry" || outcome == "no_code" || outcome == "generation_error";
}

const Value& origin_of(const Value& record) { return last_attempt(record)["completion"]["origin"]; }

// Why a mutant that survives is no fault of the cases, or nothing.
const std::string& excuse_of(const Task& task, const Value& record) {
  return excuse(task, "equivalent")[origin_of(record)["edit"].text()].text();
}

bool survives(const Task& task, const Value& record) {
  return is_executed(outcome_of(record)) && excuse_of(task, record).empty();
}

// Another family's verdict on a mutant: what is written beside a tensor, say, shows on one kind of device alone.
bool is_caught_elsewhere(const Value& record, const GateEvidence& evidence) {
  return std::ranges::any_of(evidence.elsewhere, [&](const Value& other) {
    return other["draw"] == record["draw"] && is_scored(outcome_of(other)) && !is_executed(outcome_of(other)) &&
           !is_stillborn(other);
  });
}

GateFinding ask_mutants(const Task& task, const GateEvidence& evidence, MutantCount& count) {
  std::vector<std::string> faults, excuses;
  for (const Value& record : evidence.mutants) {
    const Value& origin = origin_of(record);
    const std::string& outcome = outcome_of(record);
    const std::string name = fmt::format("line {}: {}", origin["line"].integer(), origin["edit"].text());
    if (!is_scored(outcome))
      faults.push_back(fmt::format("{} has no verdict ({})", name, told(record)));
    else if (is_stillborn(record))
      ++count.stillborn;
    else if (!is_executed(outcome))
      ++count.caught;
    else if (!survives(task, record))
      excuses.push_back(name + ": " + excuse_of(task, record)), ++count.excused;
    else if (is_caught_elsewhere(record, evidence))
      ++count.elsewhere;
    else
      faults.push_back("survives: " + name), ++count.survived;
  }
  if (const std::size_t caught = count.caught + count.elsewhere; caught < least_mutants)
    faults.push_back(
        fmt::format("only {} of its golden caught; {} are asked for", counted(caught, "mutant"), least_mutants));
  std::string holds = fmt::format("{} of {} caught", count.caught + count.elsewhere, count.made());
  if (count.elsewhere) holds += fmt::format(", {} of them on another family of devices", count.elsewhere);
  return found("mutants", faults, std::move(holds), excuses);
}

bool has_word(const std::string& text, const std::string& word) {
  const auto part = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_'; };
  for (std::size_t at = text.find(word); at != std::string::npos; at = text.find(word, at + 1)) {
    const std::size_t end = at + word.size();
    if ((at == 0 || !part(text[at - 1])) && (end == text.size() || !part(text[end]))) return true;
  }
  return false;
}

// Each text names every entry; the texts together name every parameter.
GateFinding ask_instruction(const Task& task, const GateEvidence& evidence) {
  std::vector<std::string> faults;
  std::string all;
  for (const auto& [style, text] : task.question.instructions) {
    all += text + "\n";
    for (const std::string& entry : task.question.entries)
      if (!has_word(text, entry)) faults.push_back(fmt::format("'{}' does not name {}", style, entry));
  }
  std::size_t parameters = 0;
  for (const auto& [entry, names] : evidence.examined["parameters"].map())
    for (const Value& name : names.list()) {
      ++parameters;
      if (!has_word(all, name.text())) faults.push_back(fmt::format("none speaks of {}'s {}", entry, name.text()));
    }
  return found("instruction", faults, fmt::format("{} named", counted(parameters, "parameter")));
}

GateFinding ask_unlike(const GateEvidence& evidence) {
  std::vector<std::string> faults;
  for (const std::string& twin : evidence.twins) faults.push_back("its golden is that of " + twin);
  return found("unlike", faults, "no other golden is the same");
}

}  // namespace

Admission hold_to_gate(const SelectedTask& selected, const GateEvidence& evidence) {
  const Task& task = *selected.task;
  Admission out{selected.suite, task.question.id, selected.hash, {}, {}, evidence.secrets};
  out.findings = {ask_golden(evidence),
                  ask_kernels(evidence),
                  ask_nulls(evidence),
                  ask_reference(task, evidence),
                  ask_cases(task, evidence),
                  ask_inputs(task, evidence),
                  ask_mutants(task, evidence, out.mutants),
                  ask_instruction(task, evidence),
                  ask_unlike(evidence)};
  return out;
}

std::vector<int> survivors(const Task& task, const GateEvidence& evidence) {
  std::vector<int> out;
  for (const Value& record : evidence.mutants)
    if (survives(task, record)) out.push_back(static_cast<int>(record["draw"].integer()));
  return out;
}

}  // namespace touchstone
