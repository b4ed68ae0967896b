#pragma once
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "touchstone/result.hpp"
#include "touchstone/task.hpp"

namespace touchstone {

/// Something a candidate runs on. The core passes everything here on; it knows no vendor.
struct Device {
  std::string id;                                  ///< "cpu", "cuda:0"
  std::string family;                              ///< devices whose scores may be pooled: "cpu", "cuda"
  std::string name;                                ///< for people: "NVIDIA H100 80GB HBM3"
  std::vector<std::string> nodes;                  ///< device files a contained worker needs
  std::map<std::string, std::string> environment;  ///< for every worker on it
  std::int64_t memory{0};                          ///< bytes, 0 where unknown
  bool exclusive_timing{false};                    ///< timings want it alone; the host then runs nothing beside them
  std::string trouble{};                           ///< why it cannot be used now, or empty
  Value facts{};                                   ///< versions, clocks, peaks: goes into the manifest
};

/// The parts a worker can play (design 6).
enum class Role {
  candidate,  ///< runs one candidate, once
  checker,    ///< runs references and compares; never candidate code
  compiler,   ///< compiles a candidate's kernels for real targets, once
};

/// How to start the parent of such workers. It speaks the worker protocol (core/workers/README.md) on descriptor 3.
struct Start {
  std::vector<std::string> argv;
  std::map<std::string, std::string> environment;  ///< all of it: nothing is inherited
  double ready_seconds{120};                       ///< how long imports may take
};

/// What the runtime sees in a block of text without running it.
struct Facts {
  bool parses{false};
  bool defines_entries{false};       ///< every entry of the question is defined at top level
  std::vector<std::string> defined;  ///< entries found
  Value findings;  ///< static findings worth a record; `shape`, where the runtime knows one, is a text that is equal
                   ///< for codes that differ in names, comments and layout only
};

/// One line of `touchstone doctor`: state is "ok", "note" or "fail".
struct Check {
  std::string name, state, detail, remedy;
};

/// Knows one language on one family of devices. Functions may be called from several threads at once.
class Runtime {
 public:
  virtual ~Runtime() = default;
  /// Devices present as they are now, the preferred one first; one that cannot be used says so in `trouble`. A run uses
  /// all usable ones of a family, and asks again whenever a sample fails in a way that may be the device's fault: one
  /// that has trouble then, or is gone, is left out and the sample tried on another. So it must be quick.
  virtual Result<std::vector<Device>> devices() const = 0;
  /// How to start a parent for a role, or `unavailable` where the runtime has no such role on this device.
  virtual Result<Start> start(Role role, const Device& device) const = 0;
  /// Looks at a block of text; takes time linear in its length and never fails.
  virtual Facts inspect(std::string_view block, const Question& question) const = 0;
  virtual std::vector<Check> doctor() const = 0;
};

}  // namespace touchstone
