#include "app/run_status.hpp"

#include <fmt/format.h>

#include "app/manifest.hpp"
#include "util/json.hpp"

namespace touchstone {

RunStatus::RunStatus(const App& app, RunFolder& folder) : app_(app), folder_(folder) {
  if (const auto before = read_json_file(folder.paths().status())) left_out_ = (*before)["left out"];
}

void RunStatus::write(const std::string& state) {
  state_ = state;
  Value status = Value().set("state", state).set("at", app_.clock.utc());
  if (left_out_.is_list()) status.set("left out", left_out_);
  if (auto kept = folder_.write_status(status); !kept) app_.log.write(Level::warning, kept.error().what);
}

std::string RunStatus::note(const std::vector<LeftOut>& left_out) {
  std::string lines;
  for (; told_ < left_out.size(); ++told_) {
    const auto& [device, reason] = left_out[told_];
    left_out_.add(Value().set("device", device).set("reason", reason).set("at", app_.clock.utc()));
    lines += fmt::format("{} is left out from here: {}\n", device, reason);
  }
  if (!lines.empty()) write(state_);
  return lines;
}

}  // namespace touchstone
