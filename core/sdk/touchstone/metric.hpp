#pragma once
#include <span>
#include <vector>

#include "touchstone/measurement.hpp"
#include "touchstone/result.hpp"

namespace touchstone {

/// Turns a judged sample into figures. Functions are const and may be called from several threads at once.
class Metric {
 public:
  virtual ~Metric() = default;
  virtual std::vector<Tag> tags() const = 0;
  virtual Needs needs() const { return {}; }
  /// Figures of one sample; none where it says nothing about it (an unscored outcome, say).
  virtual Result<std::vector<Measurement>> measure(const Sample& sample) const = 0;
  /// Figures over rows of one group that no aggregate of a tag can give (pass@k). Default: none.
  virtual Result<std::vector<Measurement>> combine(std::span<const Row>) const { return std::vector<Measurement>{}; }
};

}  // namespace touchstone
