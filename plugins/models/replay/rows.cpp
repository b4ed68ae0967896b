#include "rows.hpp"

#include <algorithm>
#include <array>

namespace touchstone::replay {
namespace {

constexpr std::array<std::string_view, 6> finishes{"stop", "length", "refused", "filtered", "empty", "error"};

bool blank(const std::string& text) { return text.find_first_not_of(" \t\r") == std::string::npos; }

/// An id may be written as a number.
std::string id_of(const Value& value) { return value.is_integer() ? std::to_string(value.integer()) : value.text(); }

}  // namespace

std::string squeezed(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text)
    if (c != ' ' && c != '\n' && c != '\t' && c != '\r') out += c;
  return out;
}

bool asks_for(std::string_view key, std::string_view text) {
  if (text.empty()) return false;
  if (key.find(text) != std::string_view::npos) return true;
  if (text.size() <= least_beginning) return false;
  const std::size_t at = key.find(text.substr(0, least_beginning));
  return at != std::string_view::npos && text.starts_with(key.substr(at));
}

std::string Rows::key_of(const Value& row) const {
  if (!fields_.by_instruction) return id_of(row[fields_.id]);
  const std::string& instruction = row[fields_.instruction].text();
  return squeezed(instruction.empty() ? row[fields_.prompt].text() : instruction);
}

Result<Rows> Rows::open(const std::string& path, const Fields& fields, const Host& host) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return Error{ErrorCode::config, "the file of answers cannot be opened", path, "check the option 'file'"};
  Rows rows;
  rows.path_ = path;
  rows.fields_ = fields;
  std::string text;
  for (long line = 1; !host.cancelled(); ++line) {
    const auto at = static_cast<std::streamoff>(rows.bytes_);
    if (!std::getline(file, text)) break;
    const bool ended = !file.eof();  // the last line may lack its newline
    rows.hash_.add(text);
    if (ended) rows.hash_.add('\n');
    rows.bytes_ += text.size() + (ended ? 1 : 0);
    if (blank(text)) continue;
    if (auto added = rows.add(text, at, line, host); !added) return added.error();
  }
  if (file.bad()) return Error{ErrorCode::io, "reading the file of answers failed", path, ""};
  return rows;
}

Result<None> Rows::add(const std::string& text, std::streamoff at, long line, const Host& host) {
  const std::string where = path_ + ":" + std::to_string(line);
  const auto bad = [&](const std::string& what, const std::string& hint) {
    return Error{ErrorCode::config, what, where, hint};
  };
  const auto value = host.read_json(text, where);
  if (!value)
    return bad("not a line of JSON: " + value.error().what, "each line is one object; see the plugin's README");
  if (!value->is_map()) return bad("not a JSON object", "each line is one object; see the plugin's README");
  const std::string& field = fields_.by_instruction ? fields_.instruction : fields_.id;
  const std::string key = key_of(*value);
  if (key.empty()) return bad("the field '" + field + "' is missing or no text", "name the right field by an option");
  const Value& answer = (*value)[fields_.answer];
  if (!answer.is_text() && !(value->find(fields_.answer) && answer.is_null()))
    return bad("the field '" + fields_.answer + "' is missing or no text", "name the right field by 'answer_field'");
  const std::string finish = (*value)["finish"].text_or("stop");
  if (std::find(finishes.begin(), finishes.end(), finish) == finishes.end())
    return bad("unknown finish '" + finish + "'", "one of stop, length, refused, filtered, empty, error");
  list_.push_back({key, at, text.size(), line, squeezed(answer.text()).empty()});
  return None{};
}

Value Rows::identity() const {
  Value out;
  out.set("file", path_.substr(path_.rfind('/') + 1))
      .set("bytes", bytes_)
      .set("rows", list_.size())
      .set("fnv1a", hash_.hex());
  return out;
}

Result<Completion> Rows::completion(const Row& row, const Host& host) const {
  std::ifstream file(path_, std::ios::binary);
  std::string text(row.size, '\0');
  const Error changed{ErrorCode::io, "the file of answers changed while it was in use", place(row),
                      "start the run again"};
  if (!file.seekg(row.at) || !file.read(text.data(), static_cast<std::streamsize>(row.size))) return changed;
  const auto value = host.read_json(text, place(row));
  if (!value || key_of(*value) != row.key) return changed;
  Completion out;
  out.text = (*value)[fields_.answer].text();
  out.reasoning = (*value)["reasoning"].text();
  out.finish = (*value)["finish"].text_or(row.empty ? "empty" : "stop");
  out.detail = (*value)["detail"].text_or(out.finish == "empty" ? "the row's answer is empty" : "");
  out.usage = (*value)["usage"];
  out.origin.set("file", path_.substr(path_.rfind('/') + 1)).set("line", row.line);
  if ((*value)["note"].is_text()) out.origin.set("note", (*value)["note"]);
  return out;
}

}  // namespace touchstone::replay
