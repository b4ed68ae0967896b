#include "mutants.hpp"

#include <algorithm>
#include <cstdint>
#include <map>
#include <tuple>

#include "common/fnv1a/fnv1a.hpp"
#include "edits.hpp"

namespace touchstone::python {
namespace {

constexpr std::size_t most_mutants = 1'000;

/// One turn each, in this order: what is most often wrong in kernels first.
constexpr std::string_view kinds[] = {"comparison", "mask", "range", "arithmetic", "reduction", "constant", "dtype"};

/// On one line: a run of white space becomes one space, and none stands at a bracket's inside.
std::string collapsed(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool space = c == ' ' || c == '\n' || c == '\t' || c == '\r';
    if (space && (out.empty() || out.back() == ' ' || out.back() == '(' || out.back() == '[')) continue;
    if ((c == ')' || c == ']') && !out.empty() && out.back() == ' ') out.pop_back();
    out += space ? ' ' : c;
  }
  while (out.ends_with(' ')) out.pop_back();
  return out;
}

struct Candidate {
  Edit edit;
  std::string shown;
  std::uint64_t hash;
  std::string place{};  ///< " (2 of 3)" where the text has such edits several times
  bool taken{false};
};

/// Chooses one after the other: the next is of the kind whose turn it is, and looks least like those before. Where two
/// look alike, the fault's own text decides: a change elsewhere in the kernel makes no other choice.
class Chooser {
 public:
  Chooser(std::string_view text, std::vector<Edit> edits) {
    for (Edit& edit : edits) {
      const auto before = text.substr(edit.around_begin, edit.begin - edit.around_begin);
      const auto after = text.substr(edit.end, edit.around_end - edit.end);
      const auto whole = text.substr(edit.around_begin, edit.around_end - edit.around_begin);
      std::string shown = collapsed(whole) + " → " + collapsed(std::string(before) + edit.put + std::string(after));
      const std::uint64_t hash = Fnv1a().add(shown).value();
      candidates_.push_back({std::move(edit), std::move(shown), hash});
    }
    tell_apart();
  }

  std::vector<const Candidate*> choose(std::size_t most) {
    std::vector<const Candidate*> out;
    for (std::size_t idle = 0, turn = 0; idle < std::size(kinds) && out.size() < most; ++turn) {
      Candidate* next = best_of(kinds[turn % std::size(kinds)]);
      idle = next ? 0 : idle + 1;
      if (!next) continue;
      take(*next);
      out.push_back(next);
    }
    return out;
  }

 private:
  // In the order of the text.
  void tell_apart() {
    std::map<std::string_view, std::vector<Candidate*>> same;
    for (Candidate& it : candidates_) same[it.shown].push_back(&it);
    for (auto& [shown, those] : same) {
      std::ranges::sort(those, {}, [](const Candidate* it) { return it->edit.begin; });
      for (std::size_t i = 0; those.size() > 1 && i < those.size(); ++i)
        those[i]->place = " (" + std::to_string(i + 1) + " of " + std::to_string(those.size()) + ")";
    }
  }

  using Rank = std::tuple<int, int, int, std::uint64_t>;

  Rank rank(const Candidate& it) { return {shown_[it.shown], lines_[it.edit.line], kernels_[it.edit.kernel], it.hash}; }

  Candidate* best_of(std::string_view kind) {
    Candidate* best = nullptr;
    for (Candidate& it : candidates_)
      if (!it.taken && it.edit.kind == kind && (!best || rank(it) < rank(*best))) best = &it;
    return best;
  }

  void take(Candidate& it) {
    it.taken = true;
    ++shown_[it.shown];
    ++lines_[it.edit.line];
    ++kernels_[it.edit.kernel];
  }

  std::vector<Candidate> candidates_;
  std::map<std::string_view, int> shown_;  // views of candidates_, which does not change any more
  std::map<int, int> lines_;
  std::map<std::size_t, int> kernels_;
};

}  // namespace

std::vector<Mutant> mutants(std::string_view text, std::size_t most) {
  Chooser chooser(text, edits(text));
  std::vector<Mutant> out;
  for (const Candidate* it : chooser.choose(std::min(most, most_mutants))) {
    std::string code(text.substr(0, it->edit.begin));
    code.append(it->edit.put).append(text.substr(it->edit.end));
    out.push_back({std::string(it->edit.kind), it->edit.line, it->shown + it->place, std::move(code)});
  }
  return out;
}

}  // namespace touchstone::python
