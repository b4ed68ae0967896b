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

// A share of the reference's work, in which call (-1: all together), and what did most of it.
struct Share {
  double share{0};
  int call{-1};
  std::string op;
};

// What library compute operators did in one run of a call, or with call -1 in that run of all of them.
struct LibraryWork {
  double work{0}, most{0};
  std::string op;
};

// An operator that could not be looked into may have done all that its call asked for.
double work_of(const Value& item, const std::vector<CallVerdict>& calls) {
  if (!item["opaque"].flag()) return item["work"].number();
  const auto call = std::find_if(calls.begin(), calls.end(),
                                 [&](const CallVerdict& it) { return it.index == item["call"].integer(-1); });
  return call == calls.end() ? 0 : std::max(call->reference_work, library_tail_allowed + 1);
}

LibraryWork library_work(const Task& task, const Execution& execution, const std::vector<CallVerdict>& calls, int call,
                         bool again) {
  LibraryWork out;
  for (const Value& item : execution.library.list()) {
    if ((call >= 0 && item["call"].integer(-1) != call) || item["again"].flag() != again) continue;
    if (!item["compute"].flag() || is_allowed(task, item["op"].text())) continue;
    const double work = work_of(item, calls);
    out.work += work;
    if (work > out.most) out.most = work, out.op = item["op"].text();
  }
  return out;
}

// The greatest share that library compute operators had: of a call's work, small change aside, or of all calls'.
Share library_share(const Task& task, const Execution& execution, const std::vector<CallVerdict>& calls) {
  Share worst;
  double all = 0;
  const auto weigh = [&](int call, double reference, double least) {
    for (const bool again : {false, true}) {
      const LibraryWork found = library_work(task, execution, calls, call, again);
      const double share = reference > 0 && found.work > least ? found.work / reference : 0;
      if (share > worst.share) worst = {share, call, found.op};
    }
  };
  for (const CallVerdict& call : calls) {
    weigh(call.index, call.reference_work, library_tail_allowed);
    all += call.reference_work;
  }
  weigh(-1, all, 0);
  return worst;
}

// Its work is accounted for by the dispatch log: the log knows the operator that started it, or that operator moves
// data on behalf of one that it knows.
bool is_logged(const Execution& execution, const Value& kernel) {
  const auto& log = execution.library.list();
  return std::any_of(log.begin(), log.end(), [&](const Value& item) {
    return item["again"].flag() && item["call"] == kernel["call"] &&
           (kernel["moves"].flag() || item["op"] == kernel["op"]);
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

// Calls that a kernel must have computed: those with something to compute, and with more than one value in their
// results, if any has.
std::vector<int> computed_calls(const std::vector<CallVerdict>& calls) {
  const auto computes = [](const CallVerdict& call) { return call.reference_work > 0 && !call.raised; };
  const bool telling =
      std::any_of(calls.begin(), calls.end(), [&](const auto& call) { return computes(call) && !call.trivial; });
  std::vector<int> out;
  for (const CallVerdict& call : calls)
    if (computes(call) && !(telling && call.trivial)) out.push_back(call.index);
  return out;
}

// "call 6, softmax (odd rows)".
std::string name_of(int index, const std::vector<CallVerdict>& calls) {
  const auto call = std::find_if(calls.begin(), calls.end(), [&](const CallVerdict& it) { return it.index == index; });
  const std::string where = call == calls.end() || call->where.empty() ? "" : ", " + call->where;
  return fmt::format("call {}{}", index, where);
}

// What no kernel computed, though kernels ran: results, or what kernels computed from, that came past everything seen.
std::optional<Finding> unseen(const Execution& execution, const std::vector<CallVerdict>& calls) {
  const std::vector<int> computed = computed_calls(calls);
  double written = 0, foreign = 0, loaded = 0;
  for (const Value& item : execution.memory.list()) {
    const int call = static_cast<int>(item["call"].integer(-1));
    if (std::find(computed.begin(), computed.end(), call) == computed.end()) continue;
    written += item["written"].number();
    foreign += item["foreign"].number();
    loaded += item["loaded"].number();
    if (item["written"].number() > 0 && item["made"].number() == 0)
      return Finding{"not_triton", "right, but no kernel made anything of what came of " + name_of(call, calls),
                     Value().set("memory", item)};
  }
  const Value details = Value().set("memory", execution.memory);
  const auto percent = [&](double bytes) { return 100 * bytes / written; };
  if (foreign > library_share_allowed * written)
    return Finding{"not_triton",
                   fmt::format("right, but {:.0f} % of its results were written by neither a kernel nor an operator "
                               "that was seen (numpy, another thread, a library called past the dispatcher)",
                               percent(foreign)),
                   details};
  if (loaded > library_share_allowed * written)
    return Finding{"not_triton",
                   fmt::format("right, but its kernels computed from data that no argument, kernel or seen operator "
                               "gave them, as much as {:.0f} % of its results (numpy, Python lists, another thread)",
                               percent(loaded)),
                   details};
  return {};
}

}  // namespace

std::optional<Finding> examine(const Task& task, const Execution& execution, const std::vector<CallVerdict>& calls) {
  if (auto found = race(execution)) return found;
  if (auto found = does_not_compile(execution)) return found;
  if (task.oracle.policy["work"].text() == "none") return {};
  const Share library = library_share(task, execution, calls), foreign = foreign_share(execution);
  const std::vector<int> computed = computed_calls(calls);
  const auto without =
      std::find_if(computed.begin(), computed.end(), [&](int call) { return !own_kernel_ran(execution, call); });
  const bool own = without == computed.end();
  Value details;
  details.set("own kernel ran", own).set("library share", library.share).set("foreign share", foreign.share);
  if (library.share > library_share_allowed)
    return Finding{
        "not_triton",
        fmt::format("right, but {} did {:.0f} % of the reference's work {}{}", library.op, 100 * library.share,
                    library.call < 0 ? "in all calls together" : "in " + name_of(library.call, calls),
                    own ? "" : "; no kernel of its own ran in " + name_of(*without, calls)),
        details};
  if (foreign.share > library_share_allowed)
    return Finding{"not_triton",
                   fmt::format("right, but kernel {} is not its own and took {:.0f} % of its device time", foreign.op,
                               100 * foreign.share),
                   details};
  if (!own) return Finding{"not_triton", "right, but no kernel of its own ran in " + name_of(*without, calls), details};
  return unseen(execution, calls);
}

}  // namespace touchstone
