#pragma once
// The values that flow through the pipeline after a task: prompt, completion, candidate, execution, verdict.

#include <cstdint>
#include <string>
#include <vector>

#include "touchstone/value.hpp"

namespace touchstone {

struct Prompt {
  std::string style;   ///< "simple"
  std::string system;  ///< system message, may be empty
  std::string text;    ///< what the model is asked
};

/// What a model answered. `finish` is one of stop, length, refused, filtered, empty, error.
struct Completion {
  std::string text;
  std::string reasoning{};  ///< kept apart, never searched for code
  std::string finish{"stop"};
  std::string detail{};  ///< why it is not "stop", for a person
  Value usage{};         ///< tokens by kind, where known
  Value origin{};        ///< file and line, transcript, command
};

/// The code found in a completion, and how it was found.
struct Candidate {
  std::string code;
  std::string rule{};  ///< "last complete block that defines the entries", …
  Value findings{};    ///< static findings of the runtime, for the record
};

/// One kernel launch that was seen. A claim was said inside the candidate's process; traced was seen from outside.
struct Launch {
  std::string kernel;
  std::string source;  ///< the kernel's text, or its hash
  Value arguments;     ///< signature, constants, grid, options
  std::int64_t count{1};
  bool own{false};  ///< its source stands in the candidate's text
  bool traced{false};
};

struct Timing {
  std::string subject;  ///< "candidate" or "reference"
  std::string bench_case;
  std::string mode;   ///< "warm" or "cold"
  std::string clock;  ///< what took the time, e.g. "torch.cuda.Event"
  std::vector<double> seconds;
  bool traced{false};  ///< false: a claim, said inside the candidate's process
};

/// What became of one call: status is "returned" or an outcome from `call_error` on.
struct CallReport {
  int index{0};
  std::string entry, case_name, phase;  ///< phase: check, redrawn, bench
  std::string status, reason;
  double seconds{0};  ///< wall time seen by the host, request to sealed outputs
};

/// What a candidate's worker cost, seen from outside it.
struct Usage {
  double wall_seconds{0}, cpu_seconds{0};
  std::int64_t peak_bytes{0};
};

struct Execution {
  std::vector<CallReport> calls;
  std::vector<Launch> launches;
  std::vector<Timing> timings;
  Value library;   ///< library operators seen: [{call, op, work, compute, count, opaque?}]
  Value kernels;   ///< device kernels seen: [{call, name, seconds, count, own, op}]
  Value races;     ///< overlapping accesses of two programs, as text
  Value memory;    ///< bytes by what wrote them: [{call, written, made, foreign, loaded}]; none on a GPU
  Value notes;     ///< what could not be seen, or was odd, as text
  Value proof;     ///< results of compiling the launched kernels for real targets; null where none is needed
  Value device;    ///< which device: {id, family}
  Value observed;  ///< for a profiler's read(): what its own observe() gave, {before, after}
  Usage usage;
  std::string log;  ///< tail of what the candidate printed
};

struct Verdict {
  std::string judge;    ///< "strict"
  std::string outcome;  ///< one of the closed list of outcome.hpp
  std::string phase;    ///< generate, extract, load, call, compare, evidence
  std::string reason;   ///< one line for a person and for a repair prompt
  Value details;        ///< which call, where and how far against which bound
};

/// Whether a verdict is shown, but outside scores: inputs that cannot be redrawn (a table of constants would pass), or
/// a task that the admission gate keeps out.
inline bool is_kept_out(const Verdict& verdict) {
  for (const Value& tag : verdict.details["tags"].list())
    if (tag.text() == "fixed inputs" || tag.text() == "not admitted") return true;
  return false;
}

struct Attempt {
  Completion completion;
  Candidate candidate;
  Execution execution;
  std::vector<Verdict> verdicts;
};

}  // namespace touchstone
