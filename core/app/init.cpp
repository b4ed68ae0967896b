#include "app/init.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <ostream>

#include "config/commented.hpp"
#include "config/load.hpp"
#include "host/registry.hpp"
#include "util/file_system.hpp"
#include "util/text.hpp"

namespace touchstone {
namespace {

/// The item of a list that uses a plugin, or {use: name} where there is none.
Value item_for(const Value& list, const std::string& name) {
  for (const Value& item : list.list())
    if (item.text() == name || item["use"].text() == name) return item;
  return Value().set("use", name);
}

/// The shipped quick start, with the plugins that were named in place of its own.
Result<Value> chosen(const Arguments& arguments, App& app) {
  auto root = load_config(app.layout.configs + "/quickstart.yaml");
  if (!root) return root;
  for (const auto& [flag, key] :
       {std::pair{"suite", "suites"}, {"model", "models"}, {"metric", "metrics"}, {"profiler", "profilers"}}) {
    if (!arguments.has(flag)) continue;
    Value list;
    for (const std::string& name : arguments.all(flag)) list.add(item_for((*root)[key], name));
    root->set(key, list);
  }
  if (arguments.has("runtime"))
    root->set("runtime", item_for(Value().add((*root)["runtime"]), arguments.get("runtime")));
  for (const std::string& setting : arguments.all("set"))
    if (auto applied = apply_setting(*root, setting); !applied) return applied.error();
  return root;
}

ExitCode init(const Arguments& arguments, App& app) {
  const std::string file = arguments.positional.empty() ? "" : arguments.positional.front();
  if (!file.empty() && std::filesystem::exists(std::filesystem::symlink_status(file)))
    return fail(app, Error{ErrorCode::config, "there is something of that name already", file,
                           "give another name: nothing is overwritten"});
  const auto root = chosen(arguments, app);
  if (!root) return fail(app, root.error());
  Errors errors;
  const CommentedConfig config = commented_config(*root, find_options(app.registry), errors);
  if (!errors.empty()) return fail(app, errors);
  if (file.empty()) {
    app.out << config.text;
  } else if (auto kept = write_file_atomically(file, config.text); !kept) {
    return fail(app, kept.error());
  }
  if (!config.to_fill.empty())
    app.err << "to be filled in, for no default is known: " << join(config.to_fill, ", ") << '\n';
  if (!file.empty()) app.err << fmt::format("wrote {}; touchstone check {}\n", file, file);
  return ExitCode::done;
}

}  // namespace

Subcommand init_command() {
  return {"init",
          "[FILE]",
          "Write a config with every key explained, to start from",
          "touchstone init my.yaml --model command --metric accuracy",
          0,
          1,
          {{"suite", "NAME", "a suite in place of the quick start's (repeatable, as all of these)"},
           {"model", "NAME", "a model"},
           {"metric", "NAME", "a metric"},
           {"profiler", "NAME", "a profiler"},
           {"runtime", "NAME", "the runtime"},
           {"set", "KEY=VALUE", "change a key (repeatable): name=mine"}},
          init,
          "Without FILE it is printed. A plugin that the quick start uses too keeps the options that it has there.\n"};
}

}  // namespace touchstone
