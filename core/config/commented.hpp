#pragma once
// A pipeline file to start from: every key there is, explained from its declaration.

#include <string>
#include <vector>

#include "config/pipeline_config.hpp"

namespace touchstone {

struct CommentedConfig {
  std::string text;
  std::vector<std::string> to_fill;  ///< required options that have no value yet, as a path: "models[0].file"
};

/// The keys of `chosen` as they stand there (its paths absolute), all others as comments with their defaults. Every
/// explanation comes from the options that the core and the plugins named in `chosen` declare. Adds an error for each
/// plugin that is not there.
CommentedConfig commented_config(const Value& chosen, const FindOptions& find_options, Errors& errors);

}  // namespace touchstone
