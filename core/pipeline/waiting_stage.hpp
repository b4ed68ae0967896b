#pragma once
// Threads for a stage that waits: a queue of work, and for each thread a preference for work like its last.

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace touchstone {

template <class Item>
class WaitingStage {
 public:
  using Body = std::function<void(Item, std::size_t thread)>;
  using Affinity = std::function<std::string(const Item&)>;

  WaitingStage(std::size_t threads, Body body, Affinity affinity)
      : body_(std::move(body)), affinity_(std::move(affinity)) {
    for (std::size_t i = 0; i < threads; ++i) threads_.emplace_back([this, i] { serve(i); });
  }
  ~WaitingStage() {
    {
      const std::lock_guard lock(mutex_);
      closed_ = true;
    }
    wake_.notify_all();
    for (std::thread& thread : threads_) thread.join();
  }
  WaitingStage(const WaitingStage&) = delete;
  WaitingStage& operator=(const WaitingStage&) = delete;

  /// [any thread] Never waits.
  void push(Item item) {
    {
      const std::lock_guard lock(mutex_);
      queue_.push_back(std::move(item));
    }
    wake_.notify_one();
  }

 private:
  void serve(std::size_t thread) {
    std::string last;
    for (;;) {
      std::unique_lock lock(mutex_);
      wake_.wait(lock, [&] { return closed_ || !queue_.empty(); });
      if (queue_.empty()) return;
      auto next = queue_.begin();
      for (auto item = queue_.begin(); item != queue_.end(); ++item)
        if (affinity_(*item) == last) {
          next = item;
          break;
        }
      Item item = std::move(*next);
      queue_.erase(next);
      lock.unlock();
      last = affinity_(item);
      body_(std::move(item), thread);
    }
  }

  Body body_;
  Affinity affinity_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Item> queue_;
  bool closed_{false};
  std::vector<std::thread> threads_;
};

}  // namespace touchstone
