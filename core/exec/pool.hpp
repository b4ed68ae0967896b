#pragma once
// Ready-made workers: each take() forks the next one ahead, so that its start is hidden behind the work of this one.

#include <deque>
#include <memory>

#include "exec/parent.hpp"
#include "exec/work_folder.hpp"

namespace touchstone {

/// A worker and its folder; the worker ends before the folder goes.
struct Seat {
  WorkFolder folder;
  std::unique_ptr<Worker> worker;
};

/// One lane's supply from one parent; used by one thread at a time. Must not outlive the parent.
class Pool {
 public:
  /// `base`: where work folders are made. `ahead`: how many workers wait ready (0: none).
  Pool(Parent& parent, std::string base, std::size_t ahead = 1);

  /// A worker that has said hello. A spare that died meanwhile is replaced once. Errors: environment (its parent cannot
  /// be started, no work folder), worker (new workers do not come up).
  Result<Seat> take(double hello_seconds = 60);

  struct Counts {
    long taken{0};
    long ready{0};     ///< of those, forked ahead
    long replaced{0};  ///< spares that were dead when needed
  };
  const Counts& counts() const { return counts_; }

 private:
  Result<Seat> begin();
  Parent& parent_;
  const std::string base_;
  const std::size_t ahead_;
  std::deque<Seat> spares_;  ///< oldest first
  Counts counts_;
};

}  // namespace touchstone
