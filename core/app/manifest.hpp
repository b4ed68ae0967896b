#pragma once
// What a run can be asked afterwards: with which versions, on what, contained how.

#include "app/app.hpp"
#include "pipeline/lane.hpp"
#include "pipeline/select.hpp"

namespace touchstone {

Value make_manifest(const App& app, const Wiring& wiring, const Plan& plan, const Workshop& workshop);

/// Tags as a manifest keeps them, so that a report needs no plugin.
Value tags_value(const std::vector<Tag>& tags);
std::vector<Tag> read_tags(const Value& value);

}  // namespace touchstone
