#pragma once
// What a plugin's create receives: its block of the YAML file, validated against its options, defaults filled in.

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "touchstone/value.hpp"

namespace touchstone {

class Config {
 public:
  Config() = default;
  explicit Config(Value values) : values_(std::move(values)) {}

  bool flag(std::string_view key) const { return values_[key].flag(); }
  std::int64_t integer(std::string_view key) const { return values_[key].integer(); }
  double real(std::string_view key) const { return values_[key].number(); }            ///< also seconds and bytes
  const std::string& text(std::string_view key) const { return values_[key].text(); }  ///< also choice and path
  std::vector<std::string> texts(std::string_view key) const {
    std::vector<std::string> out;
    for (const Value& item : values_[key].list()) out.push_back(item.text());
    return out;
  }
  const Value& map(std::string_view key) const { return values_[key]; }
  /// True when the person wrote the key (an option without a default is null otherwise).
  bool has(std::string_view key) const { return !values_[key].is_null(); }
  /// Everything, as recorded with a run.
  const Value& effective() const { return values_; }

 private:
  Value values_;
};

}  // namespace touchstone
