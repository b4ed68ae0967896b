#pragma once
// Who may use a device: many executions share it, a timing has it alone.

#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <stop_token>
#include <string>

#include "touchstone/result.hpp"

namespace touchstone {

/// May be called from any thread. Fair to the one who wants a device alone: from when it waits, no new sharer enters.
class DeviceSlots {
 public:
  /// The right to use a device, given back at destruction; must not outlive its DeviceSlots.
  class Hold {
   public:
    Hold() = default;
    explicit Hold(std::function<void()> give_back) : give_back_(std::move(give_back)) {}
    Hold(Hold&& other) noexcept : give_back_(std::exchange(other.give_back_, nullptr)) {}
    Hold& operator=(Hold&& other) noexcept {
      std::swap(give_back_, other.give_back_);
      return *this;
    }
    ~Hold() {
      if (give_back_) give_back_();
    }

   private:
    std::function<void()> give_back_;
  };

  /// Waits for a device. Errors: `cancelled`, once a stop is requested; `unavailable`, with the reason, once the device
  /// is withdrawn. A thread that holds a share must give it back before it asks for the device alone.
  Result<Hold> share(const std::string& device, std::stop_token stop = {});
  Result<Hold> alone(const std::string& device, std::stop_token stop = {});
  /// Takes a device out for good; who holds it still gives it back. The first reason stays.
  void withdraw(const std::string& device, const std::string& reason);

 private:
  struct Use {
    int sharers{0};
    int waiting_alone{0};
    bool taken{false};
    std::string withdrawn{};  ///< why, or empty
  };
  void change(const std::function<void()>& how);
  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::map<std::string, Use> uses_;
};

}  // namespace touchstone
