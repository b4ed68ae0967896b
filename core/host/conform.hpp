#pragma once
// One plugin held to its kind's contract, in children: what a vendor shows, and what we ask of our own.

#include <string>
#include <vector>

#include "touchstone/host.hpp"
#include "touchstone/value.hpp"

namespace touchstone {

struct Finding {
  std::string part;    ///< header, options, create, contract, threads, traces
  std::string what;    ///< what was asked: "tags are unique and documented"
  std::string state;   ///< "ok", "note" (not tried, and why) or "fail"
  std::string detail;  ///< what is wrong
};

struct Conformance {
  Value about;  ///< as describe_plugin gives it; null where the file cannot be opened
  std::vector<Finding> findings;
  bool holds() const;
};

/// Holds the plugin to its contract, with an instance made from `settings`, a block of a config. Each part has a child
/// of its own and `seconds`: a crash, an end or a hang is a finding. Never fails itself.
Conformance conform(const std::string& path, const Value& settings, Host& host, double seconds);

}  // namespace touchstone
