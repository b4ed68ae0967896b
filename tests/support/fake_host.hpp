#pragma once
// A host for tests of plugins: reads YAML, JSON and files as the real one does, keeps what was logged, and stops when
// told.

#include <atomic>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "config/yaml_reader.hpp"
#include "touchstone/host.hpp"
#include "util/file_system.hpp"
#include "util/json.hpp"

namespace touchstone {

struct FakeHost final : Host {
  std::map<std::string, std::string, std::less<>> folders;  ///< what folder() gives; another name gives an empty text
  std::map<std::string, void*, std::less<>> services;       ///< what service() gives; another id gives null
  std::vector<std::string> lines;                           ///< what was logged
  std::atomic<bool> stop{false};

  void log(Level, std::string_view text) override {
    const std::lock_guard lock(mutex_);
    lines.emplace_back(text);
  }
  bool cancelled() const override { return stop; }
  Result<Value> read_yaml(const std::string& path) const override { return read_yaml_file(path); }
  Result<Value> read_json(std::string_view text, std::string_view name) const override {
    return touchstone::read_json(text, name);
  }
  std::string write_json(const Value& value) const override { return touchstone::write_json(value); }
  Result<std::string> read_file(const std::string& path) const override { return touchstone::read_file(path); }
  std::string folder(std::string_view which) const override {
    const auto found = folders.find(which);
    return found == folders.end() ? "" : found->second;
  }
  void* service(std::string_view id) override {
    const auto found = services.find(id);
    return found == services.end() ? nullptr : found->second;
  }

 private:
  std::mutex mutex_;
};

}  // namespace touchstone
