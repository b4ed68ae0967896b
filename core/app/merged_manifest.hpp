#pragma once
// What a merged run says of itself: the manifest of its earliest part, and under "merged" where everything came from.

#include <string>
#include <vector>

#include "touchstone/value.hpp"

namespace touchstone {

/// The same whatever the order of the manifests, and whether a part comes alone or within a merge. `notes` are kept
/// with it, and every version in which a part differs from the earliest. `manifests` is not empty.
Value merged_manifest(const std::vector<Value>& manifests, long planned, std::vector<std::string> notes);

/// "3/4, 4/4": shards that no part was, where all are shards of one number.
std::string missing_shards(const std::vector<Value>& manifests);

}  // namespace touchstone
