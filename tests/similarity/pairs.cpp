// The metric plugin `similarity` over many pairs, for tests/similarity and tools/benchmark.py:
//   similarity_pairs PLUGIN.so [option=value]… <pairs >figures
// A pair is three texts (golden, code, answer), each as its size in bytes on a line of its own and then its bytes. A
// line of figures is CodeBLEU and its four parts, or "none". Needs the SDK alone, so that it also builds beside a
// bundle.

#include <dlfcn.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <string>
#include <vector>

#include "touchstone/plugin.hpp"

using namespace touchstone;

namespace {

struct NoHost final : Host {
  void log(Level, std::string_view text) override { std::cerr << text << '\n'; }
  bool cancelled() const override { return false; }
  Result<Value> read_yaml(const std::string&) const override { return Value{}; }
  Result<Value> read_json(std::string_view, std::string_view) const override { return Value{}; }
  std::string write_json(const Value&) const override { return {}; }
  Result<std::string> read_file(const std::string&) const override { return std::string{}; }
  std::string folder(std::string_view) const override { return {}; }
  void* service(std::string_view) override { return nullptr; }
};

/// What the host makes of the YAML: defaults, and what was given in their place.
Config config_of(std::span<const Option> options, const std::vector<std::string>& given) {
  Value out;
  for (const Option& option : options) {
    std::string text(option.fallback);
    for (const std::string& it : given)
      if (it.starts_with(std::string(option.key) + "=")) text = it.substr(option.key.size() + 1);
    if (option.type == OptionType::integer)
      out.set(option.key, std::atoll(text.c_str()));
    else if (option.type == OptionType::real)
      out.set(option.key, std::atof(text.c_str()));
    else
      out.set(option.key, text);
  }
  return Config(std::move(out));
}

bool next(std::string& out) {
  std::string size;
  if (!std::getline(std::cin, size)) return false;
  out.resize(std::strtoull(size.c_str(), nullptr, 10));
  return static_cast<bool>(std::cin.read(out.data(), static_cast<std::streamsize>(out.size())));
}

int measure(const Metric& metric) {
  std::string code, answer;
  for (Task task; next(task.oracle.golden) && next(code) && next(answer);) {
    Attempt attempt;
    attempt.candidate.code = code;
    attempt.completion.text = answer;
    const auto rows = metric.measure({task, "suite", "simple", "model", 0, {attempt}});
    if (!rows) return 1;
    if (rows->empty()) std::puts("none");
    for (const Measurement& it : *rows) std::printf("%.17g%c", it.value, &it == &rows->back() ? '\n' : ' ');
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  void* library = argc > 1 ? dlopen(argv[1], RTLD_NOW) : nullptr;
  const auto* header = library ? static_cast<const PluginHeader*>(dlsym(library, "touchstone_plugin")) : nullptr;
  if (!header || std::string_view(header->toolchain) != toolchain_fingerprint()) {
    std::cerr << "no plugin of this build: " << (argc > 1 ? argv[1] : "name its file") << '\n';
    return 2;
  }
  NoHost host;
  const auto& descriptor = *static_cast<const PluginDescriptor<Metric>*>(header->descriptor);
  const auto metric = descriptor.create(config_of(descriptor.options, {argv + 2, argv + argc}), host);
  return metric ? measure(**metric) : 1;
}
