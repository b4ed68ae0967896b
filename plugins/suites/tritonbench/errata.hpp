#pragma once
// errata.yaml: what is known to be wrong with single operators upstream, and what the strict judge does about it.

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "channel.hpp"
#include "touchstone/host.hpp"
#include "touchstone/result.hpp"

namespace touchstone::tritonbench {

struct Erratum {
  std::string kind;    ///< "wrong golden", …: one of `erratum_kinds`
  std::string what;    ///< in words for a person
  std::string source;  ///< how it was found
};

/// What is known of one operator.
struct Errata {
  std::vector<Erratum> list;
  std::string reference;   ///< source of a PyTorch reference of our own, or empty
  std::string not_judged;  ///< why the strict judge must not compare values, or empty
  Value policy;            ///< keys that override the task's policy
};

inline constexpr std::string_view erratum_kinds =
    "wrong golden|missing import|shapes only|scalars only|passes nothing|no device|non-unique|random|name missing|"
    "not runnable|prompt|other";

/// What is known of a channel's operators.
class ErrataBook {
 public:
  /// Reads errata.yaml and references/<channel>/ of the plugin's folder. An unknown kind or key is an error.
  static Result<ErrataBook> read(const Host& host, const std::string& folder, const Channel& channel);

  /// What is known of an operator, or nothing.
  const Errata& of(const std::string& id) const;
  const std::map<std::string, Errata>& all() const { return all_; }

 private:
  std::map<std::string, Errata> all_;
};

}  // namespace touchstone::tritonbench
