#include "host/services.hpp"

#include "config/yaml_reader.hpp"
#include "util/file_system.hpp"
#include "util/json.hpp"

namespace touchstone {

Result<Value> Services::read_yaml(const std::string& path) const { return read_yaml_file(path); }
Result<Value> Services::read_json(std::string_view text, std::string_view name) const {
  return touchstone::read_json(text, name);
}
std::string Services::write_json(const Value& value) const { return touchstone::write_json(value); }
Result<std::string> Services::read_file(const std::string& path) const { return touchstone::read_file(path); }

std::string Services::folder(std::string_view which) const {
  if (which == "operators") return folders_.operators;
  return which == "workers" ? folders_.workers : "";
}

}  // namespace touchstone
