#pragma once
// An operator posed as a question in a suite.

#include <map>
#include <string>
#include <vector>

#include "touchstone/value.hpp"

namespace touchstone {

/// What prompts and candidates may see.
struct Question {
  std::string id;                                   ///< unique in its suite: "softmax"
  std::vector<std::string> entries;                 ///< functions that a candidate must define, at least one
  std::map<std::string, std::string> instructions;  ///< by style: "simple", "complex"
  Value facts;  ///< family, difficulty, tags, signature: what reports group by and `where` filters on
};

/// What only the host and the checker see. Programs are text, not paths, so that a task is a value.
struct Oracle {
  std::string reference;  ///< PyTorch source defining the entries; empty where only a golden exists
  std::string golden;     ///< source of a known-good implementation of the entries
  std::string program;    ///< source of a test program that calls the entries; empty where cases are declared
  Value cases;            ///< {check: [...], bench: [...]}, see operators/README.md
  Value policy;           ///< precision, allow, mutates, backward, cost …, see operators/README.md
};

/// How one judge exercises a task.
struct Protocol {
  std::string judge;         ///< "strict" or "paper"
  std::string how;           ///< "calls", "program" or "stdout"
  std::string extraction{};  ///< a variant of the suite's own, or empty for the host's
  std::string not_judged{};  ///< why this judge cannot judge the task, or empty
  std::string program{};     ///< `stdout`: the test, where it is not the oracle's (one that was mended, say)
  std::string golden{};  ///< `stdout`: whose output is compared with, where that is not the oracle's golden or, where
                         ///< there is none, its reference
};

struct Task {
  Question question;
  Oracle oracle;
  std::vector<Protocol> protocols;
  Value origin;       ///< where it came from: suite, file, licence, stars
  Value admission{};  ///< what the admission gate found, by device family, as `touchstone admit --save` wrote it; null
                      ///< where the task has not been through it
};

}  // namespace touchstone
