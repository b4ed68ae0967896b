#pragma once
// Sample to record: its whole story as one line of records.jsonl. What differs between two runs of one config (times,
// memory) lies under "observed" alone: without it, the records of two runs with one secret are equal.

#include <string>

#include "pipeline/measure.hpp"
#include "pipeline/select.hpp"

namespace touchstone {

inline constexpr int record_version = 1;

Value make_record(const PlannedSample& planned, const Sample& sample, const Measured& measured);

}  // namespace touchstone
