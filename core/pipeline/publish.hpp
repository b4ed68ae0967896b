#pragma once
// Sample to record and back: its whole story as one line of records.jsonl. What differs between two runs of one config
// (times, memory, which device of a family) lies under "observed" alone: without it, the records of two runs with one
// secret are equal.

#include <string>

#include "pipeline/measure.hpp"
#include "pipeline/select.hpp"
#include "store/run_folder.hpp"

namespace touchstone {

inline constexpr int record_version = 1;

/// The texts of a sample's last attempt, which lie beside its record as files.
struct Texts {
  std::string completion, reasoning, code, log;
};

/// Each text with the name of its file, in artifacts/<sample>/.
void each_text(auto& texts, auto body) {
  body("completion.md", texts.completion);
  body("reasoning.md", texts.reasoning);
  body("candidate.py", texts.code);
  body("log.txt", texts.log);
}

Value make_record(const PlannedSample& planned, const Sample& sample, const Measured& measured);
Texts texts_of(const Sample& sample);
/// The artifacts of a sample in a run's folder; those that are not there are empty.
Texts read_texts(const RunPaths& run, const std::string& key);

/// The inverse of make_record: the sample as it was measured. `task` is the record's own, or as much of it as is known
/// (then metrics see no more). Times and texts are those of the last attempt; earlier ones have none.
Sample read_sample(const Value& record, const Task& task, Texts texts);
/// What a record alone says of its task: id and the facts that reports group by.
Task known_task(const Value& record);

Value measurements_value(const std::vector<Measurement>& measurements);

/// A record that need not be done again. What failed by our own fault is tried anew by the next command.
bool is_final(const Value& record);
/// Under the first judge; `not_judged` where there is no verdict.
std::string first_outcome(const Value& record);

}  // namespace touchstone
