#include "report/verdict_view.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "touchstone/outcome.hpp"
#include "util/text.hpp"

namespace touchstone {
namespace {

std::string row(const std::string& name, const std::string& text) {
  return fmt::format("  {:10}{}\n", name, printable(text));
}

std::string painted(const std::string& outcome, bool colour) {
  const std::string text = (outcome == "passed" ? "✓ " : is_scored(outcome) ? "✗ " : "? ") + outcome;
  if (!colour) return text;
  const char* code = outcome == "passed" ? "32" : outcome == "not_triton" ? "33" : is_scored(outcome) ? "31" : "2";
  return fmt::format("\x1b[1;{}m{}\x1b[0m", code, text);
}

// "error 1.9e-3, bound 2.1e-7, 9048 times the bound; got …, expected …" from what the checker measured.
std::string distance(const Value& evidence) {
  std::string out;
  const auto add = [&](const char* key, const char* name) {
    const Value& value = evidence[key];
    if (value.is_null()) return;
    if (!out.empty()) out += ", ";
    out += name;
    if (value.is_number())
      out += fmt::format(" {:.4g}", value.number());
    else if (value.is_text())
      out += " " + value.text();
  };
  add("got", "got");
  add("expected", "expected");
  add("error", "error");
  add("bound", "bound");
  add("ratio", "times the bound");
  return out;
}

std::string kernels(const Execution& execution) {
  std::map<std::string, long> counts;
  for (const Launch& launch : execution.launches)
    counts[launch.kernel + (launch.own || execution.proof.is_null() ? "" : " (not its own)")] += launch.count;
  std::string out;
  for (const auto& [name, count] : counts) out += fmt::format("{}{} x{}", out.empty() ? "" : ", ", name, count);
  if (out.empty()) return "none was launched";
  std::set<std::string> targets;
  for (const Value& result : execution.proof.list())
    if (result["ok"].flag()) targets.insert(result["target"].text());
  std::string list;
  for (const std::string& target : targets) list += (list.empty() ? "" : ", ") + target;
  return out + (list.empty() ? " (claim)" : " (claim; compiles for " + list + ")");
}

std::string library(const Execution& execution) {
  std::map<std::string, double> work;
  for (const Value& op : execution.library.list())
    if (op["compute"].flag()) work[op["op"].text()] += op["work"].number();
  std::string out;
  for (const auto& [name, amount] : work) out += (out.empty() ? "" : ", ") + name;
  return out.empty() ? "no library operator computed anything" : out;
}

std::string calls(const Execution& execution, const Verdict& verdict) {
  if (execution.calls.empty()) return "none was made";
  const long returned = std::count_if(execution.calls.begin(), execution.calls.end(),
                                      [](const CallReport& call) { return call.status == "returned"; });
  std::string out = fmt::format("{} of {} returned", returned, execution.calls.size());
  const auto failed = verdict.details["failed"].integer();
  if (failed > 0) out += fmt::format(", {} not right", failed);
  return out;
}

// By exit(), sys.exit() or os._exit(): an exit status, or the exception that would have become one.
bool ended_itself(const Verdict& verdict) {
  const auto says = [&](std::string_view words) { return verdict.reason.find(words) != std::string::npos; };
  if (verdict.outcome == "crash") return says("without an answer: exit ");
  return (verdict.outcome == "call_error" || verdict.outcome == "load_error") && says("SystemExit");
}

}  // namespace

std::string next_step(const Verdict& verdict) {
  const bool error = verdict.outcome == "call_error" || verdict.outcome == "load_error";
  if (error && !ended_itself(verdict) && verdict.reason.find("(line ") == std::string::npos)
    return "mend what the error above says and run again";
  if (ended_itself(verdict)) return "remove exit(), sys.exit() and os._exit(): an entry returns its result";
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 18> steps{{
      {"passed", "nothing: it is right. A config with the latency metric, on a GPU, shows how fast it is"},
      {"not_triton", "move the computation into your own kernel; a library may only allocate, copy and reshape"},
      {"wrong_value", "look at the case named above: its mask, its constants, the dtype of its accumulator"},
      {"wrong_dtype", "allocate the output in the dtype that the instruction asks for"},
      {"wrong_shape", "check the output's shape for this case"},
      {"wrong_structure", "return what the signature says, in that structure"},
      {"mutated_input", "write to fresh memory, and mask every store"},
      {"call_error", "mend the line named above and run again"},
      {"load_error", "mend the line named above and run again"},
      {"no_entry", "define the entry named above at the top level of the file"},
      {"no_code", "write code that parses and defines the entry"},
      {"timeout", "look for a loop that does not end, or a grid that is far too large"},
      {"device_error", "look for out-of-bounds addresses: run under compute-sanitizer"},
      {"crash", "look for out-of-bounds addresses"},
      {"resource", "use less memory: smaller blocks, no copies of whole tensors"},
      {"policy_violation", "the harness is not to be touched"},
      {"not_judged", "this task cannot be judged here; the reason stands above"},
      {"infrastructure", "this is ours: run touchstone doctor"},
  }};
  for (const auto& [name, step] : steps)
    if (name == verdict.outcome) return std::string(step);
  return "";
}

std::string render_attempt(const Task& task, const Attempt& attempt, const Setting& setting, bool colour) {
  std::string out;
  for (const Verdict& verdict : attempt.verdicts) {
    out += fmt::format("{}  on {}  (judge {})\n\n", task.question.id, setting.device, verdict.judge);
    out += "  " + painted(verdict.outcome, colour) + "  " + printable(verdict.reason) + "\n\n";
    out += row("calls", calls(attempt.execution, verdict));
    const std::string far = distance(verdict.details["evidence"]);
    if (!far.empty()) out += row("far off", far);
    if (!attempt.execution.calls.empty()) {
      out += row("kernels", kernels(attempt.execution));
      out += row("library", library(attempt.execution));
    }
    for (const Value& note : attempt.execution.notes.list()) out += row("noted", printable(note.text()));
    if (!attempt.execution.log.empty()) out += row("printed", shortened(attempt.execution.log, 200));
    out += row("secret", setting.secret + " (--secret draws the same inputs again)");
    const bool noted = verdict.outcome == "passed" && !attempt.execution.notes.list().empty();
    out += row("next", noted ? "it is right as far as was seen: look at what is noted above" : next_step(verdict));
  }
  return out;
}

Value calls_value(const Execution& execution) {
  Value calls{Value::List{}};
  for (const CallReport& call : execution.calls) {
    Value item;
    item.set("index", call.index).set("entry", call.entry).set("case", call.case_name).set("phase", call.phase);
    item.set("status", call.status);
    if (!call.reason.empty()) item.set("reason", call.reason);
    calls.add(item);
  }
  return calls;
}

Value attempt_json(const Task& task, const Attempt& attempt, const Setting& setting) {
  Value out, verdicts{Value::List{}}, launches{Value::List{}};
  for (const Verdict& verdict : attempt.verdicts)
    verdicts.add(Value()
                     .set("judge", verdict.judge)
                     .set("outcome", verdict.outcome)
                     .set("phase", verdict.phase)
                     .set("reason", verdict.reason)
                     .set("details", verdict.details)
                     .set("next", next_step(verdict)));
  for (const Launch& launch : attempt.execution.launches)
    launches.add(Value()
                     .set("kernel", launch.kernel)
                     .set("count", launch.count)
                     .set("own", launch.own)
                     .set("arguments", launch.arguments));
  out.set("task", task.question.id).set("device", setting.device).set("secret", setting.secret);
  out.set("verdicts", verdicts).set("calls", calls_value(attempt.execution)).set("launches", launches);
  return out.set("library", attempt.execution.library)
      .set("proof", attempt.execution.proof)
      .set("races", attempt.execution.races)
      .set("memory", attempt.execution.memory)
      .set("notes", attempt.execution.notes);
}

}  // namespace touchstone
