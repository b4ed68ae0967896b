#pragma once
// The protocol `stdout`: a candidate is right where its program, the test behind it, ends with status 0 and prints what
// the golden's program prints. That is how TritonBench judges, its defects included: most tests print nothing.

#include <optional>

#include "pipeline/judge_attempt.hpp"

namespace touchstone {

/// One try on the lane's device. What the completion holds is the subject's own candidate; an empty one is run too.
Verdict judge_stdout(const Subject& subject, const Protocol& protocol, const Attempt& attempt, Lane& lane);

/// Standard output as a program reads it in text mode: one kind of line ends. Nothing where it is not UTF-8.
std::optional<std::string> as_text(const std::string& bytes);

}  // namespace touchstone
