#pragma once
// What a run can be asked afterwards: with which versions, on what, contained how.

#include "app/app.hpp"
#include "pipeline/lane.hpp"
#include "pipeline/select.hpp"
#include "pipeline/shard.hpp"

namespace touchstone {

/// The devices of a run, those of its family that cannot be used with their trouble. `before` are those of an earlier
/// session, whose records stay.
Value devices_value(const Wiring& wiring, const Value& before = {});
/// The devices without trouble in a line: "npu:0, npu:1 (Their name)".
std::string devices_text(const Value& devices);

/// `workshop` is null where no worker was started: models were only asked.
Value make_manifest(const App& app, const Wiring& wiring, const Plan& plan, const Workshop* workshop);

/// Writes down which parts of a plan a folder holds (those of `before`, its last manifest, and this one) and how many
/// samples they have: `planned`.
void note_shard(Value& manifest, const Shard& shard, const Value& before, const Plan& plan);

/// What of a manifest a result may depend on: versions, plugins, packages, device, data. Two of them are compared by
/// compare_plans.
Value versions_of(const Value& manifest);

/// Every plugin that is open, with its version and checksum.
Value plugins_value(const Registry& registry);

/// Tags as a manifest keeps them, so that a report needs no plugin.
Value tags_value(const std::vector<Tag>& tags);
std::vector<Tag> read_tags(const Value& value);


}  // namespace touchstone
