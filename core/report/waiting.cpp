#include "report/waiting.hpp"

#include <fmt/format.h>

#include <chrono>

namespace touchstone {

Waiting::Waiting(std::ostream& out, bool terminal, std::string what, std::function<double()> seconds)
    : out_(out), what_(std::move(what)), seconds_(std::move(seconds)) {
  if (terminal)
    ticker_ = std::jthread([this](const std::stop_token& stop) { tick(stop); });
  else
    out_ << what_ << " …\n" << std::flush;
}

Waiting::~Waiting() {
  if (!ticker_.joinable()) return;
  ticker_.request_stop();
  ticker_.join();
  out_ << "\r\x1b[K" << std::flush;
}

void Waiting::tick(const std::stop_token& stop) {
  const double start = seconds_();
  std::unique_lock held(lock_);
  while (!stop.stop_requested()) {
    out_ << fmt::format("\r\x1b[K{} … {:.0f} s", what_, seconds_() - start) << std::flush;
    ended_.wait_for(held, stop, std::chrono::milliseconds(500), [] { return false; });
  }
}

}  // namespace touchstone
