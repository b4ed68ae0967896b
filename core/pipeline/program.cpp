#include "pipeline/program.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "touchstone/outcome.hpp"

namespace touchstone {
namespace {

constexpr std::int64_t most_printed = std::int64_t{64} << 20;

Ended stopped(std::string outcome, std::string reason) {
  return {std::move(outcome), "call", std::move(reason), "", true};
}

Ended ours(const std::string& reason) { return stopped("infrastructure", reason); }

// What it printed; also of a process that was killed.
Result<std::string> read_printed(Shared& output) {
  if (auto sealed = output.seal(); !sealed) return sealed.error();
  const auto size = output.size();
  if (!size) return size.error();
  return output.read(0, static_cast<std::size_t>(std::min(*size, most_printed + 1)));
}

// How the process ended, as the worker that waited for it says: it runs no line of the program itself.
Ended read_end(const Value& reply) {
  if (!reply["ok"].flag()) return ours("the program's worker: " + reply["reason"].text());
  Ended out{};
  const std::string said = reply["reason"].text();
  out.phase = reply["phase"].text_or("call");
  if (reply["signal"].is_integer()) {
    out.outcome = "crash";
    out.reason = fmt::format("it was ended by signal {}", reply["signal"].integer());
  } else if (!reply["exit"].is_integer()) {
    return ours("the program's worker does not say how it ended");
  } else if (const auto status = reply["exit"].integer(); status != 0) {
    const std::string outcome = reply["outcome"].text_or("call_error");
    out.outcome = is_scored(outcome) && !is_called(outcome) ? outcome : "call_error";
    out.reason = said.empty() ? fmt::format("it ended with status {}", status) : said;
  }
  return out;
}

}  // namespace

Ended run_program(const Program& program, Lane& lane) {
  auto seat = lane.candidate();
  if (!seat) return ours(seat.error().what);
  auto code = Shared::of("program", program.implementation + "\n" + program.test);
  auto output = Shared::create("stdout");
  if (!code || !output) return ours((code ? output.error() : code.error()).what);
  const Attachment attachments[] = {{"code", code->descriptor()}, {"stdout", output->descriptor()}};
  const auto lines = std::ranges::count(program.implementation, '\n') + 2;
  Value body;
  body.set("do", "run").set("device", lane.device().id).set("file", program.file).set("test", lines);
  const auto reply =
      seat->worker->request(std::move(body), attachments, within(lane.allowance().program_seconds), lane.stop());
  Ended out;
  if (reply) {
    out = read_end(*reply);
  } else {
    const auto& death = seat->worker->death();
    out = death ? stopped(death->outcome, death->reason) : ours(reply.error().what);
  }
  seat->worker->finish();  // nobody prints any more
  auto printed = read_printed(*output);
  if (!printed && out.outcome.empty()) return stopped("policy_violation", printed.error().what);
  if (printed) out.printed = std::move(*printed);
  if (static_cast<std::int64_t>(out.printed.size()) > most_printed)
    return stopped("resource", fmt::format("it prints more than {} MiB", most_printed >> 20));
  return out;
}

}  // namespace touchstone
