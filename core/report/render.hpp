#pragma once
// A summary as text for a terminal, as Markdown, or as JSON. Printers decide by a figure's hint, never by its name.

#include <string>
#include <vector>

#include "report/summary.hpp"

namespace touchstone {

/// What stands above the figures: taken from the run's manifest and counts.
struct Heading {
  std::string run;                 ///< name of the run
  std::string folder;              ///< where it lies
  std::string device;              ///< "cpu (Triton interpreter)"
  long planned{0};                 ///< samples in the plan
  std::vector<std::string> notes;  ///< everything dropped, skipped, retried or weaker than it should be
};

struct Style {
  bool colour{false};
  std::size_t sample_lines{40};  ///< lists the samples one by one when there are at most so many
};

std::string render_terminal(const Heading& heading, const Summary& summary, const Style& style);
std::string render_markdown(const Heading& heading, const Summary& summary);
Value render_json(const Heading& heading, const Summary& summary);

/// A figure's value with its unit: "41.2 %", "1.3 ms", "12 MiB", "2.10x".
std::string format_figure(double value, const Tag& tag);

}  // namespace touchstone
