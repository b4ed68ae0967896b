#include "exec/launcher.hpp"

namespace touchstone {

Launcher::Launcher() : thread_([this] { serve(); }) {}

Launcher::~Launcher() {
  {
    const std::scoped_lock lock(mutex_);
    over_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

Result<Process> Launcher::start(Spawn spawn) {
  spawn.die_with_thread = true;
  Job job{.spawn = std::move(spawn)};
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return job_ == nullptr; });
  job_ = &job;
  changed_.notify_all();
  changed_.wait(lock, [&job] { return job.done; });
  return std::move(job.started);
}

void Launcher::serve() {
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [this] { return job_ != nullptr || over_; });
    if (job_ == nullptr) return;
    Job& job = *job_;
    lock.unlock();
    job.started = Process::start(job.spawn);
    lock.lock();
    job.done = true;
    job_ = nullptr;
    changed_.notify_all();
  }
}

}  // namespace touchstone
