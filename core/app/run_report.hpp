#pragma once
// A run folder to its report, without any plugin: all that is needed stands in the folder.

#include "app/app.hpp"
#include "report/render.hpp"

namespace touchstone {

struct RunReport {
  Heading heading;
  Summary summary;
};

/// Reads manifest, status and records. Errors: io (no such run), environment (unreadable).
Result<RunReport> read_report(const std::string& folder);

/// Prints a report in the forms asked for ("table", "json", "markdown"), to standard output.
void print_report(App& app, const RunReport& report, const std::vector<std::string>& forms);

Subcommand report_command();

}  // namespace touchstone
