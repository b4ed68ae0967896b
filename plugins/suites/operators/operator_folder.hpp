#pragma once
// One operator's folder to one task: the only place that knows the format of operators/README.md on the host's side.

#include <string>

#include "touchstone/plugin.hpp"

namespace touchstone::operators {

/// Reads operator.yaml, reference.py and golden.py of `folder` (…/<family>/<operator>). Every mistake in the YAML is an
/// error with file:line:column, all of them in one (Error::also); arguments are passed on as written.
Result<Task> read_operator(const std::string& folder, const Host& host);

}  // namespace touchstone::operators
