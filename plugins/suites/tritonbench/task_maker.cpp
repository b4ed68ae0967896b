#include "task_maker.hpp"

#include <algorithm>

#include "entries.hpp"
#include "extraction.hpp"
#include "families.hpp"

namespace touchstone::tritonbench {
namespace {

/// What the strict judge cannot judge, in words for a person, or nothing.
std::string not_judged(const Row& row, const std::vector<Entry>& entries, const Errata& errata) {
  if (entries.empty()) return "no function is defined at the top level of " + row.file;
  if (entries.front().kernel)
    return "needs the program protocol, which comes later: the test launches " + entries.front().name + " itself";
  return errata.not_judged;
}

Value facts_of(const Row& row, const std::vector<Entry>& entries, const Errata& errata, const Channel& channel) {
  Value facts;
  facts.set("family", family_of(row.id, channel)).set("difficulty", row.difficulty);
  facts.set("description", row.description);
  if (!entries.empty() && !entries.front().signature.empty()) facts.set("signature", entries.front().signature);
  if (row.stars >= 0) facts.set("stars", row.stars);
  Value::List tags{Value(channel.name)};
  for (const Erratum& one : errata.list)
    if (const Value tag(one.kind); std::find(tags.begin(), tags.end(), tag) == tags.end()) tags.push_back(tag);
  return facts.set("tags", Value(std::move(tags)));
}

Value origin_of(const Row& row, const Errata& errata, const Channel& channel, const std::string& commit) {
  Value origin;
  origin.set("suite", "tritonbench").set("channel", channel.name).set("file", row.file);
  if (row.repository.empty()) {
    origin.set("licence", "Apache-2.0");
  } else {
    origin.set("repository", row.repository).set("stars", row.stars);
    origin.set("licence", "upstream's collection: Apache-2.0; it does not say under which licence it took this file");
  }
  origin.set("commit", commit.empty() ? Value() : Value(commit));
  const bool upstream_is_torch = channel.name == "T";
  origin.set("reference", !errata.reference.empty() ? "PyTorch, of our own"
                          : upstream_is_torch       ? "PyTorch, upstream's"
                                                    : "none: upstream's Triton golden");
  Value::List known;
  for (const Erratum& one : errata.list)
    known.push_back(Value().set("kind", one.kind).set("what", one.what).set("source", one.source));
  return known.empty() ? origin : origin.set("errata", Value(std::move(known)));
}

Oracle oracle_of(const Program& program, const Errata& errata, const Channel& channel) {
  Oracle oracle;
  oracle.reference = errata.reference.empty() && channel.name == "T" ? program.reference : errata.reference;
  if (channel.name == "G") oracle.golden = program.reference;
  oracle.program = program.test;
  // Triton's tl.dot rounds fp32 operands to TF32 unless told otherwise, and upstream asks for neither.
  oracle.policy.set("tf32", true);
  for (const auto& [key, value] : errata.policy.map()) oracle.policy.set(key, value);
  return oracle;
}

}  // namespace

Task make_task(const Row& row, const Program& program, const Errata& errata, const Channel& channel,
               const std::string& commit) {
  const std::vector<Entry> entries = entries_of(program);
  Task task;
  task.question.id = row.id;
  for (const Entry& entry : entries) task.question.entries.push_back(entry.name);
  if (entries.empty()) task.question.entries.push_back(row.id);
  task.question.instructions = {{"simple", row.simple}, {"complex", row.complex}};
  task.question.facts = facts_of(row, entries, errata, channel);
  task.oracle = oracle_of(program, errata, channel);
  task.protocols.push_back({.judge = "strict", .how = "calls", .not_judged = not_judged(row, entries, errata)});
  task.protocols.push_back({.judge = "paper",
                            .how = "stdout",
                            .extraction = std::string(channel.name == "G" ? extraction_g : extraction_t),
                            .golden = program.reference});  // upstream's own, whatever the errata say
  task.origin = origin_of(row, errata, channel, commit);
  return task;
}

}  // namespace touchstone::tritonbench
