#pragma once
// One attempt under one judge, from candidate to verdict: execute, judge, prove, time. A failure of ours is tried again
// once, with fresh workers.

#include <string>

#include "pipeline/lane.hpp"
#include "touchstone/attempt.hpp"

namespace touchstone {

struct Subject {
  const Task& task;
  std::string suite, key;         ///< key: names the sample to the checker
  std::string secret;             ///< the judging secret
  std::string judge;              ///< "strict"
  bool timings{false};            ///< wanted, where the device can be timed
  const Candidate* own{nullptr};  ///< found by a rule of the protocol's own; null: the attempt's is judged
};

/// Appends a verdict, and sets the attempt's execution where its candidate was called (by `calls`). May take as long as
/// the lane's allowance lets it. Thread: the lane's.
void judge_attempt(const Subject& subject, Attempt& attempt, Lane& lane);

/// How a judge exercises a task, or null where the suite has no protocol for it.
const Protocol* protocol_of(const Task& task, const std::string& judge);

/// Inputs of a task are drawn from this: the same for every model of a run.
std::string task_seed(const std::string& secret, const std::string& suite, const Task& task);

}  // namespace touchstone
