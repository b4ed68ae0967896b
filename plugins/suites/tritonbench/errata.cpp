#include "errata.hpp"

#include <algorithm>
#include <filesystem>

namespace touchstone::tritonbench {
namespace {

namespace fs = std::filesystem;

bool is_kind(std::string_view kind) {
  std::string_view kinds = erratum_kinds;
  while (!kinds.empty()) {
    const std::size_t end = std::min(kinds.find('|'), kinds.size());
    if (kinds.substr(0, end) == kind) return true;
    kinds.remove_prefix(std::min(end + 1, kinds.size()));
  }
  return false;
}

Result<Erratum> erratum_of(const Value& item, Errata& of, const std::string& where) {
  Erratum out{item["kind"].text(), item["what"].text(), item["source"].text()};
  if (!is_kind(out.kind))
    return Error{ErrorCode::config, "unknown kind '" + out.kind + "'", where, "one of " + std::string(erratum_kinds)};
  if (out.what.empty() || out.source.empty())
    return Error{ErrorCode::config, "an erratum without 'what' or 'source'", where,
                 "say what is wrong and how you know"};
  for (const auto& [key, value] : item.map()) {
    if (key == "policy")
      for (const auto& [name, set] : value.map()) of.policy.set(name, set);
    else if (key == "not_judged")
      of.not_judged = value.text();
    else if (key != "kind" && key != "what" && key != "source")
      return Error{ErrorCode::config, "unknown key '" + key + "'", where, "kind, what, source, policy or not_judged"};
  }
  return out;
}

/// Where nothing of ours stands in its place, a golden that is wrong cannot be compared with.
void settle(Errata& errata) {
  const auto wrong = std::find_if(errata.list.begin(), errata.list.end(),
                                  [](const Erratum& one) { return one.kind == "wrong golden"; });
  if (wrong != errata.list.end() && errata.reference.empty() && errata.not_judged.empty())
    errata.not_judged = "upstream's reference does not do what its description says: " + wrong->what;
}

}  // namespace

Result<ErrataBook> ErrataBook::read(const Host& host, const std::string& folder, const Channel& channel) {
  ErrataBook book;
  const std::string file = folder + "/errata.yaml";
  Result<Value> value = host.read_yaml(file);
  if (!value) return value.error();
  for (const auto& [id, list] : (*value)[channel.name].map())
    for (const Value& item : list.list()) {
      Errata& errata = book.all_[id];
      Result<Erratum> one = erratum_of(item, errata, file + ": " + id);
      if (!one) return one.error();
      errata.list.push_back(*std::move(one));
    }
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(fs::path(folder) / "references" / channel.name, ignored)) {
    if (entry.path().extension() != ".py") continue;
    Result<std::string> text = host.read_file(entry.path().string());
    if (!text) return text.error();
    book.all_[entry.path().stem().string()].reference = *std::move(text);
  }
  for (auto& [id, errata] : book.all_) settle(errata);
  return book;
}

const Errata& ErrataBook::of(const std::string& id) const {
  static const Errata none;
  const auto found = all_.find(id);
  return found == all_.end() ? none : found->second;
}

}  // namespace touchstone::tritonbench
