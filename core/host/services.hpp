#pragma once
// What the host does for plugins, over util and config.

#include <stop_token>
#include <string>

#include "touchstone/host.hpp"
#include "util/log.hpp"

namespace touchstone {

/// Where the program's own data lies, absolute.
struct DataFolders {
  std::string operators, workers;
};

/// The host that one run's plugins share. Lives longer than every instance. Functions may be called from any thread.
class Services final : public Host {
 public:
  Services(const Log& log, std::stop_token stop, DataFolders folders)
      : log_(log), folders_(std::move(folders)), stop_(std::move(stop)) {}

  void log(Level level, std::string_view text) override { log_.write(level, text); }
  bool cancelled() const override { return stop_.stop_requested(); }
  Result<Value> read_yaml(const std::string& path) const override;
  Result<Value> read_json(std::string_view text, std::string_view name) const override;
  std::string write_json(const Value& value) const override;
  Result<std::string> read_file(const std::string& path) const override;
  /// "operators" or "workers"; "plugin" only through a PluginHost; anything else is empty.
  std::string folder(std::string_view which) const override;
  void* service(std::string_view) override { return nullptr; }

 private:
  const Log& log_;
  DataFolders folders_;
  std::stop_token stop_;
};

/// The host as one instance sees it: knows the plugin's folder, puts the instance's name before what it logs.
class PluginHost final : public Host {
 public:
  PluginHost(Host& host, std::string instance, std::string folder)
      : host_(host), instance_(std::move(instance)), folder_(std::move(folder)) {}

  void log(Level level, std::string_view text) override { host_.log(level, instance_ + ": " + std::string(text)); }
  bool cancelled() const override { return host_.cancelled(); }
  Result<Value> read_yaml(const std::string& path) const override { return host_.read_yaml(path); }
  Result<Value> read_json(std::string_view text, std::string_view name) const override {
    return host_.read_json(text, name);
  }
  std::string write_json(const Value& value) const override { return host_.write_json(value); }
  Result<std::string> read_file(const std::string& path) const override { return host_.read_file(path); }
  std::string folder(std::string_view which) const override {
    return which == "plugin" ? folder_ : host_.folder(which);
  }
  void* service(std::string_view id) override { return host_.service(id); }

 private:
  Host& host_;
  std::string instance_, folder_;
};

}  // namespace touchstone
