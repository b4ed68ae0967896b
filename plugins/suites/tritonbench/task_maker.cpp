#include "task_maker.hpp"

#include <algorithm>

#include "common/python_syntax/python_syntax.hpp"
#include "extraction.hpp"
#include "families.hpp"
#include "signature.hpp"

namespace touchstone::tritonbench {
namespace {

struct Entry {
  std::string name, signature;
};

/// Functions that the reference defines and the test names; where the test names none, all that the reference defines.
std::vector<Entry> entries_of(const Program& program) {
  const python::Outline reference = python::outline(program.reference), test = python::outline(program.test);
  std::vector<Entry> used, all;
  for (const python::Definition& one : reference.definitions) {
    if (one.kind != python::Kind::function || python::is_jit_kernel(one)) continue;
    all.push_back({one.name, signature_of(std::string_view(program.reference).substr(one.begin, one.end - one.begin))});
    const auto names_it = [&](const python::Uses& uses) { return uses.names.contains(one.name); };
    if (std::any_of(test.uses.begin(), test.uses.end(), names_it)) used.push_back(all.back());
  }
  return used.empty() ? all : used;
}

/// What the strict judge cannot judge, in words for a person, or nothing.
std::string not_judged(const Row& row, const std::vector<Entry>& entries, const Value& note, bool judge_disputed) {
  if (entries.empty()) return "no function is defined at the top level of " + row.file;
  if (!note["not_judged"].is_null()) return note["not_judged"].text();
  if (!note["disputed"].is_null() && !judge_disputed)
    return "upstream's reference does not do what its description says: " + note["disputed"].text();
  return {};
}

Value facts_of(const Row& row, const std::vector<Entry>& entries, const Value& note) {
  Value facts;
  facts.set("family", family_of(row.id)).set("difficulty", row.difficulty).set("description", row.description);
  if (!entries.empty()) facts.set("signature", entries.front().signature);
  Value tags{Value::List{Value("T")}};
  for (const Value& tag : note["tags"].list()) tags.add(tag);
  if (!note["disputed"].is_null()) tags.add("disputed");
  return facts.set("tags", tags);
}

}  // namespace

Task make_task(const Row& row, const Program& program, const Value& note, const std::string& commit,
               bool judge_disputed) {
  const std::vector<Entry> entries = entries_of(program);
  Task task;
  task.question.id = row.id;
  for (const Entry& entry : entries) task.question.entries.push_back(entry.name);
  if (entries.empty()) task.question.entries.push_back(row.id);
  task.question.instructions = {{"simple", row.simple}, {"complex", row.complex}};
  task.question.facts = facts_of(row, entries, note);
  task.oracle.reference = program.reference;
  task.oracle.program = program.test;
  // Triton's tl.dot rounds fp32 operands to TF32 unless told otherwise, and upstream asks for neither.
  task.oracle.policy.set("tf32", true);
  for (const auto& [key, value] : note["policy"].map()) task.oracle.policy.set(key, value);
  task.protocols.push_back(
      {.judge = "strict", .how = "calls", .not_judged = not_judged(row, entries, note, judge_disputed)});
  task.protocols.push_back({.judge = "paper", .how = "stdout", .extraction = std::string(extraction_t)});
  task.origin.set("suite", "tritonbench").set("channel", "T").set("file", row.file).set("licence", "Apache-2.0");
  task.origin.set("commit", commit.empty() ? Value() : Value(commit));
  return task;
}

}  // namespace touchstone::tritonbench
