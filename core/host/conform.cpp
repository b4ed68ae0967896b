#include "host/conform.hpp"

#include <algorithm>
#include <filesystem>

#include "host/conform_parts.hpp"
#include "host/describe.hpp"
#include "host/discovery.hpp"
#include "host/isolated.hpp"
#include "host/library.hpp"
#include "host/traces.hpp"
#include "util/json.hpp"

namespace touchstone {
namespace {

struct Part {
  const char* name;
  void (*hold)(Trial& trial, const Traces& before);
};
constexpr Part parts[] = {{"header", [](Trial& trial, const Traces&) { hold_header(trial); }},
                          {"options", [](Trial& trial, const Traces&) { hold_options(trial); }},
                          {"create", [](Trial& trial, const Traces&) { hold_create(trial); }},
                          {"contract", [](Trial& trial, const Traces&) { hold_kind(trial); }},
                          {"threads", [](Trial& trial, const Traces&) { hold_threads(trial); }},
                          {"traces", hold_traces}};

/// The file's place says kind and name where it lies among plugins; elsewhere the header says it alone.
Expected expected_at(const std::filesystem::path& path, std::string& kind, std::string& name) {
  kind = path.parent_path().filename().string();
  if (!kind.empty() && kind.back() == 's') kind.pop_back();
  if (std::ranges::find(plugin_kinds, kind) == std::end(plugin_kinds)) return {};
  name = path.stem().string();
  return {kind, name};
}

/// In a child: one part, as one line of JSON.
std::string do_part(const Part& part, const std::string& path, const Value& settings, Host& host) {
  catch_output();
  const Traces before = take_traces();
  std::string kind, name;
  const auto header = open_library(path, expected_at(path, kind, name));
  Value out;
  if (!header) return write_json(out.set("what", header.error().what).set("hint", header.error().hint));
  Trial trial{**header, settings, host, part.name};
  part.hold(trial, before);
  Value findings{Value::List{}};
  for (const Finding& it : trial.findings)
    findings.add(Value().set("what", it.what).set("state", it.state).set("detail", it.detail));
  return write_json(out.set("about", describe_plugin(**header, path)).set("findings", findings));
}

/// Takes one part's findings; false where the file cannot be opened, which says all.
bool take(const Part& part, const Result<std::string>& text, Conformance& out) {
  if (!text) {
    out.findings.push_back({part.name, "comes through it", "fail", "while it was tried, it " + text.error().what});
    return true;
  }
  const auto said = read_json(*text, part.name);
  if (!said || !said->find("about")) {
    const std::string why = said ? (*said)["what"].text() + ": " + (*said)["hint"].text() : said.error().what;
    out.findings.push_back({part.name, "opens, and its header fits", "fail", why});
    return false;
  }
  out.about = (*said)["about"];
  for (const Value& it : (*said)["findings"].list())
    out.findings.push_back({part.name, it["what"].text(), it["state"].text(), it["detail"].text()});
  return true;
}

}  // namespace

void Trial::hold(std::string what, const Problems& problems) {
  std::vector<std::string> distinct;
  for (const std::string& problem : problems)
    if (std::ranges::find(distinct, problem) == distinct.end()) distinct.push_back(problem);
  const std::size_t shown = std::min<std::size_t>(distinct.size(), 3);
  std::string detail;
  for (std::size_t i = 0; i < shown; ++i) detail += (i ? "; " : "") + distinct[i];
  if (distinct.size() > shown) detail += fmt::format("; and {} more", distinct.size() - shown);
  findings.push_back({part, std::move(what), problems.empty() ? "ok" : "fail", std::move(detail)});
}

bool Conformance::holds() const {
  return std::ranges::none_of(findings, [](const Finding& finding) { return finding.state == "fail"; });
}

Conformance conform(const std::string& path, const Value& settings, Host& host, double seconds) {
  Conformance out;
  for (const Part& part : parts)
    if (!take(part, in_child([&] { return do_part(part, path, settings, host); }, seconds), out)) break;
  return out;
}

}  // namespace touchstone
