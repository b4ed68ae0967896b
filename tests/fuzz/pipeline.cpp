// A whole config: --set from its first line where that is a comment, then the schema and the pipeline file. Each error
// has a place; what has none composes to a config that means the same.

#include "config/load.hpp"
#include "config/pipeline_config.hpp"
#include "config/yaml_reader.hpp"
#include "config/yaml_writer.hpp"
#include "fuzz/fuzz.hpp"
#include "util/text.hpp"

using namespace touchstone;

namespace {

using enum OptionType;
constexpr Option options[] = {
    {.key = "file", .type = path, .help = "A path"},
    {.key = "wait", .type = duration, .help = "A duration", .fallback = "250ms", .least = 0.001, .most = 3600},
    {.key = "memory", .type = bytes, .help = "A size", .fallback = "4GiB", .least = 1},
    {.key = "blank", .type = flag, .help = "A flag", .fallback = "false"},
    {.key = "count", .type = integer, .help = "A number", .fallback = "3", .least = 1, .most = 9},
    {.key = "share", .type = real, .help = "A share", .fallback = "0.5", .least = 0, .most = 1},
    {.key = "how", .type = choice, .help = "A choice", .fallback = "one", .choices = "one|two"},
    {.key = "words", .type = texts, .help = "Some texts", .fallback = "[a]"},
    {.key = "some", .type = texts, .help = "Some choices", .choices = "a|b"},
    {.key = "tree", .type = map, .help = "Anything"}};

Result<std::span<const Option>> find(const std::string& kind, const std::string& name) {
  if (name.size() < 8) return std::span<const Option>(options);
  if (name == "operators" || name == "accuracy") return std::span<const Option>();
  return Error{ErrorCode::config, "no " + kind + " plugin is called so", "", "there are others"};
}

void check(const Errors& errors) {
  for (const Error& error : errors) {
    fuzz::must(!error.where.empty(), "an error has a place", error.what);
    fuzz::must(!error.what.empty(), "an error says what");
    fuzz::must(error.code != ErrorCode::plugin, "defaults are sound", error.what);
  }
}

/// --set, where the first line is a comment that says one.
void set(Value& root, std::string_view text) {
  constexpr std::string_view lead = "# --set ";
  if (!text.starts_with(lead)) return;
  const auto applied = apply_setting(root, text.substr(lead.size(), text.find('\n') - lead.size()));
  if (!applied) check({applied.error()});
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = fuzz::text_of(data, size);
  auto root = read_yaml(text, "f");
  if (!root || !root->is_map()) return 0;
  set(*root, text);
  Errors errors;
  const PipelineConfig config = read_pipeline(*root, find, errors);
  check(errors);
  if (!errors.empty()) return 0;
  const Value whole = compose(config);
  const auto again = read_yaml(write_yaml(whole), "g");
  fuzz::must(again.ok(), "a composed config can be read", write_yaml(whole));
  const Value same = compose(read_pipeline(*again, find, errors));
  fuzz::must(errors.empty(), "a composed config is right", errors.empty() ? "" : errors.front().what);
  fuzz::must(write_yaml(same) == write_yaml(whole), "it means the same", write_yaml(same) + "\n" + write_yaml(whole));
  return 0;
}
