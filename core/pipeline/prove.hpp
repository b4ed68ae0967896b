#pragma once
// Evidence that launched kernels are Triton: a compiler worker compiles each of them, with the signature it was
// launched with, for real targets. The interpreter would run any Python.

#include "pipeline/lane.hpp"
#include "touchstone/attempt.hpp"

namespace touchstone {

/// The compiler's results, [{kernel, target, ok, own, reason, …}]. Errors: the compiler could not be asked (ours), or
/// `stop` said that nobody wants to know any more.
Result<Value> prove(const Candidate& candidate, const Question& question, const std::vector<Launch>& launches,
                    Lane& lane, const std::stop_token& stop);

/// Keeps the results with an execution: a launch is the candidate's own when every result of its kernel says so.
void note_proof(Execution& execution, Value results);

/// Merges launches that differ only in grid, count and which arguments are multiples of 16 (a hint to the compiler):
/// what it has to look at once.
std::vector<Launch> distinct(const std::vector<Launch>& launches);

}  // namespace touchstone
