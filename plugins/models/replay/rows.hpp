#pragma once
// A JSON Lines file of answers: read through once, kept as an index of where its rows stand.

#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include "common/fnv1a/fnv1a.hpp"
#include "touchstone/plugin.hpp"

namespace touchstone::replay {

/// How a row's fields are called, and which of them says what task it answers.
struct Fields {
  std::string id, answer, instruction;
  std::string prompt;  ///< what holds the instruction where `instruction` is not there; may be empty
  bool by_instruction{false};
};

struct Row {
  std::string key;  ///< the task's id, or the instruction that the model was given, without white space
  std::streamoff at{0};
  std::size_t size{0};
  long line{0};
  bool empty{false};  ///< no answer in it
};

/// Without white space: prompts are indented, wrapped and tokenised on their way to a model and back.
std::string squeezed(std::string_view text);

/// Whether a model that was given `key` was asked for `text` (both squeezed): it contains it, or was cut and ends with
/// at least `least_beginning` characters of its beginning.
bool asks_for(std::string_view key, std::string_view text);
inline constexpr std::size_t least_beginning = 500;

/// The answers' texts stay on disk: a file may be far larger than memory should hold, so a row is read again when asked
/// for.
class Rows {
 public:
  /// Reads every row once; the first that is no JSON object, or lacks a field, is an error with file:line.
  static Result<Rows> open(const std::string& path, const Fields& fields, const Host& host);

  const std::vector<Row>& list() const { return list_; }
  Value identity() const;
  Result<Completion> completion(const Row& row, const Host& host) const;
  std::string place(const Row& row) const { return path_ + ":" + std::to_string(row.line); }

 private:
  std::string key_of(const Value& row) const;
  Result<None> add(const std::string& text, std::streamoff at, long line, const Host& host);

  std::string path_;
  Fields fields_;
  std::vector<Row> list_;
  Fnv1a hash_;  ///< of the whole file
  std::uint64_t bytes_{0};
};

}  // namespace touchstone::replay
