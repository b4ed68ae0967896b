#include "exec/pool.hpp"

namespace touchstone {

Pool::Pool(Parent& parent, std::string base, std::size_t ahead)
    : parent_(parent), base_(std::move(base)), ahead_(ahead) {}

/// Asks for a worker without waiting for it.
Result<Seat> Pool::begin() {
  auto folder = WorkFolder::create(base_);
  if (!folder) return folder.error();
  auto worker = parent_.fork(folder->work(), folder->log());
  if (!worker) return worker.error();
  return Seat{std::move(*folder), std::move(*worker)};
}

Result<Seat> Pool::take(double hello_seconds) {
  Error trouble;
  for (int attempt = 0; attempt < 2; ++attempt) {
    const bool spare = !spares_.empty();
    auto seat = spare ? Result<Seat>(std::move(spares_.front())) : begin();
    if (spare) spares_.pop_front();
    if (!seat) return seat;
    if (auto greeted = seat->worker->greet(within(hello_seconds)); !greeted) {
      ++counts_.replaced;
      trouble = greeted.error();
      spares_.clear();  // they come from the same parent
      continue;
    }
    ++counts_.taken;
    counts_.ready += spare;
    while (spares_.size() < ahead_) {
      auto next = begin();
      if (!next) break;  // whoever needs it will meet the reason
      spares_.push_back(std::move(*next));
    }
    return seat;
  }
  return trouble;
}

}  // namespace touchstone
