#include "pipeline/schedule.hpp"

#include <tbb/flow_graph.h>

#include "pipeline/waiting_stage.hpp"

namespace touchstone {
namespace {

using Waiting = tbb::flow::async_node<WorkPointer, WorkPointer>;

struct Held {
  WorkPointer work;
  Waiting::gateway_type* gateway;
};

void pass_on(const Held& held) {
  held.gateway->try_put(held.work);
  held.gateway->release_wait();
}

// The stages as a graph: select -> limit -> ask -> extract -> execute -> measure -> publish, and back to limit.
class Flow {
 public:
  Flow(std::size_t count, const Stages& stages, const Widths& widths)
      : count_(count),
        stages_(stages),
        asks_(
            widths.asks,
            [this](const Held& held, std::size_t) {
              stages_.ask(*held.work);
              pass_on(held);
            },
            [](const Held&) { return std::string(); }),
        lanes_(
            widths.lanes,
            [this](const Held& held, std::size_t lane) {
              stages_.execute(*held.work, lane);
              pass_on(held);
            },
            [this](const Held& held) { return stages_.affinity(*held.work); }),
        in_flight_(widths.in_flight ? widths.in_flight : 4 * widths.lanes) {}

  void run() {
    using tbb::flow::make_edge;
    tbb::flow::input_node<WorkPointer> select(graph_, [this](tbb::flow_control& control) { return next(control); });
    tbb::flow::limiter_node<WorkPointer> limit(graph_, in_flight_);
    Waiting ask = waiting(asks_), execute = waiting(lanes_);
    Computing extract = computing(stages_.extract), measure = computing(stages_.measure);
    tbb::flow::function_node<WorkPointer, tbb::flow::continue_msg> publish(graph_, tbb::flow::serial,
                                                                           [this](const WorkPointer& work) {
                                                                             stages_.publish(*work);
                                                                             return tbb::flow::continue_msg();
                                                                           });
    make_edge(select, limit);
    make_edge(limit, ask);
    make_edge(ask, extract);
    make_edge(extract, execute);
    make_edge(execute, measure);
    make_edge(measure, publish);
    make_edge(publish, limit.decrementer());
    select.activate();
    graph_.wait_for_all();
  }

 private:
  using Computing = tbb::flow::function_node<WorkPointer, WorkPointer>;

  WorkPointer next(tbb::flow_control& control) {
    if (next_ == count_ || stages_.cancelled()) {
      control.stop();
      return {};
    }
    return stages_.select(next_++);
  }

  // A node whose work is done by the threads of a WaitingStage.
  Waiting waiting(WaitingStage<Held>& stage) {
    return Waiting(graph_, tbb::flow::unlimited, [&stage](WorkPointer work, Waiting::gateway_type& gateway) {
      gateway.reserve_wait();
      stage.push({std::move(work), &gateway});
    });
  }

  // A node whose work is done by TBB's own threads.
  Computing computing(const std::function<void(Work&)>& stage) {
    return Computing(graph_, tbb::flow::unlimited, [&stage](WorkPointer work) {
      stage(*work);
      return work;
    });
  }

  const std::size_t count_;
  const Stages& stages_;
  tbb::flow::graph graph_;
  WaitingStage<Held> asks_, lanes_;
  const std::size_t in_flight_;
  std::size_t next_{0};
};

}  // namespace

void run_schedule(std::size_t count, const Stages& stages, const Widths& widths) { Flow(count, stages, widths).run(); }

}  // namespace touchstone
