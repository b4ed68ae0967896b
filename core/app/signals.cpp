#include "app/signals.hpp"

#include <pthread.h>
#include <unistd.h>

#include <csignal>

#include "app/exit_code.hpp"

namespace touchstone {
namespace {

constexpr int wake_up = SIGUSR1;  // ends the waiting thread

sigset_t awaited() {
  sigset_t set;
  sigemptyset(&set);
  for (int signal : {SIGINT, SIGTERM, SIGHUP, wake_up}) sigaddset(&set, signal);
  return set;
}

}  // namespace

StopOnSignal::StopOnSignal() {
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);  // a file that may not grow is an error of that write too
  const sigset_t set = awaited();
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  thread_ = std::thread([this] {
    const sigset_t waited = awaited();
    for (int signal = 0; sigwait(&waited, &signal) == 0 && signal != wake_up;) {
      if (stop_.stop_requested()) _exit(static_cast<int>(ExitCode::interrupted));
      stop_.request_stop();
    }
  });
}

StopOnSignal::~StopOnSignal() {
  pthread_kill(thread_.native_handle(), wake_up);
  thread_.join();
}

}  // namespace touchstone
