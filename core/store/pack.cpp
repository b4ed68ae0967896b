#include "store/pack.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <map>

#include "util/command.hpp"
#include "util/descriptor.hpp"
#include "util/file_system.hpp"
#include "util/hash.hpp"
#include "util/text.hpp"

namespace touchstone {
namespace {

namespace fs = std::filesystem;

constexpr const char* checksums_name = "checksums.sha256";
constexpr double longest = 24 * 3600;                         // seconds: only what hangs takes so long
constexpr std::size_t longest_list = std::size_t{256} << 20;  // bytes
constexpr const char* full_hint = "make room and start the same command again: the run is as it was";

Error no_archive(const std::string& file, const std::string& what) {
  return {ErrorCode::environment, what, file, "ask for the file again: touchstone pack makes it"};
}

/// A folder for what is not whole yet, gone with it.
class Part {
 public:
  explicit Part(std::string path) : path_(std::move(path)) { remove(); }
  Part(const Part&) = delete;
  Part& operator=(const Part&) = delete;
  ~Part() { remove(); }
  const std::string& path() const { return path_; }

 private:
  void remove() const {
    std::error_code code;
    fs::remove_all(path_, code);
  }
  const std::string path_;
};

Result<std::string> tar(std::vector<std::string> arguments, const std::string& input = {}) {
  arguments.insert(arguments.begin(), "tar");
  auto environment = own_environment();
  environment["LC_ALL"] = "C";
  environment.erase("TAR_OPTIONS");
  auto reply = run_command({std::move(arguments), environment, input, {}, longest_list}, within(longest));
  if (!reply) return reply.error();
  if (reply->exit.code == 0 && reply->exit.signal == 0) return std::move(reply->output);
  return Error{ErrorCode::environment,
               "tar ended with " + describe(reply->exit) + ": " + printable(trim(reply->error_tail))};
}

/// Files of a folder, relative and sorted. Error: one that is neither a file nor a folder.
Result<std::vector<std::string>> files_of(const std::string& folder) {
  std::vector<std::string> out;
  std::error_code code;
  for (fs::recursive_directory_iterator at(folder, code), end; !code && at != end; at.increment(code)) {
    const auto status = at->symlink_status(code);
    if (fs::is_regular_file(status))
      out.push_back(at->path().lexically_relative(folder).string());
    else if (!fs::is_directory(status))
      return Error{ErrorCode::environment, "it is neither a file nor a folder, so it cannot travel",
                   at->path().string()};
  }
  if (code) return Error{ErrorCode::environment, "cannot be listed: " + code.message(), folder};
  std::ranges::sort(out);
  return out;
}

/// What is a run's own: not the lock, not what is there only during work.
bool travels(const std::string& name, bool with_secret) {
  if (name == "lock" || name.starts_with("scratch/") || name == checksums_name) return false;
  return (with_secret || name != "secret") && name.find("/.") == std::string::npos;
}

Result<None> sync_and_rename(const std::string& from, const std::string& to) {
  const Descriptor file(::open(from.c_str(), O_RDONLY | O_CLOEXEC));
  if (file && ::fsync(file.get()) == 0 && std::rename(from.c_str(), to.c_str()) == 0) return None{};
  return Error{ErrorCode::environment, std::string("cannot be kept: ") + std::strerror(errno), to, full_hint};
}

/// "<hash>  <name>", as sha256sum has it.
Result<std::string> checksums(const std::map<std::string, std::string>& paths) {
  std::string out;
  for (const auto& [name, path] : paths) {
    const auto bytes = read_file(path);
    if (!bytes) return bytes.error();
    out += sha256_hex(*bytes) + "  " + name + "\n";
  }
  return out;
}

/// A relative path of plain parts: nothing that could lead out of a folder.
bool is_inside(std::string_view name) {
  if (name.ends_with('/')) name.remove_suffix(1);
  const auto parts = split(name, '/');
  return std::ranges::all_of(parts, [](const std::string& part) { return is_plain(part); });
}

/// Refuses what no run of ours holds before anything is written.
Result<None> check_members(const std::string& file) {
  const auto names = tar({"--list", "--gzip", "--quoting-style=escape", "--file", file});
  if (!names) return no_archive(file, "it is no packed run: " + names.error().what);
  for (const std::string& name : split(trim(*names), '\n'))
    if (!is_inside(name)) return no_archive(file, "it is no packed run: it has a file '" + printable(name) + "'");
  const auto kinds = tar({"--list", "--verbose", "--gzip", "--quoting-style=escape", "--file", file});
  if (!kinds) return no_archive(file, "it is no packed run: " + kinds.error().what);
  for (const std::string& line : split(trim(*kinds), '\n'))
    if (line.empty() || (line[0] != '-' && line[0] != 'd'))
      return no_archive(file, "it is no packed run: it has a link or a device: '" + printable(line) + "'");
  return None{};
}

/// Every file is in the list with its hash, and nothing else is there.
Result<None> verify(const std::string& folder, const std::string& file) {
  const auto list = read_file(folder + "/" + checksums_name);
  if (!list) return no_archive(file, "it is no packed run: it has no checksums");
  std::map<std::string, std::string> expected;
  for (const std::string& line : split(trim(*list), '\n'))
    if (line.size() > 66) expected[line.substr(66)] = line.substr(0, 64);
  auto names = files_of(folder);
  if (!names) return names.error();
  std::erase(*names, std::string(checksums_name));
  for (const std::string& name : *names) {
    const auto bytes = read_file(folder + "/" + name);
    if (!bytes) return bytes.error();
    if (!expected.count(name)) return no_archive(file, "it is damaged: '" + name + "' is not in its checksums");
    if (expected[name] != sha256_hex(*bytes)) return no_archive(file, "it is damaged: the checksum of '" + name + "'");
  }
  if (names->size() != expected.size()) return no_archive(file, "it is damaged: a file is missing");
  return None{};
}

/// As a run writes them: readable, but for the secret. tar was told to heed nobody's modes.
void set_modes(const std::string& folder) {
  std::error_code code;
  const auto readable = fs::perms::owner_read | fs::perms::owner_write | fs::perms::group_read | fs::perms::others_read;
  const auto enter = fs::perms::owner_exec | fs::perms::group_exec | fs::perms::others_exec;
  fs::permissions(folder, readable | enter, code);
  for (fs::recursive_directory_iterator at(folder, code), end; !code && at != end; at.increment(code))
    if (at->is_directory())
      fs::permissions(at->path(), readable | enter, code);
    else if (at->path() != folder + "/secret")
      fs::permissions(at->path(), readable, code);
}

}  // namespace

Result<None> pack_run(const RunPaths& run, const std::string& file, const PackOptions& options, std::stop_token stop) {
  if (std::error_code code; fs::exists(file, code))
    return Error{ErrorCode::config, "the file is there already", file, "remove it, or name another with --output"};
  const auto held = RunFolder::open(run.folder);  // so that it does not change meanwhile
  if (!held) return held.error();
  auto names = files_of(run.folder);
  if (!names) return names.error();
  std::erase_if(*names, [&](const std::string& name) { return !travels(name, options.with_secret); });
  const Part part(file + ".part");
  if (auto made = make_folder(part.path()); !made) return made;
  std::map<std::string, std::string> paths;
  for (const std::string& name : *names) paths[name] = run.folder + "/" + name;
  std::vector<std::string> command{"--create",    "--gzip",    "--file",      part.path() + "/archive",
                                   "--owner=0",   "--group=0", "--directory", part.path(),
                                   checksums_name};
  if (!options.config.empty()) {
    paths["config.yaml"] = part.path() + "/config.yaml";
    if (auto kept = write_file_atomically(paths["config.yaml"], options.config); !kept) return kept;
    std::erase(*names, "config.yaml");
    command.push_back("config.yaml");
  }
  const auto list = checksums(paths);
  if (!list) return list.error();
  if (auto kept = write_file_atomically(part.path() + "/" + checksums_name, *list); !kept) return kept;
  for (const char* word :
       {"--directory", run.folder.c_str(), "--null", "--no-recursion", "--verbatim-files-from", "--files-from=-"})
    command.push_back(word);
  std::string input;
  for (const std::string& name : *names) input += name + '\0';
  if (auto packed = tar(command, input); !packed)
    return Error{ErrorCode::environment, packed.error().what, file, full_hint};
  if (stop.stop_requested()) return Error{ErrorCode::cancelled, "interrupted: nothing was kept", file};
  return sync_and_rename(part.path() + "/archive", file);
}

Result<None> unpack_run(const std::string& file, const std::string& folder, std::stop_token stop) {
  std::error_code code;
  if (fs::exists(fs::symlink_status(folder, code)))
    return Error{ErrorCode::config, "the folder is there already", folder, "name another with --output"};
  if (!fs::is_regular_file(file, code)) return Error{ErrorCode::config, "there is no such file", file};
  if (auto checked = check_members(file); !checked) return checked;
  const Part part(folder + ".part");
  if (auto made = make_folder(part.path()); !made) return made;
  const auto done = tar({"--extract", "--gzip", "--file", file, "--directory", part.path(), "--no-same-owner",
                         "--no-same-permissions", "--keep-old-files"});
  if (!done) return Error{ErrorCode::environment, done.error().what, folder, "make room, and start the command again"};
  if (auto verified = verify(part.path(), file); !verified) return verified;
  if (stop.stop_requested()) return Error{ErrorCode::cancelled, "interrupted: nothing was kept", folder};
  fs::remove(part.path() + "/" + checksums_name, code);
  set_modes(part.path());
  if (std::rename(part.path().c_str(), folder.c_str()) == 0) return None{};
  return Error{ErrorCode::environment, std::string("cannot be kept: ") + std::strerror(errno), folder};
}

}  // namespace touchstone
