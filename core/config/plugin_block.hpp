#pragma once
// The parts of a pipeline file that name plugins. Used by pipeline_config.cpp alone.

#include "config/pipeline_config.hpp"

namespace touchstone {

/// Which list is read: its kind ("metric") and its key ("metrics").
struct BlockList {
  std::string kind, key;
};

/// An item is a map with `use`, or a text that stands for {use: text}. Names of instances are unique in the list.
/// A block with a mistake is left out.
std::vector<PluginBlock> read_blocks(const Value& list, const BlockList& which, const FindOptions& find_options,
                                     Errors& errors);

struct RuntimeBlock {
  PluginBlock block;
  Value device;  ///< a text
};
RuntimeBlock read_runtime(const Value& value, const FindOptions& find_options, Errors& errors);

/// Names become parts of paths, keys and tables: letters, digits, dot, hyphen and underscore, at most 100, not starting
/// with a dot or hyphen.
void check_name(const Value& name, const std::string& owner, Errors& errors);

}  // namespace touchstone
