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

// A flow-graph node whose work is done by the threads of a WaitingStage.
Waiting waiting_node(tbb::flow::graph& graph, WaitingStage<Held>& stage) {
  return Waiting(graph, tbb::flow::unlimited, [&stage](WorkPointer work, Waiting::gateway_type& gateway) {
    gateway.reserve_wait();
    stage.push({std::move(work), &gateway});
  });
}

void pass_on(const Held& held) {
  held.gateway->try_put(held.work);
  held.gateway->release_wait();
}

}  // namespace

void run_schedule(std::size_t count, const Stages& stages, const Widths& widths) {
  using tbb::flow::continue_msg;
  WaitingStage<Held> asking(
      widths.asks,
      [&](const Held& held, std::size_t) {
        stages.ask(*held.work);
        pass_on(held);
      },
      [](const Held&) { return std::string(); });
  WaitingStage<Held> lanes(
      widths.lanes,
      [&](const Held& held, std::size_t lane) {
        stages.execute(*held.work, lane);
        pass_on(held);
      },
      [&](const Held& held) { return stages.affinity(*held.work); });

  tbb::flow::graph graph;
  std::size_t next = 0;
  tbb::flow::input_node<WorkPointer> select(graph, [&](tbb::flow_control& control) -> WorkPointer {
    if (next == count || stages.cancelled()) {
      control.stop();
      return {};
    }
    return stages.select(next++);
  });
  const std::size_t in_flight = widths.in_flight ? widths.in_flight : 4 * widths.lanes;
  tbb::flow::limiter_node<WorkPointer> limit(graph, in_flight);
  Waiting ask = waiting_node(graph, asking);
  tbb::flow::function_node<WorkPointer, WorkPointer> extract(graph, tbb::flow::unlimited, [&](WorkPointer work) {
    stages.extract(*work);
    return work;
  });
  Waiting execute = waiting_node(graph, lanes);
  tbb::flow::function_node<WorkPointer, WorkPointer> measure(graph, tbb::flow::unlimited, [&](WorkPointer work) {
    stages.measure(*work);
    return work;
  });
  tbb::flow::function_node<WorkPointer, continue_msg> publish(graph, tbb::flow::serial, [&](const WorkPointer& work) {
    stages.publish(*work);
    return continue_msg();
  });
  tbb::flow::make_edge(select, limit);
  tbb::flow::make_edge(limit, ask);
  tbb::flow::make_edge(ask, extract);
  tbb::flow::make_edge(extract, execute);
  tbb::flow::make_edge(execute, measure);
  tbb::flow::make_edge(measure, publish);
  tbb::flow::make_edge(publish, limit.decrementer());
  select.activate();
  graph.wait_for_all();
}

}  // namespace touchstone
