#pragma once
// What a run can be asked afterwards: with which versions, on what, contained how.

#include "app/app.hpp"
#include "pipeline/lane.hpp"
#include "pipeline/select.hpp"

namespace touchstone {

/// The devices of a run, those of its family that cannot be used with their trouble. `before` are those of an earlier
/// session, whose records stay.
Value devices_value(const Wiring& wiring, const Value& before = {});
/// The devices without trouble in a line: "npu:0, npu:1 (Their name)".
std::string devices_text(const Value& devices);

Value make_manifest(const App& app, const Wiring& wiring, const Plan& plan, const Workshop& workshop);

/// Tags as a manifest keeps them, so that a report needs no plugin.
Value tags_value(const std::vector<Tag>& tags);
std::vector<Tag> read_tags(const Value& value);

Result<Value> read_json_file(const std::string& path);

}  // namespace touchstone
