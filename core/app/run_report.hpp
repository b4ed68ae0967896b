#pragma once
// A run folder to its report, without any plugin: all that is needed stands in the folder.

#include "app/app.hpp"
#include "report/render.hpp"
#include "report/threshold.hpp"

namespace touchstone {

struct RunReport {
  Heading heading;
  Summary summary;
};

/// Reads manifest and records, with the figures of a measurement where one is named. Errors: config (no such run or
/// measurement), environment (unreadable).
Result<RunReport> read_report(const std::string& folder, const std::string& measurement = {});

/// Prints a report in the forms asked for ("table", "json", "markdown"), to standard output.
void print_report(App& app, const RunReport& report, const std::vector<std::string>& forms);

/// What every `--fail-on` asks for. Errors: config, an expression that the run's figures cannot answer.
Result<std::vector<Threshold>> read_thresholds(const Arguments& arguments, const std::vector<Tag>& tags);

/// Says what fails, to standard error: `failed` then, else `done`.
ExitCode hold_to(const std::vector<Threshold>& thresholds, const RunReport& report, App& app);

inline const Flag fail_on_flag{"fail-on", "EXPR",
                               "exit 1 where a model's figure is so (repeatable): 'call accuracy < 80 %'"};

Subcommand report_command();

}  // namespace touchstone
