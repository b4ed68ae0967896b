#pragma once
// Records and completions of several folders of one plan into one. Of two that tell of the same sample, the choice
// depends on what they say alone, not on the order of the folders, so that merging again, or with parts of a merge,
// changes nothing.

#include <map>
#include <stop_token>
#include <string>
#include <vector>

#include "store/run_folder.hpp"

namespace touchstone {

struct MergeResult {
  long records{0};      ///< samples in the merged folder that need not be done again
  long added{0};        ///< of them (and of those that failed), written now
  long completions{0};  ///< stored completions written now
  std::vector<std::string> notes;
};

class Merge {
 public:
  Merge(RunFolder& into, std::vector<RunPaths> parts, std::stop_token stop)
      : into_(into), parts_(std::move(parts)), stop_(std::move(stop)) {}

  /// Reads every part, then writes what is missing; a kill leaves whole records, and the same merge goes on.
  /// Errors: a part that cannot be read, a disk that is full, cancelled.
  Result<MergeResult> run();

 private:
  struct Choice {
    bool final{false};
    std::string hash;    ///< of the whole record: the smaller wins among equals
    std::string judged;  ///< hash of it without what was only observed
    std::size_t source{0};
    bool better_than(const Choice& other) const { return final != other.final ? final : hash < other.hash; }
  };
  Result<None> choose(const RunPaths& part, std::size_t source);
  Result<None> copy_records(std::size_t source, MergeResult& result);
  Result<None> copy_completions(const RunPaths& part, MergeResult& result);
  Result<None> copy_texts(const RunPaths& part, const std::string& key);

  RunFolder& into_;
  const std::vector<RunPaths> parts_;
  const std::stop_token stop_;
  std::map<std::string, Choice> best_, own_;  ///< by key: of all, and what the merged folder had
  std::map<std::string, std::string> disputed_;
};

}  // namespace touchstone
