// Our own operators, or a folder of yours in the same format (operators/README.md): data, no C++.

#include <algorithm>
#include <filesystem>
#include <map>

#include "operator_folder.hpp"

using namespace touchstone;

namespace {

namespace fs = std::filesystem;

constexpr Option options[] = {{.key = "path",
                               .type = OptionType::path,
                               .help = "the folder of <family>/<operator>/operator.yaml; left out: the shipped one"}};

class Operators : public OperatorSuite {
 public:
  Operators(std::string path, std::map<std::string, std::string> folders, Value admissions, const Host& host)
      : path_(std::move(path)), folders_(std::move(folders)), admissions_(std::move(admissions)), host_(host) {}

  Value identity() const override {
    return Value{}.set("name", "operators").set("path", path_).set("operators", folders_.size());
  }

  Result<None> tasks(const std::function<bool(Task)>& take) const override {
    Errors errors;  // the mistakes of all operators are told at once
    for (const auto& [id, folder] : folders_) {
      if (host_.cancelled()) break;
      auto task = operators::read_operator(folder, host_);
      if (task) task->admission = admissions_[id];
      if (!task)
        append(errors, task.error());
      else if (!take(std::move(*task)))
        break;
    }
    if (!errors.empty()) return joined(std::move(errors));
    return None{};
  }

 private:
  std::string path_;
  std::map<std::string, std::string> folders_;  ///< by task id: a stable order
  Value admissions_;                            ///< by task id
  const Host& host_;
};

/// What `touchstone admit --save` left beside the families, or nothing.
Result<Value> read_admissions(const std::string& path, const Host& host) {
  const std::string file = path + "/admission.json";
  std::error_code absent;
  if (!fs::is_regular_file(file, absent)) return Value{};
  auto read = host.read_yaml(file);  // JSON is YAML
  if (!read) return read.error();
  bool whole = (*read)["tasks"].is_map();
  for (const auto& [task, families] : (*read)["tasks"].map()) {
    whole = whole && families.is_map();
    for (const auto& [family, row] : families.map())
      whole = whole && !row["sha256"].text().empty() && row["failed"].is_list();
  }
  if (whole) return (*read)["tasks"];
  return Error{ErrorCode::config, "this is not what the admission gate keeps", file,
               "remove it and write it anew: touchstone admit operators --save " + file};
}

/// Every folder two levels down that holds an operator.yaml. Two of one name would be two tasks of one id.
Result<std::map<std::string, std::string>> find_operators(const std::string& path) {
  std::map<std::string, std::string> out;
  std::error_code failed;
  for (fs::directory_iterator family(path, failed), end; !failed && family != end; family.increment(failed)) {
    std::error_code below;
    if (!family->is_directory(below)) continue;
    for (fs::directory_iterator it(family->path(), below), last; !below && it != last; it.increment(below)) {
      std::error_code absent;
      if (!fs::is_regular_file(it->path() / "operator.yaml", absent)) continue;
      const auto [known, fresh] = out.emplace(it->path().filename().string(), it->path().string());
      if (!fresh)
        return Error{ErrorCode::config, "two operators are called '" + known->first + "'",
                     std::max(known->second, it->path().string()),
                     "the other is " + std::min(known->second, it->path().string())};
    }
  }
  if (failed)
    return Error{ErrorCode::config, "the folder of operators cannot be read: " + failed.message(), path,
                 "check 'path'"};
  if (out.empty())
    return Error{ErrorCode::config, "no <family>/<operator>/operator.yaml below this folder", path,
                 "give the folder that holds the families as 'path'"};
  return out;
}

Result<std::unique_ptr<OperatorSuite>> create(const Config& config, Host& host) {
  std::string path = config.has("path") ? config.text("path") : host.folder("operators");
  auto folders = find_operators(path);
  if (!folders) return folders.error();
  auto admissions = read_admissions(path, host);
  if (!admissions) return admissions.error();
  return made<OperatorSuite, Operators>(std::move(path), std::move(*folders), std::move(*admissions), host);
}

}  // namespace

TOUCHSTONE_PLUGIN(OperatorSuite, operators, "1.0", "Operators as folders of YAML and Python", options, create)
