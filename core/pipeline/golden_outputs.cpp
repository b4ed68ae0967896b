#include "pipeline/golden_outputs.hpp"

namespace touchstone {

Ended GoldenOutputs::get(const std::string& key, const std::function<Ended()>& run) {
  std::shared_ptr<Kept> kept;
  {
    const std::scoped_lock lock(mutex_);
    auto& place = kept_[key];
    if (!place) place = std::make_shared<Kept>();
    kept = place;
  }
  const std::scoped_lock lock(kept->mutex);
  if (kept->ended) return *kept->ended;
  Ended ended = run();
  if (ended.outcome != "infrastructure") kept->ended = ended;
  return ended;
}

}  // namespace touchstone
