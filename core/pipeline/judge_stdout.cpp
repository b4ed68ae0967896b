#include "pipeline/judge_stdout.hpp"

#include <algorithm>
#include <cctype>

#include "pipeline/judge.hpp"
#include "pipeline/program.hpp"
#include "util/hash.hpp"
#include "util/text.hpp"

namespace touchstone {
namespace {

// A task's id as the name of a file: tests import the operator's file by it.
std::string file_of(const std::string& id) {
  std::string out = id;
  const auto odd = [](unsigned char c) { return !std::isalnum(c) && c != '_' && c != '-'; };
  std::ranges::replace_if(out, odd, '_');
  return out + ".py";
}

const std::string& test_of(const Protocol& protocol, const Task& task) {
  return protocol.program.empty() ? task.oracle.program : protocol.program;
}

const std::string& golden_of(const Protocol& protocol, const Task& task) {
  if (!protocol.golden.empty()) return protocol.golden;
  return task.oracle.golden.empty() ? task.oracle.reference : task.oracle.golden;
}

// What a report explains a difference between judges with. Nothing that differs from run to run.
Value details_of(const Candidate& candidate, const Attempt& attempt, const Ended& ended) {
  Value out;
  out.set("prints", !ended.printed.empty());
  if (candidate.code == attempt.candidate.code) return out;
  Value other;
  other.set("rule", candidate.rule).set("sha256", sha256_hex(candidate.code));
  return out.set("candidate", other);
}

// A golden that ends by itself may fail as it likes: what it printed until then is what it is compared by.
Verdict compare(Verdict verdict, const Ended& candidate, const Ended& golden) {
  verdict.phase = "compare";
  verdict.details.set("golden prints", !golden.printed.empty());
  if (!golden.outcome.empty()) verdict.details.set("golden", golden.outcome + ": " + golden.reason);
  if (golden.stopped) {
    verdict.outcome = golden.outcome == "infrastructure" ? "infrastructure" : "not_judged";
    verdict.phase = "call";
    verdict.reason = "the golden's program does not end here: " + golden.reason;
    return verdict;
  }
  const auto ours = as_text(candidate.printed), theirs = as_text(golden.printed);
  const bool equal = ours && theirs && *ours == *theirs;
  verdict.outcome = equal ? "passed" : "wrong_value";
  if (equal)
    verdict.reason = candidate.printed.empty() ? "it ends with status 0; neither it nor the golden prints anything"
                                               : "it ends with status 0 and prints what the golden prints";
  else
    verdict.reason =
        golden.printed.empty() ? "it prints something, the golden nothing" : "its standard output is not the golden's";
  return verdict;
}

// Whether anybody could have printed the same.
void note_repeat(Verdict& verdict, bool repeats) {
  verdict.details.set("golden repeats", repeats);
  if (!repeats) verdict.reason += ", which prints something else the next time";
}

}  // namespace

std::optional<std::string> as_text(const std::string& bytes) {
  if (!is_utf8(bytes)) return {};
  std::string out;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (bytes[i] != '\r') out += bytes[i];
    if (bytes[i] == '\r' && (i + 1 == bytes.size() || bytes[i + 1] != '\n')) out += '\n';
  }
  return out;
}

Verdict judge_stdout(const Subject& subject, const Protocol& protocol, const Attempt& attempt, Lane& lane) {
  const Task& task = subject.task;
  const Completion& completion = attempt.completion;
  if (completion.finish == "error")  // there is no answer; one that is empty is run like any other
    return plain_verdict(protocol.judge, "generation_error", "generate", "error: " + completion.detail);
  const auto share = lane.slots().share(lane.device().id, lane.stop());
  if (!share) return plain_verdict(protocol.judge, "infrastructure", "call", share.error().what);
  const Candidate& candidate = subject.own ? *subject.own : attempt.candidate;
  const std::string file = file_of(task.question.id), &test = test_of(protocol, task);
  Ended ended = run_program({file, candidate.code, test}, lane);
  if (ended.outcome.empty() && !as_text(ended.printed))
    ended = {"call_error", "call", "what it prints is no UTF-8 text", ended.printed, false};
  Verdict verdict{protocol.judge, ended.outcome, ended.phase, ended.reason, details_of(candidate, attempt, ended)};
  if (!ended.outcome.empty()) return verdict;
  const std::string& golden = golden_of(protocol, task);
  const std::string key = sha256_hex(file + '\n' + golden + '\n' + test);
  GoldenOutputs& goldens = *lane.station().goldens;
  const auto run = [&] { return run_program({file, golden, test}, lane); };
  const Ended known = goldens.get(key, run);
  verdict = compare(std::move(verdict), ended, known);
  if (verdict.outcome != "wrong_value" || known.printed.empty()) return verdict;
  const Ended again = goldens.get(key + "/again", run);
  if (!again.stopped) note_repeat(verdict, again.printed == known.printed);
  return verdict;
}

}  // namespace touchstone
