#include "pipeline/admission.hpp"

#include <algorithm>

#include "pipeline/select.hpp"
#include "util/text.hpp"

namespace touchstone {
namespace {

// Those that were found of the task as it is now, by family.
Value::Map current_rows(const Task& task) {
  Value::Map out;
  if (task.admission.map().empty()) return out;
  const std::string hash = task_hash(task);
  for (const auto& entry : task.admission.map())
    if (entry.second["sha256"].text() == hash) out.push_back(entry);
  return out;
}

}  // namespace

bool Admission::admitted() const {
  return std::ranges::none_of(findings, [](const GateFinding& finding) { return finding.state == "fail"; });
}

Value admission_value(const Admission& admission) {
  Value out, findings{Value::List{}}, mutants;
  for (const GateFinding& it : admission.findings)
    findings.add(Value().set("check", it.check).set("state", it.state).set("detail", it.detail));
  mutants.set("made", admission.mutants.made()).set("caught", admission.mutants.caught);
  mutants.set("elsewhere", admission.mutants.elsewhere)
      .set("excused", admission.mutants.excused)
      .set("survived", admission.mutants.survived);
  mutants.set("stillborn", admission.mutants.stillborn);
  out.set("suite", admission.suite).set("task", admission.task).set("sha256", admission.hash);
  out.set("admitted", admission.admitted()).set("secrets", admission.secrets).set("mutants", mutants);
  return out.set("findings", findings);
}

Value kept_value(const Admission& admission) {
  Value failed{Value::List{}};
  for (const GateFinding& it : admission.findings)
    if (it.state == "fail") failed.add(it.check);
  Value out;
  out.set("sha256", admission.hash).set("failed", failed).set("secrets", admission.secrets);
  return out.set("mutants", admission.mutants.made()).set("excused", admission.mutants.excused);
}

std::string kept_out(const Task& task) {
  if (task.admission.map().empty()) return "";
  const Value::Map rows = current_rows(task);
  if (rows.empty()) return "changed since the gate saw it";
  std::vector<std::string> failed;
  for (const auto& [family, row] : rows)
    for (const Value& check : row["failed"].list())
      if (std::ranges::find(failed, check.text()) == failed.end()) failed.push_back(check.text());
  return join(failed, ", ");
}

std::string gate_text(const Task& task) {
  if (task.admission.map().empty()) return "";
  if (const std::string why = kept_out(task); !why.empty()) return "kept out (" + why + ")";
  std::vector<std::string> families;
  for (const auto& [family, row] : current_rows(task)) families.push_back(family);
  return "admitted (" + join(families, ", ") + ")";
}

}  // namespace touchstone
