#include "report/progress.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "util/text.hpp"

namespace touchstone {
namespace {

std::string span(double seconds) {
  const long whole = static_cast<long>(seconds + 0.5);
  if (whole < 60) return fmt::format("{} s", whole);
  if (whole < 3600) return fmt::format("{}:{:02} min", whole / 60, whole % 60);
  return fmt::format("{}:{:02} h", whole / 3600, whole / 60 % 60);
}

}  // namespace

Progress::Progress(std::ostream& out, bool terminal, long total, long done, std::function<double()> seconds)
    : out_(out),
      terminal_(terminal),
      total_(total),
      before_(done),
      done_(done),
      seconds_(std::move(seconds)),
      start_(seconds_()),
      shown_at_(terminal ? start_ - 1 : start_),
      shown_(done) {}

void Progress::add(const std::string& outcome) {
  ++done_;
  ++outcomes_[outcome];
  const double now = seconds_();
  const bool due = terminal_ ? now - shown_at_ >= 0.1 : now - shown_at_ >= 30 || (done_ - shown_) * 10 >= total_;
  if (!due && done_ != total_) return;
  shown_at_ = now;
  shown_ = done_;
  if (terminal_)
    out_ << "\r\x1b[K" << line(now) << std::flush;
  else
    out_ << line(now) << '\n' << std::flush;
}

std::string Progress::line(double now) const {
  std::string out = fmt::format("{}/{}", done_, total_);
  for (const auto& [outcome, count] : outcomes_) out += fmt::format(" · {} {}", count, outcome);
  if (most_devices_ > 1) out += fmt::format(" · on {}", counted(devices_, "device"));
  const long here = done_ - before_;
  if (here > 0 && done_ < total_)
    out += fmt::format(" · {} left",
                       span((now - start_) / static_cast<double>(here) * static_cast<double>(total_ - done_)));
  return out;
}

void Progress::on(std::size_t devices) {
  devices_ = devices;
  most_devices_ = std::max(most_devices_, devices);
}

void Progress::say(const std::string& lines) {
  if (lines.empty()) return;
  finish();
  out_ << lines << std::flush;
  if (terminal_) out_ << line(seconds_()) << std::flush;
}

void Progress::finish() {
  if (terminal_) out_ << "\r\x1b[K" << std::flush;
}

}  // namespace touchstone
