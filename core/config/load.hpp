#pragma once
// From a file's name and --set words to one tree: what read_pipeline then checks.

#include <span>
#include <string>
#include <string_view>

#include "touchstone/result.hpp"
#include "touchstone/value.hpp"

namespace touchstone {

/// Reads a config and what it includes. `include: [file…]` (or one file) gives files that the config starts from, in
/// order, each relative to the file that names it: maps are merged, everything else is replaced. Every value keeps its
/// own place.
Result<Value> load_config(const std::string& path);

/// Puts `over` on top of `under`: maps are merged key by key, everything else is replaced.
Value merged(const Value& under, const Value& over);

/// Applies `a.b=v`. The path goes by keys; in a list by index, or by the name of an instance (`models.example.file=x`).
/// Maps on the way are created, list items are not. The value is YAML; its place becomes "--set a.b=v".
Result<None> apply_setting(Value& root, std::string_view setting);

}  // namespace touchstone
