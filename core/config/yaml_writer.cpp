#include "config/yaml_writer.hpp"

#include <algorithm>

#include "config/scalar.hpp"

namespace touchstone {
namespace {

bool is_scalar(const Value& value) { return !value.is_map() && !value.is_list(); }

/// Fits on its key's line: a scalar, an empty map, a list of scalars.
bool is_short(const Value& value) {
  return is_scalar(value) || (value.is_map() && value.map().empty()) ||
         (value.is_list() && std::all_of(value.list().begin(), value.list().end(), is_scalar));
}

std::string short_text(const Value& value) {
  if (is_scalar(value)) return write_scalar(value);
  if (value.is_map()) return "{}";
  std::string out = "[";
  for (const Value& item : value.list()) out += (out.size() > 1 ? ", " : "") + write_scalar(item);
  return out + "]";
}

/// Writes a map or list whose first line has already been indented.
void write_block(const Value& value, std::size_t indent, std::string& out) {
  const std::string margin(indent, ' ');
  bool first = true;
  const auto start = [&](const std::string& lead) {
    out += (first ? "" : margin) + lead;
    first = false;
  };
  for (const auto& [key, item] : value.map()) {
    start(write_scalar(Value(key)) + ":");
    if (is_short(item)) {
      out += " " + short_text(item) + "\n";
    } else {
      out += "\n" + std::string(indent + 2, ' ');
      write_block(item, indent + 2, out);
    }
  }
  for (const Value& item : value.list()) {
    start("- ");
    if (is_short(item))
      out += short_text(item) + "\n";
    else
      write_block(item, indent + 2, out);
  }
}

}  // namespace

std::string write_yaml(const Value& value) {
  if (is_short(value)) return short_text(value) + "\n";
  std::string out;
  write_block(value, 0, out);
  return out;
}

}  // namespace touchstone
