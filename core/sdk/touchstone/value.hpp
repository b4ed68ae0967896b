#pragma once
// A value of the data that crosses between files, plugins and workers: what YAML and JSON can say, with its place.

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace touchstone {

/// Where a value was written: a file and a position that starts at 1:1. Line 0 means "not from a file".
struct Place {
  std::string file;
  int line{0};
  int column{0};
};

/// An immutable-by-habit tree. A map keeps the order in which it was written; its keys are unique.
class Value {
 public:
  using List = std::vector<Value>;
  using Map = std::vector<std::pair<std::string, Value>>;

  Value() = default;
  Value(bool flag) : data_(flag) {}
  Value(int number) : data_(std::int64_t{number}) {}
  Value(long number) : data_(std::int64_t{number}) {}
  Value(long long number) : data_(std::int64_t{number}) {}
  Value(unsigned long number) : data_(static_cast<std::int64_t>(number)) {}
  Value(double number) : data_(number) {}
  Value(const char* text) : data_(std::string(text)) {}
  Value(std::string_view text) : data_(std::string(text)) {}
  Value(std::string text) : data_(std::move(text)) {}
  Value(List list) : data_(std::move(list)) {}
  Value(Map map) : data_(std::move(map)) {}

  bool is_null() const { return std::holds_alternative<std::monostate>(data_); }
  bool is_flag() const { return std::holds_alternative<bool>(data_); }
  bool is_integer() const { return std::holds_alternative<std::int64_t>(data_); }
  bool is_number() const { return is_integer() || std::holds_alternative<double>(data_); }
  bool is_text() const { return std::holds_alternative<std::string>(data_); }
  bool is_list() const { return std::holds_alternative<List>(data_); }
  bool is_map() const { return std::holds_alternative<Map>(data_); }

  // Getters never throw: a value of another type gives the fallback.
  bool flag(bool fallback = false) const { return is_flag() ? std::get<bool>(data_) : fallback; }
  std::int64_t integer(std::int64_t fallback = 0) const {
    return is_integer() ? std::get<std::int64_t>(data_) : fallback;
  }
  double number(double fallback = 0) const {
    if (is_integer()) return static_cast<double>(std::get<std::int64_t>(data_));
    return std::holds_alternative<double>(data_) ? std::get<double>(data_) : fallback;
  }
  const std::string& text() const { return is_text() ? std::get<std::string>(data_) : nothing<std::string>(); }
  std::string text_or(std::string_view fallback) const { return is_text() ? text() : std::string(fallback); }
  const List& list() const { return is_list() ? std::get<List>(data_) : nothing<List>(); }
  const Map& map() const { return is_map() ? std::get<Map>(data_) : nothing<Map>(); }

  /// The value under a key of a map, or null (never creates one).
  const Value* find(std::string_view key) const {
    for (const auto& [name, value] : map())
      if (name == key) return &value;
    return nullptr;
  }
  /// Like find, but gives a null value where there is none, so that look-ups chain.
  const Value& operator[](std::string_view key) const {
    const Value* found = find(key);
    return found ? *found : nothing<Value>();
  }
  /// Sets a key; a null value becomes a map first.
  Value& set(std::string_view key, Value value) {
    if (!is_map()) data_ = Map{};
    for (auto& [name, old] : std::get<Map>(data_))
      if (name == key) {
        old = std::move(value);
        return *this;
      }
    std::get<Map>(data_).emplace_back(std::string(key), std::move(value));
    return *this;
  }
  /// Appends to a list; a null value becomes a list first.
  Value& add(Value value) {
    if (!is_list()) data_ = List{};
    std::get<List>(data_).push_back(std::move(value));
    return *this;
  }

  Place place;  ///< where it was written; not part of equality
  friend bool operator==(const Value& a, const Value& b) { return a.data_ == b.data_; }

 private:
  template <class T>
  static const T& nothing() {
    static const T value{};
    return value;
  }
  std::variant<std::monostate, bool, std::int64_t, double, std::string, List, Map> data_;
};

}  // namespace touchstone
