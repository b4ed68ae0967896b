// TritonBench as a suite: tasks from a checkout that the user has; nothing of it is shipped.

#include <cstdlib>

#include "checkout.hpp"
#include "extraction.hpp"
#include "task_maker.hpp"
#include "touchstone/plugin.hpp"

namespace touchstone::tritonbench {
namespace {

class Suite : public OperatorSuite {
 public:
  Suite(const Host& host, Checkout checkout, ErrataBook errata)
      : host_(host), checkout_(std::move(checkout)), errata_(std::move(errata)) {}

  Value identity() const override {
    const std::string fingerprint = checkout_.fingerprint();
    Value out;
    out.set("path", checkout_.root().string()).set("channel", checkout_.channel().name).set("commit", commit());
    out.set("files", checkout_.files()).set("fnv1a64", fingerprint);
    return out.set("known", fingerprint == checkout_.channel().fingerprint);
  }

  Result<None> tasks(const std::function<bool(Task)>& take) const override {
    Result<std::vector<Row>> rows = checkout_.rows();
    if (!rows) return rows.error();
    const std::string at = commit();
    for (const Row& row : *rows) {
      if (host_.cancelled()) return Error{ErrorCode::cancelled, "stopped while reading tasks", "suite tritonbench"};
      Result<Program> program = checkout_.program(row);
      if (!program) return program.error();
      if (!take(make_task(row, *program, errata_.of(row.id), checkout_.channel(), at))) break;
    }
    return None{};
  }

  Result<std::string> extract(std::string_view variant, std::string_view completion) const override {
    if (variant == extraction_t) return extract_t(completion);
    if (variant == extraction_g) return extract_g(completion);
    return OperatorSuite::extract(variant, completion);
  }

 private:
  /// From git where it can be told, else by what the files say.
  std::string commit() const {
    const std::string told = checkout_.commit();
    return told.empty() && checkout_.fingerprint() == checkout_.channel().fingerprint ? std::string(known_commit)
                                                                                      : told;
  }

  const Host& host_;
  Checkout checkout_;
  ErrataBook errata_;
};

Result<std::unique_ptr<OperatorSuite>> create(const Config& config, Host& host) {
  const char* named = std::getenv("TOUCHSTONE_TRITONBENCH");
  const Channel& channel = channel_called(config.text("channel"));
  Result<Checkout> checkout = Checkout::open(host,
                                             config.has("path") ? config.text("path")
                                             : named            ? named
                                                                : "",
                                             channel);
  if (!checkout) return checkout.error();
  Result<ErrataBook> errata = ErrataBook{};
  if (config.text("errata") != "off") errata = ErrataBook::read(host, host.folder("plugin"), channel);
  if (!errata) return errata.error();
  return made<OperatorSuite, Suite>(host, *std::move(checkout), *std::move(errata));
}

constexpr Option options[] = {
    {.key = "path",
     .type = OptionType::path,
     .help = "Checkout of thunlp/TritonBench; when left out, the environment's TOUCHSTONE_TRITONBENCH"},
    {.key = "channel",
     .type = OptionType::choice,
     .help = "Which of upstream's two sets: T, 166 PyTorch operators; G, 184 Triton operators of public repositories",
     .fallback = "T",
     .choices = "T|G"},
    {.key = "errata",
     .type = OptionType::choice,
     .help = "What is known to be wrong upstream: on mends it or keeps it from being judged; off is as shipped",
     .fallback = "on",
     .choices = "on|off"},
};

}  // namespace
}  // namespace touchstone::tritonbench

TOUCHSTONE_PLUGIN(OperatorSuite, tritonbench, "1.0", "TritonBench's operators, judged by recorded calls",
                  touchstone::tritonbench::options, touchstone::tritonbench::create)
