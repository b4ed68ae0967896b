#pragma once
// Completion to candidate: finds the code in what a model answered. Linear in the text's length.

#include <string>
#include <string_view>
#include <vector>

#include "touchstone/attempt.hpp"
#include "touchstone/result.hpp"
#include "touchstone/runtime.hpp"
#include "touchstone/suite.hpp"

namespace touchstone {

/// A fenced block of a Markdown text (CommonMark fences, any indentation). `complete` when its closing fence is there.
struct Block {
  std::string text;
  bool complete{false};
};

/// The text without its reasoning: a leading <think>…</think>, or all before a closing tag that was never opened.
std::string_view without_reasoning(std::string_view text);

std::vector<Block> find_blocks(std::string_view text);

/// Ranked by the runtime: the last complete block that defines the entries, else the last that parses, else the whole
/// text if it parses. `rule` says which. An empty code means that there is none (`rule` then says why).
Candidate extract(const Completion& completion, const Question& question, const Runtime& runtime);

/// By the rule of the suite's own that a protocol names. Errors: the suite's. Suites are called from one thread at a
/// time, which is the caller's care.
Result<Candidate> extract_by(const std::string& variant, const Completion& completion, const OperatorSuite& suite,
                             const std::string& name);

}  // namespace touchstone
