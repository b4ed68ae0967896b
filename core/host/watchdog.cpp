#include "host/watchdog.hpp"

#include "util/deadline.hpp"

namespace touchstone {

Watchdog::Watchdog(double seconds, std::function<void()> late)
    : thread_([this, deadline = within(seconds), late = std::move(late)] {
        std::unique_lock lock(mutex_);
        if (wake_.wait_until(lock, deadline, [this] { return done_; })) return;
        lock.unlock();
        late();
      }) {}

Watchdog::~Watchdog() {
  {
    const std::lock_guard lock(mutex_);
    done_ = true;
  }
  wake_.notify_one();
  thread_.join();
}

}  // namespace touchstone
