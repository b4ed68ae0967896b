#include "app/conform.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <ostream>

#include "app/nearby.hpp"
#include "app/version.hpp"
#include "config/load.hpp"
#include "host/conform.hpp"
#include "report/grid.hpp"
#include "touchstone/plugin.hpp"
#include "util/file_system.hpp"
#include "util/hash.hpp"
#include "util/json.hpp"
#include "util/text.hpp"

namespace touchstone {
namespace {

std::size_t counted_in(const Conformance& found, std::string_view state) {
  std::size_t out = 0;
  for (const Finding& it : found.findings) out += it.state == state;
  return out;
}

Value report_value(const Conformance& found, const std::string& path, const std::string& bytes) {
  Value findings{Value::List{}}, out;
  for (const Finding& it : found.findings)
    findings.add(Value().set("part", it.part).set("what", it.what).set("state", it.state).set("detail", it.detail));
  out.set("conforms", found.holds()).set("file", path).set("sha256", sha256_hex(bytes)).set("plugin", found.about);
  out.set("touchstone", version).set("abi", static_cast<long>(abi_version)).set("toolchain", toolchain_fingerprint());
  return out.set("findings", findings);
}

std::string report_text(const Conformance& found, const std::string& path, const std::string& bytes) {
  const Value& about = found.about;
  std::string out = about.is_null() ? path + "\n"
                                    : fmt::format("{} {} {}: {}\n{}\n", about["kind"].text(), about["name"].text(),
                                                  about["version"].text(), about["summary"].text(), path);
  out += fmt::format("sha256 {}\ntouchstone {}, plugin ABI {}\n\n", sha256_hex(bytes), version, abi_version);
  Grid grid({"", "part", "what was asked", "what was found"});
  for (const Finding& it : found.findings)
    grid.add({it.state == "ok" ? "✓" : it.state == "note" ? "·" : "✗", it.part, it.what, printable(it.detail)});
  out += grid.terminal();
  const std::size_t failed = counted_in(found, "fail"), notes = counted_in(found, "note");
  return out + fmt::format("\n{}: {} held, {} failed, {} not tried\n", failed ? "does not conform" : "conforms",
                           counted_in(found, "ok"), failed, notes);
}

ExitCode run_conform(const Arguments& arguments, App& app) {
  const std::string path = std::filesystem::absolute(arguments.positional.front()).lexically_normal().string();
  const auto bytes = read_file(path);
  if (!bytes) return fail(app, Error{ErrorCode::config, bytes.error().what, path, file_hint(path)});
  const auto seconds = parse_duration(arguments.get("timeout", "60s"));
  if (!seconds || *seconds <= 0)
    return fail(app, Error{ErrorCode::config, "expected a duration such as 10s or 2min", "--timeout", ""});
  Value settings(Value::Map{});
  for (const std::string& setting : arguments.all("set"))
    if (auto applied = apply_setting(settings, setting); !applied) return fail(app, applied.error());
  const auto folder = std::filesystem::path(path).replace_extension().string();
  PluginHost host(app.host, std::filesystem::path(path).stem().string(), folder);
  const Conformance found = conform(path, settings, host, *seconds);
  app.out << (arguments.has("json") ? write_json_pretty(report_value(found, path, *bytes))
                                    : report_text(found, path, *bytes));
  return found.holds() ? ExitCode::done : ExitCode::failed;
}

}  // namespace

Subcommand conform_command() {
  return {"conform",
          "FILE.so",
          "Hold a plugin to the contract of its kind, in children",
          "touchstone conform build/lib/touchstone/plugins/models/mine.so --set file=answers.jsonl",
          1,
          1,
          {{"set", "KEY=VALUE", "an option of the plugin, as a config would give it (repeatable)"},
           {"timeout", "DURATION", "how long each part may take (default: 60s)"}},
          run_conform,
          "Exit codes: 0 it conforms, 1 it does not.\n"};
}

}  // namespace touchstone
