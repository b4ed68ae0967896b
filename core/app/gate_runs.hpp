#pragma once
// What the admission gate looks at, made and kept in a folder: for each secret a run (secret-1/ …: the goldens, with
// the first also null answers and mutants; secret-1-FAMILY/: mutants that survived, on the runtime's other devices),
// and what the checker said of each task (examined.jsonl). Gone on with from where it was left; what was edited is done
// again.

#include <string>
#include <vector>

#include "app/wire.hpp"
#include "pipeline/gate.hpp"

namespace touchstone {

struct GateAsk {
  Value suite;         ///< as an item of a config's `suites`
  Value base{};        ///< what else the configs say: runtime, limits
  std::string output;  ///< the folder
  std::string secret;  ///< the first judging secret derives from it, or from chance where it is empty
  int secrets{3};      ///< how many
  int mutants{12};     ///< at most, of a golden
};

struct GateRuns {
  std::vector<SelectedTask> tasks;
  std::vector<GateEvidence> evidence;  ///< in the order of `tasks`
  std::string family;                  ///< of the devices
  Value devices;                       ///< as a manifest has them
};

/// Errors: config (every error at once; no task), environment, cancelled (the same command goes on).
Result<GateRuns> run_gate(App& app, const GateAsk& ask);

}  // namespace touchstone
