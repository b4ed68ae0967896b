#pragma once
// How whole programs ended, and what those of goldens printed on one device: each golden runs once a run.

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

namespace touchstone {

/// What became of a whole program.
struct Ended {
  std::string outcome;  ///< empty: by itself, with status 0; else one from `call_error` on, or `infrastructure`
  std::string phase;    ///< load (its first part), call (the rest)
  std::string reason;
  std::string printed{};  ///< its standard output, also where it did not end well
  bool stopped{false};    ///< it did not end by itself: by a limit of ours, or for want of a worker
};

/// May be called from any thread.
class GoldenOutputs {
 public:
  /// What is kept under `key`, else what `run` gives: others who ask for it wait meanwhile. A failure of ours is not
  /// kept.
  Ended get(const std::string& key, const std::function<Ended()>& run);

 private:
  struct Kept {
    std::mutex mutex;
    std::optional<Ended> ended;
  };
  std::mutex mutex_;
  std::map<std::string, std::shared_ptr<Kept>> kept_;
};

}  // namespace touchstone
