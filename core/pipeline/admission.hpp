#pragma once
// What the admission gate said of a task, and what follows for strict scores (design 3).

#include <cstddef>
#include <string>
#include <vector>

#include "touchstone/task.hpp"

namespace touchstone {

/// What was found of one thing that the gate asks.
struct GateFinding {
  std::string check;   ///< one of gate_checks
  std::string state;   ///< "ok", "excused" (the operator's policy says why) or "fail"
  std::string detail;  ///< for a person: figures where it holds, what failed where not
};

/// Mutants of a golden by what became of them. A stillborn one never ran: it says nothing about the cases. One that is
/// caught elsewhere survives on this family and is caught on another.
struct MutantCount {
  std::size_t caught{0}, elsewhere{0}, excused{0}, survived{0}, stillborn{0};
  std::size_t made() const { return caught + elsewhere + excused + survived; }
};

struct Admission {
  std::string suite, task, hash;
  std::vector<GateFinding> findings{};  ///< one a check
  MutantCount mutants{};
  std::size_t secrets{0};  ///< under how many the golden was judged
  bool admitted() const;
};

/// Everything that was found.
Value admission_value(const Admission& admission);
/// What a suite keeps of it, for one family of devices: Task::admission.
Value kept_value(const Admission& admission);

/// Why a task is kept out of strict scores: the checks that it failed as it is now, or that it was changed since the
/// gate saw it; nothing for one that was admitted, or that has not been through the gate.
std::string kept_out(const Task& task);
/// The same for a table: "admitted (cpu, cuda)", "kept out (mutants)", or nothing for one that has not been through it.
std::string gate_text(const Task& task);

}  // namespace touchstone
