#pragma once
// The admission gate (design 7.3): what a task must show before strict scores count it. Evidence in, findings out; the
// evidence comes from runs of the models `golden`, `null` and `mutant`, and from the checker's examination.

#include <array>
#include <cstddef>
#include <string>
#include <vector>

#include "pipeline/admission.hpp"
#include "pipeline/select.hpp"

namespace touchstone {

inline constexpr std::size_t least_mutants = 5;  ///< of a golden, that are caught
inline constexpr std::size_t least_cases = 5;
inline constexpr double least_moved = 10;  ///< bounds, by which each part of an input moves some output

/// All that it asks, in the order of a table.
inline constexpr std::array<const char*, 9> gate_checks{"golden", "kernels", "null",        "reference", "cases",
                                                        "inputs", "mutants", "instruction", "unlike"};

/// What is known of a task. Records are those of records.jsonl.
struct GateEvidence {
  std::size_t secrets{0};             ///< under how many the golden was to be judged
  std::vector<Value> goldens;         ///< of the model `golden`, one a secret
  std::vector<Value> nulls, mutants;  ///< one a draw
  std::vector<Value> elsewhere;       ///< mutants that survived, judged on the runtime's other families
  Value examined;                     ///< what the checker's `examine` replied, or {reason} where it could not
  std::vector<std::string> twins;     ///< tasks whose golden is the same but for names, comments and layout
};

/// One finding a check, in the order of gate_checks.
Admission hold_to_gate(const SelectedTask& selected, const GateEvidence& evidence);

/// The draws of a task's mutants that survived, without an excuse.
std::vector<int> survivors(const Task& task, const GateEvidence& evidence);

}  // namespace touchstone
