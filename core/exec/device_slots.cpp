#include "exec/device_slots.hpp"

namespace touchstone {

namespace {
Error stopped(const std::string& device) {
  return Error{ErrorCode::cancelled, "stopped while waiting for a device", device};
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
  if (!changed_.wait(lock, stop, [&use] { return !use.taken && use.waiting_alone == 0; })) return stopped(device);
  ++use.sharers;
  return Hold([this, &use] { change([&use] { --use.sharers; }); });
}

Result<DeviceSlots::Hold> DeviceSlots::alone(const std::string& device, std::stop_token stop) {
  std::unique_lock lock(mutex_);
  Use& use = uses_[device];
  ++use.waiting_alone;
  const bool free = changed_.wait(lock, stop, [&use] { return !use.taken && use.sharers == 0; });
  --use.waiting_alone;
  if (!free) {
    lock.unlock();
    changed_.notify_all();
    return stopped(device);
  }
  use.taken = true;
  return Hold([this, &use] { change([&use] { use.taken = false; }); });
}

}  // namespace touchstone
