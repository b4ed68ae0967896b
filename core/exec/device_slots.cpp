#include "exec/device_slots.hpp"

namespace touchstone {

namespace {
Error stopped(const std::string& device) {
  return Error{ErrorCode::cancelled, "stopped while waiting for a device", device};
}

Error gone(const std::string& device, const std::string& reason) {
  return Error{ErrorCode::unavailable, reason, device};
}
}  // namespace

void DeviceSlots::change(const std::function<void()>& how) {
  {
    const std::scoped_lock lock(mutex_);
    how();
  }
  changed_.notify_all();
}

Result<DeviceSlots::Hold> DeviceSlots::share(const std::string& device, std::stop_token stop) {
  std::unique_lock lock(mutex_);
  Use& use = uses_[device];  // a map's values stay where they are
  const auto over = [&use] { return !use.withdrawn.empty() || (!use.taken && use.waiting_alone == 0); };
  if (!changed_.wait(lock, stop, over)) return stopped(device);
  if (!use.withdrawn.empty()) return gone(device, use.withdrawn);
  ++use.sharers;
  return Hold([this, &use] { change([&use] { --use.sharers; }); });
}

Result<DeviceSlots::Hold> DeviceSlots::alone(const std::string& device, std::stop_token stop) {
  std::unique_lock lock(mutex_);
  Use& use = uses_[device];
  ++use.waiting_alone;
  const auto over = [&use] { return !use.withdrawn.empty() || (!use.taken && use.sharers == 0); };
  const bool free = changed_.wait(lock, stop, over);
  --use.waiting_alone;
  if (!free || !use.withdrawn.empty()) {
    const Error error = free ? gone(device, use.withdrawn) : stopped(device);
    lock.unlock();
    changed_.notify_all();
    return error;
  }
  use.taken = true;
  return Hold([this, &use] { change([&use] { use.taken = false; }); });
}

void DeviceSlots::withdraw(const std::string& device, const std::string& reason) {
  change([&] {
    Use& use = uses_[device];
    if (use.withdrawn.empty()) use.withdrawn = reason.empty() ? "it was withdrawn" : reason;
  });
}

}  // namespace touchstone
