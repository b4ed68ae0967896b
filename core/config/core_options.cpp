#include "config/core_options.hpp"

namespace touchstone {
namespace {

using enum OptionType;

constexpr Option pipeline[] = {
    {.key = "name", .type = text, .help = "Name of the run, and of its folder", .required = true},
    {.key = "seed",
     .type = integer,
     .help = "Drives sampling, draws and bootstrap; never inputs",
     .fallback = "1",
     .least = 0},
    {.key = "secret",
     .type = text,
     .help = "Judging secret that inputs derive from; drawn for each run when left out",
     .secret = true},
    {.key = "include",
     .type = map,
     .help = "Files to start from: their maps are merged with this one, lists are replaced"},
    {.key = "suites", .type = map, .help = "Where tasks come from: a list of plugins", .required = true},
    {.key = "models", .type = map, .help = "Who answers: a list of plugins", .required = true},
    {.key = "prompts", .type = map, .help = "How models are asked: a list of styles", .fallback = "[simple]"},
    {.key = "runtime", .type = map, .help = "What candidates run on: a plugin and its device", .required = true},
    {.key = "judges",
     .type = texts,
     .help = "Rules from outputs to outcome",
     .fallback = "[strict]",
     .choices = "strict|paper"},
    {.key = "metrics", .type = map, .help = "What is measured of a judged sample: a list of plugins", .fallback = "[]"},
    {.key = "profilers", .type = map, .help = "Who watches an execution: a list of plugins", .fallback = "[]"},
    {.key = "draws",
     .type = integer,
     .help = "Answers wanted of a model to each task; 0: all that it has, or one",
     .fallback = "0",
     .least = 0,
     .most = 10000},
    {.key = "limits", .type = map, .help = "What a candidate may use, and how much runs at once", .fallback = "{}"},
    {.key = "report",
     .type = texts,
     .help = "What is written at the end",
     .fallback = "[table]",
     .choices = "table|json|markdown"},
    {.key = "output", .type = path, .help = "Folder of the run; left out: runs/<name> in the current folder"}};

constexpr Option limits[] = {
    {.key = "call_timeout", .type = duration, .help = "Longest call of a candidate", .fallback = "30s", .least = 0.001},
    {.key = "load_timeout",
     .type = duration,
     .help = "Longest import of a candidate",
     .fallback = "30s",
     .least = 0.001},
    {.key = "program_timeout",
     .type = duration,
     .help = "Longest run of a whole program (the judge paper)",
     .fallback = "120s",
     .least = 0.001},
    {.key = "checker_timeout",
     .type = duration,
     .help = "Longest answer of a checker",
     .fallback = "120s",
     .least = 0.001},
    {.key = "timing",
     .type = duration,
     .help = "How long each bench case is timed",
     .fallback = "300ms",
     .least = 0.001},
    {.key = "memory", .type = bytes, .help = "Host memory of a candidate", .fallback = "4GiB", .least = 1},
    {.key = "output",
     .type = bytes,
     .help = "Largest file or output that a candidate may write",
     .fallback = "1GiB",
     .least = 1},
    {.key = "arguments", .type = bytes, .help = "Largest arguments of one call", .fallback = "1GiB", .least = 1},
    {.key = "parallel",
     .type = integer,
     .help = "Samples in execution at once; 0 chooses by the machine",
     .fallback = "0",
     .least = 0,
     .most = 1024}};

constexpr Option use{.key = "use", .type = text, .help = "Name of the plugin", .required = true};
constexpr Option as{
    .key = "as", .type = text, .help = "Name of this instance, unique in its kind; left out: the plugin's"};
constexpr Option where{.key = "where", .type = map, .help = "Filter on tasks: tags, names, family, difficulty"};
constexpr Option device{
    .key = "device",
    .type = text,
    .help = "Device to run on, or family to use all like devices of; auto: the first family that is usable",
    .fallback = "auto"};
constexpr Option filter[] = {
    {.key = "tags", .type = texts, .help = "Tasks with any of these tags"},
    {.key = "names", .type = texts, .help = "Tasks with any of these ids; * stands for anything"},
    {.key = "family", .type = texts, .help = "Tasks of any of these families"},
    {.key = "difficulty", .type = map, .help = "A number, a list of numbers, or {least: 1, most: 3}"}};
constexpr Option filtered_block[] = {use, as, where};
constexpr Option plain_block[] = {use, as};
constexpr Option runtime_block[] = {use, device};
constexpr Option prompt[] = {
    {.key = "style", .type = choice, .help = "How the task is worded", .required = true, .choices = "simple|complex"}};

// What the choices of the tables above mean.
constexpr Option judges[] = {
    {.key = "strict",
     .help = "Ours: every element within an error bound around an fp64 reference, and its own kernels"},
    {.key = "paper", .help = "That of the suite's paper, its defects included"}};
constexpr Option styles[] = {{.key = "simple", .help = "The task in a sentence or two"},
                             {.key = "complex", .help = "All that the reference does: shapes, dtypes, edge cases"}};
constexpr Option reports[] = {{.key = "table", .help = "For a terminal"},
                              {.key = "json", .help = "For programs"},
                              {.key = "markdown", .help = "For a page"}};

}  // namespace

std::span<const Option> pipeline_options() { return pipeline; }
std::span<const Option> limit_options() { return limits; }
std::span<const Option> block_options(std::string_view kind) {
  if (kind == "runtime") return runtime_block;
  if (kind == "suite" || kind == "model") return filtered_block;
  return plain_block;
}
std::span<const Option> prompt_options() { return prompt; }
std::span<const Option> where_options() { return filter; }
std::span<const Option> choice_options(std::string_view key) {
  if (key == "judges") return judges;
  if (key == "prompts") return styles;
  return key == "report" ? std::span<const Option>(reports) : std::span<const Option>();
}

}  // namespace touchstone
