#include "checkout.hpp"

#include <algorithm>
#include <cstdint>

namespace touchstone::tritonbench {
namespace {

namespace fs = std::filesystem;

constexpr const char* folder = "data/TritonBench_T_v1";
constexpr const char* statistics = "data/TritonBench_T_v1.jsonl";  // one JSON list, whatever its name says
constexpr const char* simple_file = "data/TritonBench_T_simp_alpac_v1.json";
constexpr const char* complex_file = "data/TritonBench_T_comp_alpac_v1.json";
constexpr const char* remedy =
    "run tools/fetch_tritonbench.sh FOLDER and name that folder by the option 'path' or by TOUCHSTONE_TRITONBENCH";

std::string trimmed(std::string text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r' || text.back() == ' ')) text.pop_back();
  return text;
}

/// The only instruction that contains `description`, or an error: a match by meaning would be a guess.
Result<std::string> instruction_of(const Value::List& all, const std::string& description, const char* file) {
  const std::string* found = nullptr;
  for (const Value& item : all) {
    const std::string& text = item["instruction"].text();
    if (text.find(description) == std::string::npos) continue;
    if (found) return Error{ErrorCode::io, "two instructions contain one description", file, remedy};
    found = &text;
  }
  if (!found) return Error{ErrorCode::io, "no instruction contains the description: " + description, file, remedy};
  return *found;
}

}  // namespace

Result<Checkout> Checkout::open(const Host& host, const fs::path& root) {
  std::error_code ignored;
  if (root.empty())
    return Error{ErrorCode::environment, "no checkout of TritonBench is named", "suite tritonbench", remedy};
  if (!fs::is_directory(root, ignored))
    return Error{ErrorCode::environment, "the TritonBench checkout is not a folder", root.string(), remedy};
  for (const char* part : {folder, statistics, simple_file, complex_file})
    if (!fs::exists(root / part, ignored))
      return Error{ErrorCode::environment, "the TritonBench checkout is incomplete", (root / part).string(), remedy};
  return Checkout(host, root);
}

Result<Value> Checkout::list(const std::string& file) const {
  const std::string path = (root_ / file).string();
  Result<std::string> text = host_->read_file(path);
  if (!text) return text.error();
  Result<Value> value = host_->read_json(*text, path);
  if (value && !value->is_list()) return Error{ErrorCode::io, "expected a JSON list", path, remedy};
  return value;
}

Result<std::vector<Row>> Checkout::rows() const {
  Result<Value> operators = list(statistics), simple = list(simple_file), complex = list(complex_file);
  for (const auto* part : {&operators, &simple, &complex})
    if (!*part) return part->error();
  std::vector<Row> rows;
  for (const Value& item : operators->list()) {
    const fs::path file = item["file"].text();
    Row row{.id = file.stem().string(), .file = (fs::path(folder) / file.filename()).string(),
            .description = item["description"].text(), .simple = {}, .complex = {},
            .difficulty = static_cast<int>(item["difficulty"].integer())};
    if (row.id.empty() || row.description.empty())
      return Error{ErrorCode::io, "a row without a file or a description", (root_ / statistics).string(), remedy};
    Result<std::string> short_one = instruction_of(simple->list(), row.description, simple_file);
    Result<std::string> long_one = instruction_of(complex->list(), row.description, complex_file);
    if (!short_one) return short_one.error();
    if (!long_one) return long_one.error();
    row.simple = *std::move(short_one);
    row.complex = *std::move(long_one);
    rows.push_back(std::move(row));
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
  std::vector<fs::path> out{statistics, simple_file, complex_file};
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(root_ / folder, ignored))
    if (entry.path().extension() == ".py") out.push_back(fs::path(folder) / entry.path().filename());
  std::sort(out.begin(), out.end());
  return out;
}

std::size_t Checkout::files() const { return data_files().size(); }

std::string Checkout::fingerprint() const {
  std::uint64_t hash = 14695981039346656037u;
  const auto add = [&](const std::string& text) {
    for (unsigned char byte : text) hash = (hash ^ byte) * 1099511628211u;
  };
  for (const fs::path& file : data_files()) {
    Result<std::string> text = host_->read_file((root_ / file).string());
    if (!text) return {};
    add(file.generic_string() + '\0' + *text + '\0');
  }
  std::string out;
  for (int shift = 60; shift >= 0; shift -= 4) out += "0123456789abcdef"[(hash >> shift) & 15];
  return out;
}

}  // namespace touchstone::tritonbench
