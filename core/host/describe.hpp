#pragma once
// What a plugin says about itself, as data and as text; all from its header and its table of options.

#include <span>
#include <string>

#include "touchstone/abi.hpp"
#include "touchstone/option.hpp"
#include "touchstone/value.hpp"

namespace touchstone {

/// The options that stand behind a checked header.
std::span<const Option> options_of(const PluginHeader& header);

/// One map an option: key, type, help, and where they say something required, default, choices, least, most, unit,
/// secret.
Value describe_options(std::span<const Option> options);

/// {kind, name, version, summary, file, options}.
Value describe_plugin(const PluginHeader& header, const std::string& file);

/// What `describe` prints of such a value: a heading, the options, and a YAML snippet to copy.
std::string describe_text(const Value& plugin);
/// The table of options alone, two lines each.
std::string options_text(const Value& options);

}  // namespace touchstone
