#pragma once
// status.json of a run: its state, and the devices that any of its sessions left out.

#include <string>

#include "app/app.hpp"
#include "pipeline/workshop.hpp"
#include "store/run_folder.hpp"

namespace touchstone {

/// Used by one thread at a time.
class RunStatus {
 public:
  /// Keeps what an earlier session wrote of devices.
  RunStatus(const App& app, RunFolder& folder);
  void write(const std::string& state);
  /// Writes down the devices that were left out since the last call. Gives a line about each, for a person.
  std::string note(const std::vector<LeftOut>& left_out);

 private:
  const App& app_;
  RunFolder& folder_;
  std::string state_{"running"};
  Value left_out_;
  std::size_t told_{0};
};

}  // namespace touchstone
