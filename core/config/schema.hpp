#pragma once
// A block of a config against the options that its owner declared: every error at once, defaults filled in.

#include <span>
#include <string>
#include <vector>

#include "config/place.hpp"
#include "touchstone/option.hpp"
#include "touchstone/value.hpp"

namespace touchstone {

/// Checks a block and gives its effective values: one key an option, in the order of the options, null where neither
/// the block nor a default says anything. Relative paths start at the folder of the file they stand in (else the
/// current one) and arrive absolute, durations as seconds, bytes as a whole number. `owner` is for errors ("metric
/// 'accuracy'"). The result is only fit for use when nothing was added to `errors`. `beside` are options of somebody
/// else in the same block: they count as known, and are left out.
Value validate(const Value& block, std::span<const Option> options, const std::string& owner, Errors& errors,
               std::span<const Option> beside = {});

/// One value against one option.
Value validate_value(const Value& given, const Option& option, const std::string& owner, Errors& errors);

/// The reverse of validate: what to write so that validate gives these values. Null ones are left out, secret ones
/// come as "(secret)".
Value unvalidate(const Value& effective, std::span<const Option> options);

/// "a duration such as 500ms, 2s, 3min or 1h, at least 1s": what an option takes, for people.
std::string expectation(const Option& option);

/// What to say where YAML's null stands and a text is wanted: there is a plugin of that name.
inline constexpr const char* null_hint = "where the word null is meant, put it in quotes: \"null\"";

/// "flag", "integer", …: the name of a type, as `describe` shows it.
std::string type_name(OptionType type);

}  // namespace touchstone
