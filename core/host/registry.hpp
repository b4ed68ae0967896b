#pragma once
// Plugins by kind and name. Opens only what is asked for.

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "config/pipeline_config.hpp"
#include "host/guard.hpp"
#include "host/services.hpp"
#include "host/watchdog.hpp"
#include "touchstone/plugin.hpp"

namespace touchstone {

/// One plugin that was found: what it says about itself (see describe_plugin), or why it cannot be used.
struct Listed {
  std::string kind, name, file;
  Value about;
  std::optional<Error> error;
  bool foreign{false};  ///< a library that is no plugin: `error` says so, and nothing is broken
};

/// A plugin that this run uses; `file` is empty for one that is part of the program.
struct OpenedPlugin {
  std::string kind, name, version, file;
};

/// What to do when a create does not return; gets the instance's name and the seconds it was given.
using LateCreate = std::function<void(const std::string& instance, double seconds)>;

/// Says so on stderr and ends the program with 4: nothing can stop a plugin's function from outside.
void end_program(const std::string& instance, double seconds);

/// Used by one thread at a time. Lives longer than the instances it made, for their hosts are its own.
class Registry {
 public:
  explicit Registry(std::vector<std::string> folders, double create_seconds = 30, LateCreate late = end_program);

  /// A plugin that is part of the program, for tests. It takes precedence over files; the header must live as long.
  void add(const PluginHeader& header) { opened_[{header.kind, header.name}] = {&header, ""}; }

  /// Opens the plugin, once, after it was opened in a child: one that crashes, exits or hangs when it is opened is an
  /// error. Other errors: those of find_plugin and open_library.
  Result<const PluginHeader*> find(const std::string& kind, const std::string& name);
  /// Every plugin that was opened so far, by kind and name: what a run's manifest records.
  std::vector<OpenedPlugin> opened() const;
  /// How many plugins lie in the folders, opened or not.
  std::size_t found() const;
  /// Every plugin of a kind, or of all where it is empty, opened in children: one that crashes, exits or hangs is
  /// reported, not suffered.
  std::vector<Listed> list(const std::string& kind = {}) const;

  /// Makes an instance from a validated block. `host` must outlive it. A create that does not return is `late`.
  template <class Interface>
  Result<std::unique_ptr<Interface>> create(const PluginBlock& block, Host& host) {
    const auto header = find(kind_of<Interface>(), block.use);
    if (!header) return header.error();
    const auto& descriptor = *static_cast<const PluginDescriptor<Interface>*>((*header)->descriptor);
    Host& own = host_for(block, host);
    const Watchdog watchdog(create_seconds_, [this, name = block.name] { late_(name, create_seconds_); });
    auto made = guarded(
        block.name, [&] { return descriptor.create(block.config, own); }, "create");
    if (made && !*made)
      return Error{ErrorCode::plugin, "its create gave neither an instance nor an error", block.name, ""};
    return made;
  }

 private:
  struct Opened {
    const PluginHeader* header;
    std::string path;
  };
  Host& host_for(const PluginBlock& block, Host& host);

  std::vector<std::string> folders_;
  double create_seconds_;
  LateCreate late_;
  std::map<std::pair<std::string, std::string>, Opened> opened_;
  std::vector<std::unique_ptr<PluginHost>> hosts_;
};

/// What read_pipeline needs: the options of a plugin. The function must not outlive the registry.
FindOptions find_options(Registry& registry);

}  // namespace touchstone
