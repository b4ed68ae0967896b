#pragma once
// Timings of a candidate that is right and of its reference, alone on the device, one after the other. Until the native
// clock exists they are claims and say so.

#include "pipeline/judge.hpp"

namespace touchstone {

/// Has the checker draw what bench calls take, while others may use the device: that takes longer than timing them.
void draw_benches(const OpenedTask& opened, Lane& lane);

/// Times every bench call. What the last timed run wrote is judged like any call, so that a kernel that is right only
/// while it is checked turns wrong here. The candidate's worker has ended before the reference is timed. Errors: the
/// device is not to be had.
Result<None> time_benches(Executed& executed, Judged& judged, const OpenedTask& opened, const std::string& sample,
                          Lane& lane);

}  // namespace touchstone
