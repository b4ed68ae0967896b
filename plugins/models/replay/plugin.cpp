// A model whose answers lie in a file: published answers are judged again, and the quick start needs no key.

#include <algorithm>
#include <atomic>
#include <map>
#include <memory>

#include "rows.hpp"

using namespace touchstone;

namespace {

constexpr Option options[] = {
    {.key = "file", .type = OptionType::path, .help = "JSON Lines, one answer a line", .required = true},
    {.key = "layout",
     .type = OptionType::choice,
     .help = "own, as the options below say, or predictions, as tuning tools write them (instruction or prompt, "
             "predict, label), matched by instruction, the last row of a task counts",
     .fallback = "own",
     .choices = "own|predictions"},
    {.key = "match",
     .type = OptionType::choice,
     .help = "rows name their task by its id, or hold an instruction that contains the task's instruction or "
             "description, white space aside",
     .fallback = "id",
     .choices = "id|instruction"},
    {.key = "id_field", .help = "the field that holds the task's id", .fallback = "id"},
    {.key = "answer_field", .help = "the field that holds the completion", .fallback = "answer"},
    {.key = "instruction_field", .help = "the field that holds the instruction", .fallback = "instruction"},
    {.key = "duplicates",
     .type = OptionType::choice,
     .help = "several rows of one task are its draws, or only the last counts",
     .fallback = "draws",
     .choices = "draws|last"},
};

/// What an instruction must contain to be a task's.
std::vector<std::string> texts_of(const Question& question) {
  std::vector<std::string> out{replay::squeezed(question.facts["description"].text())};
  for (const auto& [style, text] : question.instructions) out.push_back(replay::squeezed(text));
  return out;
}

enum class Fate : unsigned char { unasked, used, superseded };

class Replay : public ModelBackend {
 public:
  Replay(replay::Rows rows, bool by_instruction, bool last, Host& host)
      : rows_(std::move(rows)),
        by_instruction_(by_instruction),
        last_(last),
        host_(host),
        fates_(std::make_unique<std::atomic<Fate>[]>(rows_.list().size())) {
    if (by_instruction_) return;
    for (std::size_t i = 0; i < rows_.list().size(); ++i) by_id_[rows_.list()[i].key].push_back(i);
  }

  /// Nothing is silent: rows that gave no answer are counted once, when no further task can come.
  ~Replay() override {
    const auto& rows = rows_.list();
    std::size_t superseded = 0, unasked = 0, empty = 0, first = 0;
    for (std::size_t i = rows.size(); i-- > 0;)
      if (fates_[i] == Fate::superseded)
        ++superseded;
      else if (fates_[i] == Fate::unasked)
        ++unasked, first = i;
      else if (rows[i].empty)
        ++empty;
    const std::string of = " of " + std::to_string(rows.size()) + " rows ";
    if (unasked)
      host_.log(Level::info, std::to_string(unasked) + of + "matched no task that was asked, the first at " +
                                 rows_.place(rows[first]));
    if (empty) host_.log(Level::info, std::to_string(empty) + of + "that were used hold no answer");
    if (superseded)
      host_.log(Level::info, std::to_string(superseded) + of + "were replaced by a later row of the same task");
  }

  Value identity() const override {
    return rows_.identity()
        .set("name", "replay")
        .set("match", by_instruction_ ? "instruction" : "id")
        .set("duplicates", last_ ? "last" : "draws");
  }

  int answers(const Task& task) const override { return static_cast<int>(matching(task).size()); }

  Result<Ask> ask(const Task& task, const Prompt&, const Draws& draws) const override {
    const std::vector<std::size_t> matches = matching(task);
    std::vector<Completion> out;
    for (int draw = draws.first; draw < draws.first + draws.count && draw < static_cast<int>(matches.size()); ++draw) {
      auto completion = rows_.completion(rows_.list()[matches[static_cast<std::size_t>(draw)]], host_);
      if (!completion) return completion.error();
      out.push_back(std::move(*completion));
    }
    return Ask(std::move(out));
  }

 private:
  /// The rows that answer a task, in the file's order.
  std::vector<std::size_t> matching(const Task& task) const {
    std::vector<std::size_t> out;
    if (by_instruction_) {
      const std::vector<std::string> texts = texts_of(task.question);
      for (std::size_t i = 0; i < rows_.list().size(); ++i) {
        const auto fits = [&](const std::string& text) { return replay::asks_for(rows_.list()[i].key, text); };
        if (std::any_of(texts.begin(), texts.end(), fits)) out.push_back(i);
      }
    } else if (const auto it = by_id_.find(task.question.id); it != by_id_.end()) {
      out = it->second;
    }
    for (const std::size_t i : out) fates_[i] = last_ && i != out.back() ? Fate::superseded : Fate::used;
    if (last_ && out.size() > 1) out.erase(out.begin(), out.end() - 1);
    return out;
  }

  replay::Rows rows_;
  bool by_instruction_, last_;
  Host& host_;
  std::map<std::string, std::vector<std::size_t>, std::less<>> by_id_;
  std::unique_ptr<std::atomic<Fate>[]> fates_;
};

Result<std::unique_ptr<ModelBackend>> create(const Config& config, Host& host) {
  const bool predictions = config.text("layout") == "predictions";
  const bool by_instruction = predictions || config.text("match") == "instruction";
  replay::Fields fields{config.text("id_field"), config.text("answer_field"), config.text("instruction_field"), "",
                        by_instruction};
  if (predictions) fields = {"", "predict", "instruction", "prompt", true};
  auto rows = replay::Rows::open(config.text("file"), fields, host);
  if (!rows) return rows.error();
  const bool last = predictions || config.text("duplicates") == "last";
  return made<ModelBackend, Replay>(std::move(*rows), by_instruction, last, host);
}

}  // namespace

TOUCHSTONE_PLUGIN(ModelBackend, replay, "1.0", "Answers from a JSON Lines file", options, create)
