#pragma once
// What the host does for a plugin, so that no plugin brings a parser, a logger or a process of its own.

#include <string>
#include <string_view>

#include "touchstone/result.hpp"
#include "touchstone/value.hpp"

namespace touchstone {

enum class Level { debug, info, warning, error };

/// Valid from before create until after the plugin's last call. Every function may be called from any thread.
class Host {
 public:
  virtual void log(Level level, std::string_view text) = 0;
  /// True once the run is being stopped: a long loop in a plugin should return soon.
  virtual bool cancelled() const = 0;

  /// Reads a whole file into a tree; errors carry file:line:column. Duplicate keys and merge keys are errors.
  virtual Result<Value> read_yaml(const std::string& path) const = 0;
  /// Reads JSON text; `name` stands for the file in errors. Numbers outside int64 become doubles.
  virtual Result<Value> read_json(std::string_view text, std::string_view name) const = 0;
  /// Compact JSON, keys in order, one line, UTF-8 (invalid bytes replaced), NaN and infinities as strings.
  virtual std::string write_json(const Value& value) const = 0;
  virtual Result<std::string> read_file(const std::string& path) const = 0;

  /// Where the program's own data lies: "operators", "workers" (core's Python), "plugin" (the calling plugin's folder).
  virtual std::string folder(std::string_view which) const = 0;

  /// An optional ability by id, or null when this host lacks it: the place where the contract grows.
  virtual void* service(std::string_view id) = 0;

 protected:
  ~Host() = default;
};

}  // namespace touchstone
