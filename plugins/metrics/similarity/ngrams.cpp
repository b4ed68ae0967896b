#include "ngrams.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <unordered_map>
#include <vector>

#include "words.hpp"

namespace touchstone::similarity {
namespace {

constexpr std::size_t longest = 4;
constexpr double epsilon = 0.1;  // what an order counts that nothing matches: Chen and Cherry (2014), method 1
constexpr double other_word = 0.2;

/// How often each run of 1 to 4 words stands in the golden, less what the candidate has taken of it.
class Golden {
 public:
  Golden(std::string_view text, std::span<const std::string_view> keywords) {
    words_.reserve(text.size() / 6);
    for (std::size_t at = 0;;) {
      const std::string_view word = next_word(text, at);
      if (word.empty()) break;
      const auto [known, fresh] = words_.try_emplace(word, static_cast<std::uint32_t>(weights_.size()));
      if (fresh)
        weights_.push_back(std::find(keywords.begin(), keywords.end(), word) != keywords.end() ? 1 : other_word);
      add(known->second);
    }
  }

  std::size_t size() const { return size_; }
  std::size_t grams(std::size_t order) const { return size_ < order ? 0 : size_ - order + 1; }
  /// Of all words of the golden.
  double weight() const { return weight_; }

  struct Taken {
    std::size_t size{0};                       ///< words of the candidate
    std::array<std::size_t, longest> grams{};  ///< those that match, by order
    double weight{0};                          ///< of those of order 1
  };

  /// Each run of words of the candidate takes one of the golden's, as long as there is one.
  Taken take(std::string_view text) {
    Taken out;
    Runs runs;
    for (std::size_t at = 0;;) {
      const std::string_view word = next_word(text, at);
      if (word.empty()) return out;
      ++out.size;
      const auto known = words_.find(word);
      runs.push(known == words_.end() ? unknown : known->second);
      for (std::size_t order = 1; order <= longest; ++order) {
        const std::uint32_t run = find(runs, order);
        if (run == unknown || counts_[order - 1][run] == 0) continue;
        --counts_[order - 1][run];
        ++out.grams[order - 1];
        if (order == 1) out.weight += weights_[run];
      }
    }
  }

 private:
  static constexpr std::uint32_t unknown = 0xFFFFFFFF;

  /// The runs of 1 to 4 words that end at the last word pushed, by number. Before as many words there is none.
  struct Runs {
    std::array<std::uint32_t, longest> now{unknown, unknown, unknown, unknown}, before = now;
    void push(std::uint32_t word) {
      before = now;
      now = {word, unknown, unknown, unknown};
    }
  };

  /// A run is the run before its last word, and that word.
  std::uint64_t key(const Runs& runs, std::size_t order) const {
    return std::uint64_t{runs.before[order - 2]} << 32 | runs.now[0];
  }

  std::uint32_t find(Runs& runs, std::size_t order) const {
    if (order == 1 || runs.now[0] == unknown || runs.before[order - 2] == unknown) return runs.now[order - 1];
    const auto known = runs_[order - 2].find(key(runs, order));
    return runs.now[order - 1] = known == runs_[order - 2].end() ? unknown : known->second;
  }

  void add(std::uint32_t word) {
    ++size_;
    weight_ += weights_[word];
    read_.push(word);
    for (std::size_t order = 1; order <= longest; ++order) {
      std::vector<std::uint32_t>& counts = counts_[order - 1];
      if (order > 1) {
        if (read_.before[order - 2] == unknown) return;
        const auto next = static_cast<std::uint32_t>(counts.size());
        read_.now[order - 1] = runs_[order - 2].try_emplace(key(read_, order), next).first->second;
      }
      if (read_.now[order - 1] >= counts.size()) counts.push_back(0);
      ++counts[read_.now[order - 1]];
    }
  }

  std::unordered_map<std::string_view, std::uint32_t> words_;
  std::vector<double> weights_;  ///< by word
  std::array<std::unordered_map<std::uint64_t, std::uint32_t>, longest - 1> runs_;
  std::array<std::vector<std::uint32_t>, longest> counts_;
  Runs read_;
  std::size_t size_{0};
  double weight_{0};
};

/// The geometric mean of four shares, less for a candidate shorter than what it is held against.
double bleu(const std::array<double, longest>& matched, const std::array<double, longest>& all, double size,
            double against) {
  if (matched[0] == 0) return 0;
  double logs = 0;
  for (std::size_t i = 0; i < longest; ++i)
    logs += std::log((matched[i] == 0 ? epsilon : matched[i]) / std::max(1.0, all[i])) / longest;
  return std::exp(logs) * (size > against ? 1 : std::exp(1 - against / size));
}

}  // namespace

NgramMatch ngram_match(std::string_view golden, std::string_view candidate,
                       std::span<const std::string_view> keywords) {
  Golden runs(golden, keywords);
  const Golden::Taken taken = runs.take(candidate);
  const auto real = [](std::size_t number) { return static_cast<double>(number); };
  std::array<double, longest> matched{}, of_candidate{}, of_golden{};
  for (std::size_t i = 0; i < longest; ++i) {
    matched[i] = real(taken.grams[i]);
    of_candidate[i] = taken.size > i ? real(taken.size - i) : 0;
    of_golden[i] = real(runs.grams(i + 1));
  }
  NgramMatch out;
  out.plain = bleu(matched, of_candidate, real(taken.size), real(runs.size()));
  matched[0] = taken.weight;
  of_golden[0] = runs.weight();
  out.weighted = bleu(matched, of_golden, real(taken.size), 2);  // CodeXGLUE measures a pair (words, weights): two long
  return out;
}

}  // namespace touchstone::similarity
