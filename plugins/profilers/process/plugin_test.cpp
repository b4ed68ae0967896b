#include <doctest/doctest.h>

#include "support/fake_host.hpp"
#include "touchstone/plugin.hpp"

using namespace touchstone;

extern "C" const PluginHeader touchstone_plugin;

TEST_CASE("usage becomes figures; what was not seen does not") {
  FakeHost host;
  const auto made =
      static_cast<const PluginDescriptor<Profiler>*>(touchstone_plugin.descriptor)->create(Config{}, host);
  const Profiler& profiler = *made.value();
  CHECK(profiler.inject(Device{}).environment.empty());
  CHECK(profiler.inject(Device{}).wrapper.empty());

  Execution execution;
  CHECK(profiler.read(execution)->empty());
  execution.usage = {2.5, 1.25, 4096};
  const auto rows = *profiler.read(execution);
  REQUIRE(rows.size() == 3);
  CHECK(rows[0].value == 2.5);
  CHECK(rows[1].value == 1.25);
  CHECK(rows[2].value == 4096);
  for (std::size_t i = 0; i < rows.size(); ++i) CHECK(rows[i].tag == profiler.tags()[i].name);
  execution.usage.peak_bytes = 0;
  CHECK(profiler.read(execution)->size() == 2);
}
