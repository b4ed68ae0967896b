#include "checkout.hpp"

#include <algorithm>
#include <cstdlib>

#include "common/fnv1a/fnv1a.hpp"

namespace touchstone::tritonbench {
namespace {

namespace fs = std::filesystem;

constexpr const char* remedy =
    "run tools/fetch_tritonbench.sh FOLDER and name that folder by the option 'path' or by TOUCHSTONE_TRITONBENCH";

std::string trimmed(std::string text) {
  constexpr const char* blanks = " \t\r\n";
  text.erase(text.find_last_not_of(blanks) + 1);
  return text.substr(std::min(text.find_first_not_of(blanks), text.size()));
}

/// The only instruction that contains `description`, or an error: a match by meaning would be a guess.
Result<std::string> instruction_of(const Value::List& all, const std::string& description, std::string_view file) {
  const std::string* found = nullptr;
  for (const Value& item : all) {
    const std::string& text = item["instruction"].text();
    if (text.find(description) == std::string::npos) continue;
    if (found) return Error{ErrorCode::io, "two instructions contain one description", std::string(file), remedy};
    found = &text;
  }
  if (!found)
    return Error{ErrorCode::io, "no instruction contains the description: " + description, std::string(file), remedy};
  return *found;
}

}  // namespace

Result<Checkout> Checkout::open(const Host& host, const fs::path& root, const Channel& channel) {
  std::error_code ignored;
  if (root.empty())
    return Error{ErrorCode::environment, "no checkout of TritonBench is named", "suite tritonbench", remedy};
  if (!fs::is_directory(root, ignored))
    return Error{ErrorCode::environment, "the TritonBench checkout is not a folder", root.string(), remedy};
  for (const std::string_view part : {channel.folder, channel.statistics, channel.simple, channel.complex})
    if (!fs::exists(root / part, ignored))
      return Error{ErrorCode::environment, "the TritonBench checkout is incomplete", (root / part).string(), remedy};
  return Checkout(host, root, channel);
}

Result<Value> Checkout::list(std::string_view file) const {
  const std::string path = (root_ / file).string();
  Result<std::string> text = host_->read_file(path);
  if (!text) return text.error();
  Result<Value> value = host_->read_json(*text, path);
  if (value && !value->is_list()) return Error{ErrorCode::io, "expected a JSON list", path, remedy};
  return value;
}

Result<Row> Checkout::row(const Value& item, const Value::List& simple, const Value::List& complex) const {
  const bool described = channel_->name == "T";
  const fs::path file = item["file"].text();
  Row row;
  row.id = file.stem().string();
  row.file = (fs::path(channel_->folder) / file.filename()).string();
  row.description = described ? item["description"].text() : trimmed(item["simp_instru"].text());
  // A number in T, text in G.
  row.difficulty = static_cast<int>(item["difficulty"].integer(std::atoi(item["difficulty"].text().c_str())));
  row.repository = item["repo"].text();
  row.stars = item["star"].integer(-1);
  if (row.id.empty() || row.description.empty())
    return Error{ErrorCode::io, "a row without a file or a description", (root_ / channel_->statistics).string(),
                 remedy};
  const std::string longer = described ? row.description : trimmed(item["comp_instru"].text());
  Result<std::string> short_one = instruction_of(simple, row.description, channel_->simple);
  Result<std::string> long_one = instruction_of(complex, longer, channel_->complex);
  if (!short_one) return short_one.error();
  if (!long_one) return long_one.error();
  row.simple = *std::move(short_one);
  row.complex = *std::move(long_one);
  return row;
}

Result<std::vector<Row>> Checkout::rows() const {
  Result<Value> operators = list(channel_->statistics), simple = list(channel_->simple),
                complex = list(channel_->complex);
  for (const auto* part : {&operators, &simple, &complex})
    if (!*part) return part->error();
  std::vector<Row> rows;
  for (const Value& item : operators->list()) {
    Result<Row> made = row(item, simple->list(), complex->list());
    if (!made) return made.error();
    rows.push_back(*std::move(made));
  }
  return rows;
}

Result<Program> Checkout::program(const Row& row) const {
  const std::string path = (root_ / row.file).string();
  Result<std::string> text = host_->read_file(path);
  if (!text) return text.error();
  const std::string line(146, '#');
  const std::size_t at = text->find(line);
  if (at == std::string::npos || text->find(line, at + line.size()) != std::string::npos)
    return Error{ErrorCode::io, "expected one separator line of 146 '#' between reference and test", path, remedy};
  return Program{text->substr(0, at), text->substr(at + line.size())};
}

std::string Checkout::commit() const {
  const auto read = [&](const fs::path& path) {
    Result<std::string> text = host_->read_file((root_ / ".git" / path).string());
    return text ? trimmed(*std::move(text)) : std::string();
  };
  const std::string head = read("HEAD");
  if (!head.starts_with("ref: ")) return head;
  const std::string name = head.substr(5), loose = read(name), packed = read("packed-refs") + "\n";
  if (!loose.empty()) return loose;
  const std::size_t at = packed.find(" " + name + "\n");
  return at == std::string::npos || at < 40 ? std::string() : packed.substr(at - 40, 40);
}

std::vector<fs::path> Checkout::data_files() const {
  std::vector<fs::path> out{channel_->statistics, channel_->simple, channel_->complex};
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(root_ / channel_->folder, ignored))
    if (entry.path().extension() == ".py") out.push_back(fs::path(channel_->folder) / entry.path().filename());
  std::sort(out.begin(), out.end());
  return out;
}

std::size_t Checkout::files() const { return data_files().size(); }

std::string Checkout::fingerprint() const {
  Fnv1a hash;
  for (const fs::path& file : data_files()) {
    Result<std::string> text = host_->read_file((root_ / file).string());
    if (!text) return {};
    hash.add(file.generic_string()).add('\0').add(*text).add('\0');
  }
  return hash.hex();
}

}  // namespace touchstone::tritonbench
