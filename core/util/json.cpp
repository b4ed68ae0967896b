#include "util/json.hpp"

#include "util/file_system.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

namespace touchstone {
namespace {

using Json = nlohmann::json;

/// "name:line:column" of a byte of the text.
std::string place_of(std::string_view text, std::string_view name, std::size_t byte) {
  const std::string_view before = text.substr(0, std::min(byte, text.size()));
  const auto line = 1 + std::count(before.begin(), before.end(), '\n');
  const std::size_t start = before.rfind('\n') + 1;  // npos + 1 is 0
  return fmt::format("{}:{}:{}", name, line, before.size() - start + 1);
}

/// nlohmann says "[json.exception.parse_error.101] parse error at line 1, column 2: syntax error …": keep what follows.
std::string cause_of(std::string_view text) {
  const std::size_t end = text.find("] ");
  if (end != std::string_view::npos) text.remove_prefix(end + 2);
  const std::size_t colon = text.find(": ");
  if (text.starts_with("parse error at") && colon != std::string_view::npos) text.remove_prefix(colon + 2);
  return std::string(text);
}

/// Walks the text and counts what was taken, so that events, which have no place of their own, know where they are.
class Cursor {
 public:
  using iterator_category = std::input_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = const char&;

  Cursor(const char* at, std::size_t& taken) : at_(at), taken_(&taken) {}
  reference operator*() const { return *at_; }
  Cursor& operator++() {
    ++at_;
    ++*taken_;
    return *this;
  }
  friend bool operator==(const Cursor& a, const Cursor& b) { return a.at_ == b.at_; }

 private:
  const char* at_;
  std::size_t* taken_;
};

/// Builds a Value from the parser's events. Returning false stops the parser; `error` then says why.
class Builder : public nlohmann::json_sax<Json> {
 public:
  Builder(std::string_view text, std::string_view name) : text_(text), name_(name) {}

  bool null() override { return add(Value()); }
  bool boolean(bool flag) override { return add(flag); }
  bool number_integer(std::int64_t number) override { return add(Value(static_cast<long long>(number))); }
  bool number_unsigned(std::uint64_t number) override {
    if (number > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()))
      return add(static_cast<double>(number));
    return add(Value(static_cast<long long>(number)));
  }
  bool number_float(double number, const std::string&) override { return add(number); }
  bool string(std::string& text) override { return add(std::move(text)); }
  bool binary(Json::binary_t&) override { return fail("binary data"); }
  bool start_object(std::size_t) override { return open(true); }
  bool start_array(std::size_t) override { return open(false); }
  bool key(std::string& key) override {
    levels_.back().keys.push_back(std::move(key));
    return true;
  }
  bool end_array() override { return close(Value(std::move(levels_.back().items))); }
  bool end_object() override {
    Level& level = levels_.back();
    if (const std::string twice = duplicate(level.keys); !twice.empty())
      return fail(fmt::format("key '{}' is there twice", twice));
    Value::Map map;
    map.reserve(level.keys.size());
    for (std::size_t i = 0; i < level.keys.size(); ++i)
      map.emplace_back(std::move(level.keys[i]), std::move(level.items[i]));
    return close(Value(std::move(map)));
  }
  bool parse_error(std::size_t byte, const std::string&, const nlohmann::detail::exception& exception) override {
    const std::size_t at = byte ? byte - 1 : 0;
    error = {ErrorCode::io, "not valid JSON: " + cause_of(exception.what()), place_of(text_, name_, at), ""};
    return false;
  }

  Value root;
  Error error;
  std::size_t taken{0};  ///< bytes of the text that the parser has read

 private:
  struct Level {
    bool is_map;
    Value::List items;
    std::vector<std::string> keys;
  };

  static std::string duplicate(const std::vector<std::string>& keys) {
    std::vector<std::string_view> sorted(keys.begin(), keys.end());
    std::sort(sorted.begin(), sorted.end());
    const auto twice = std::adjacent_find(sorted.begin(), sorted.end());
    return twice == sorted.end() ? "" : std::string(*twice);
  }
  bool fail(std::string what) {
    error = {ErrorCode::io, "not usable JSON: " + std::move(what), place_of(text_, name_, taken ? taken - 1 : 0), ""};
    return false;
  }
  bool open(bool is_map) {
    if (levels_.size() >= json_depth_limit) return fail(fmt::format("nested deeper than {} levels", json_depth_limit));
    levels_.push_back({is_map, {}, {}});
    return true;
  }
  bool close(Value value) {
    levels_.pop_back();
    return add(std::move(value));
  }
  bool add(Value value) {
    if (levels_.empty())
      root = std::move(value);
    else
      levels_.back().items.push_back(std::move(value));
    return true;
  }

  std::string_view text_, name_;
  std::vector<Level> levels_;
};

std::string quoted(const std::string& text) { return Json(text).dump(-1, ' ', false, Json::error_handler_t::replace); }

std::string scalar(const Value& value) {
  if (value.is_null()) return "null";
  if (value.is_flag()) return value.flag() ? "true" : "false";
  if (value.is_integer()) return fmt::format("{}", value.integer());
  if (value.is_text()) return quoted(value.text());
  const double number = value.number();
  if (std::isnan(number)) return "\"nan\"";
  if (std::isinf(number)) return number > 0 ? "\"inf\"" : "\"-inf\"";
  return Json(number).dump();
}

/// Appends `value`; `indent` is the depth for pretty text, or negative for compact text.
void write(const Value& value, int indent, std::string& out) {
  if (!value.is_list() && !value.is_map()) {
    out += scalar(value);
    return;
  }
  const bool pretty = indent >= 0;
  const int inner = pretty ? indent + 1 : indent;
  bool first = true;
  const auto next = [&] {
    if (!first) out += ',';
    if (pretty) out += '\n' + std::string(static_cast<std::size_t>(inner) * 2, ' ');
    first = false;
  };
  out += value.is_map() ? '{' : '[';
  for (const Value& item : value.list()) {
    next();
    write(item, inner, out);
  }
  for (const auto& [key, item] : value.map()) {
    next();
    out += quoted(key) + (pretty ? ": " : ":");
    write(item, inner, out);
  }
  if (pretty && !first) out += '\n' + std::string(static_cast<std::size_t>(indent) * 2, ' ');
  out += value.is_map() ? '}' : ']';
}

}  // namespace

Result<Value> read_json(std::string_view text, std::string_view name) {
  Builder builder(text, name);
  const Cursor start(text.data(), builder.taken), end(text.data() + text.size(), builder.taken);
  if (!Json::sax_parse(start, end, &builder)) return builder.error;
  return std::move(builder.root);
}

Result<Value> read_json_file(const std::string& path) {
  auto text = read_file(path);
  if (!text) return text.error();
  return read_json(*text, path);
}

std::string write_json(const Value& value) {
  std::string out;
  write(value, -1, out);
  return out;
}

std::string write_json_pretty(const Value& value) {
  std::string out;
  write(value, 0, out);
  return out + '\n';
}

Value texts_value(const std::vector<std::string>& texts) {
  Value out{Value::List{}};
  for (const std::string& text : texts) out.add(text);
  return out;
}

}  // namespace touchstone
