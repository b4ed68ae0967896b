#include "pipeline/evidence.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace touchstone {
namespace {

bool is_allowed(const Task& task, const std::string& op) {
  const auto& allow = task.oracle.policy["allow"].list();
  return std::any_of(allow.begin(), allow.end(), [&](const Value& name) { return name.text() == op; });
}

std::optional<Finding> race(const Execution& execution) {
  const auto& races = execution.races.list();
  if (races.empty()) return {};
  return Finding{"wrong_value", "a race: " + races.front().text(), Value().set("races", execution.races)};
}

std::optional<Finding> does_not_compile(const Execution& execution) {
  for (const Value& result : execution.proof.list()) {
    if (result["ok"].flag()) continue;
    return Finding{result["outcome"].text_or("load_error"),
                   fmt::format("kernel {} runs in the interpreter but does not compile for {}: {}",
                               result["kernel"].text(), result["target"].text(), result["reason"].text()),
                   Value().set("proof", execution.proof)};
  }
  return {};
}

// The greatest share of a call's reference work that library compute operators did, and which did most of it.
struct Share {
  double share{0};
  int call{-1};
  std::string op;
};

Share library_share(const Task& task, const Execution& execution, const std::vector<CallVerdict>& calls) {
  Share worst;
  for (const CallVerdict& call : calls) {
    for (const bool again : {false, true}) {
      double work = 0, most = 0;
      std::string op;
      for (const Value& item : execution.library.list()) {
        if (item["call"].integer(-1) != call.index || item["again"].flag() != again || !item["compute"].flag())
          continue;
        if (is_allowed(task, item["op"].text())) continue;
        work += item["work"].number();
        if (item["work"].number() > most) most = item["work"].number(), op = item["op"].text();
      }
      const double share = call.reference_work > 0 ? work / call.reference_work : 0;
      if (share > worst.share) worst = {share, call.index, op};
    }
  }
  return worst;
}

// An operator started this kernel and the dispatch log was at work in that call, so its work is accounted for there.
// (The log may know it by an outer operator's name.) A call with operators but without a log switched the log off.
bool is_logged(const Execution& execution, const Value& kernel) {
  const auto& log = execution.library.list();
  return !kernel["op"].is_null() && std::any_of(log.begin(), log.end(), [&](const Value& item) {
    return item["again"].flag() && item["call"] == kernel["call"];
  });
}

// Device time of kernels that are neither the candidate's own nor started by a logged operator (a library called past
// the dispatcher), as a share of all device time of the candidate.
Share foreign_share(const Execution& execution) {
  double all = 0, foreign = 0;
  Share out;
  for (const Value& kernel : execution.kernels.list()) {
    const double seconds = kernel["seconds"].number();
    all += seconds;
    if (kernel["own"].flag() || is_logged(execution, kernel)) continue;
    foreign += seconds;
    out.op = kernel["name"].text();
    out.call = static_cast<int>(kernel["call"].integer(-1));
  }
  out.share = all > 0 ? foreign / all : 0;
  return out;
}

bool own_kernel_ran(const Execution& execution, int call) {
  const auto& kernels = execution.kernels.list();
  const auto in_call = [&](const Value& item) { return item["call"].integer(-1) == call; };
  if (!kernels.empty())
    return std::any_of(kernels.begin(), kernels.end(), [&](const Value& k) { return k["own"].flag() && in_call(k); });
  return std::any_of(execution.launches.begin(), execution.launches.end(),
                     [&](const Launch& launch) { return launch.own && in_call(launch.arguments); });
}

// The first call that had something to compute and returned without a kernel of the candidate's own, or -1.
int call_without_own_kernel(const Execution& execution, const std::vector<CallVerdict>& calls) {
  for (const CallVerdict& call : calls)
    if (call.reference_work > 0 && !call.raised && !own_kernel_ran(execution, call.index)) return call.index;
  return -1;
}

// "call 6, softmax (odd rows)".
std::string name_of(int index, const std::vector<CallVerdict>& calls) {
  const auto call = std::find_if(calls.begin(), calls.end(), [&](const CallVerdict& it) { return it.index == index; });
  const std::string where = call == calls.end() || call->where.empty() ? "" : ", " + call->where;
  return fmt::format("call {}{}", index, where);
}

}  // namespace

std::optional<Finding> examine(const Task& task, const Execution& execution, const std::vector<CallVerdict>& calls) {
  if (auto found = race(execution)) return found;
  if (auto found = does_not_compile(execution)) return found;
  if (task.oracle.policy["work"].text() == "none") return {};
  const Share library = library_share(task, execution, calls), foreign = foreign_share(execution);
  const int without = call_without_own_kernel(execution, calls);
  const bool own = without < 0;
  Value details;
  details.set("own kernel ran", own).set("library share", library.share).set("foreign share", foreign.share);
  if (library.share > library_share_allowed)
    return Finding{
        "not_triton",
        fmt::format("right, but {} did {:.0f} % of the reference's work in {}{}", library.op, 100 * library.share,
                    name_of(library.call, calls), own ? "" : "; no kernel of its own ran there"),
        details};
  if (foreign.share > library_share_allowed)
    return Finding{"not_triton",
                   fmt::format("right, but kernel {} is not its own and took {:.0f} % of its device time", foreign.op,
                               100 * foreign.share),
                   details};
  if (!own) return Finding{"not_triton", "right, but no kernel of its own ran in " + name_of(without, calls), details};
  return {};
}

}  // namespace touchstone
