// Keeps its contract, but for the one fault that its option names: what `conform` must find.
#include <fcntl.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <new>
#include <stdexcept>
#include <thread>

#include "touchstone/plugin.hpp"

namespace {
using namespace touchstone;

constexpr Option options[] = {{.key = "fault", .help = "What goes wrong", .fallback = "none"}};

std::atomic<int> inside{0}, calls{0};

void leave_something(std::string_view fault) {
  if (fault == "memory") static_cast<void>(::operator new(100));
  if (fault == "descriptor") ::open("/dev/null", O_RDONLY);
  if (fault == "environment") ::setenv("UNFIT", "1", 1);
  if (fault == "folder" && ::chdir("/") != 0) std::abort();
  if (fault == "signal") std::signal(SIGUSR1, SIG_IGN);
  if (fault == "thread") std::thread([] { pause(); }).detach();
  if (fault == "output") std::puts("hello");
}

void misbehave(std::string_view fault) {
  if (fault == "throws") throw std::runtime_error("no luck today");
  if (fault == "crashes") std::raise(SIGSEGV);
  if (fault == "exits") std::exit(0);
  while (fault == "hangs") pause();
}

class Unfit : public Metric {
 public:
  explicit Unfit(std::string fault) : fault_(std::move(fault)) { leave_something(fault_); }
  std::vector<Tag> tags() const override {
    const std::string hint = fault_ == "hint" ? "furlongs" : "count";
    std::vector<Tag> out{{"unfit", "", hint, fault_ == "undescribed" ? "" : "Something", "mean"}};
    if (fault_ == "same_tag") out.push_back(out.front());
    return out;
  }
  Result<std::vector<Measurement>> measure(const Sample& sample) const override {
    misbehave(fault_);
    if (fault_ == "silent_error") return Error{ErrorCode::internal, ""};
    Measurement out{.tag = fault_ == "other_tag" ? "fit" : "unfit"};
    if (fault_ == "moody") out.value = ++calls;
    if (fault_ == "infinite") out.value = std::numeric_limits<double>::infinity();
    if (fault_ == "threads") out.value = crowd();
    if (fault_ == "no_attempt" && sample.attempts.empty()) throw std::out_of_range("attempts");
    return std::vector<Measurement>{out};
  }

 private:
  /// How many threads are in here at once, after a while in which others may come.
  static int crowd() {
    const int now = ++inside;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
    const int most = std::max(now, inside.load());
    --inside;
    return most;
  }
  std::string fault_;
};
}  // namespace

TOUCHSTONE_PLUGIN(Metric, unfit, "1.0", "Has the fault that it is told to have", options,
                  [](const Config& config, Host&) { return made<Metric, Unfit>(config.text("fault")); })
