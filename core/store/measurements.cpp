#include "store/measurements.hpp"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>

#include "store/records.hpp"
#include "util/file_system.hpp"
#include "util/json.hpp"
#include "util/nearest.hpp"
#include "util/text.hpp"

namespace touchstone {
namespace {

namespace fs = std::filesystem;

std::string folder_of(const RunPaths& run, const std::string& name) { return run.measurements() + "/" + name; }

Result<None> write_parts(const std::string& folder, const MeasurementSet& set) {
  std::string lines;
  for (const auto& [key, line] : set.lines) lines += write_json(line) + "\n";
  if (auto made = make_folder(folder); !made) return made;
  if (auto kept = write_file_atomically(folder + "/measurements.jsonl", lines); !kept) return kept;
  return write_file_atomically(folder + "/manifest.json", write_json_pretty(set.manifest));
}

Error no_set(const RunPaths& run, const std::string& name) {
  const std::vector<std::string> names = measurement_names(run);
  const auto near = nearest(name, names);
  const std::string all = names.empty() ? "it has none: touchstone measure adds one" : "it has: " + join(names, ", ");
  return {ErrorCode::config, "the run has no measurement '" + name + "'", run.folder,
          near ? "did you mean " + *near + "?" : all};
}

}  // namespace

Result<None> may_measure(const RunPaths& run, const std::string& name) {
  if (!is_plain(name))
    return Error{ErrorCode::config, "'" + name + "' is no name for a folder", "--as",
                 "letters, digits, '.', '_' and '-', not first a '.'"};
  if (std::error_code code; fs::exists(folder_of(run, name), code))
    return Error{ErrorCode::config, "the run has a measurement '" + name + "' already", run.folder,
                 "report --measurement " + name + " shows it; --as NAME keeps another beside it"};
  return None{};
}

Result<None> write_measurements(const RunPaths& run, const std::string& name, const MeasurementSet& set) {
  if (auto may = may_measure(run, name); !may) return may;
  const std::string part = folder_of(run, "." + name + ".part");  // what an earlier command left, if it was killed
  std::error_code code;
  fs::remove_all(part, code);
  auto kept = write_parts(part, set);
  if (kept && std::rename(part.c_str(), folder_of(run, name).c_str()) != 0)
    kept = Error{ErrorCode::environment, std::string("cannot be kept: ") + std::strerror(errno), folder_of(run, name)};
  if (kept) return kept;
  fs::remove_all(part, code);
  Error error = kept.error();
  error.code = ErrorCode::environment;
  if (error.hint.empty()) error.hint = "make the folder writable and its disk roomy; the run itself is as it was";
  return error;
}

Result<MeasurementSet> read_measurements(const RunPaths& run, const std::string& name) {
  const std::string folder = folder_of(run, name);
  if (std::error_code code; !is_plain(name) || !fs::is_directory(folder, code)) return no_set(run, name);
  auto manifest = read_json_file(folder + "/manifest.json");
  if (!manifest) return Error{ErrorCode::environment, manifest.error().what, manifest.error().where};
  MeasurementSet out{std::move(*manifest), {}};
  const auto reading = read_records(folder + "/measurements.jsonl", [&](Value line) {
    out.lines[line["key"].text()] = std::move(line);
    return true;
  });
  if (!reading) return Error{ErrorCode::environment, reading.error().what, reading.error().where};
  return out;
}

std::vector<std::string> measurement_names(const RunPaths& run) {
  auto names = list_folder(run.measurements());
  if (!names) return {};
  std::erase_if(*names, [](const std::string& name) { return !is_plain(name); });
  return *names;
}

}  // namespace touchstone
