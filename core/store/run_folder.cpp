#include "store/run_folder.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>

#include "store/plan.hpp"
#include "util/file_system.hpp"
#include "util/hash.hpp"
#include "util/json.hpp"

namespace touchstone {

namespace {

constexpr std::size_t secret_bytes = 32;

/// Whatever a disk says here, the run cannot go on: exit 4.
Error unusable(Error error, const std::string& hint = {}) {
  error.code = ErrorCode::environment;
  if (error.hint.empty()) error.hint = hint;
  return error;
}

Result<None> put(const std::string& path, std::string_view text, mode_t mode = 0644) {
  auto written = write_file_atomically(path, text, mode);
  if (written) return written;
  return unusable(written.error(), "make the folder writable and its disk roomy, and start the same command again");
}

/// Takes the lock; the kernel drops it when the process ends, so that none is ever stale.
Result<Descriptor> take_lock(const RunPaths& paths) {
  Descriptor file(::open(paths.lock().c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644));
  if (!file)
    return Error{ErrorCode::environment, std::string("cannot write in the run's folder: ") + std::strerror(errno),
                 paths.folder, "choose another folder with --output"};
  struct flock lock {};
  lock.l_type = F_WRLCK;
  lock.l_whence = SEEK_SET;
  if (::fcntl(file.get(), F_OFD_SETLK, &lock) == 0) {
    const std::string pid = std::to_string(::getpid()) + "\n";
    const bool told = ::ftruncate(file.get(), 0) == 0 && ::pwrite(file.get(), pid.data(), pid.size(), 0) > 0;
    if (told) return file;
    return Error{ErrorCode::environment, std::string("cannot write in the run's folder: ") + std::strerror(errno),
                 paths.folder};
  }
  if (errno != EAGAIN && errno != EACCES)
    return Error{ErrorCode::environment, std::string("cannot lock the run's folder: ") + std::strerror(errno),
                 paths.folder, "use a file system with locks"};
  const auto holder = read_file(paths.lock(), 64);
  const std::string pid = holder ? holder->substr(0, holder->find('\n')) : "unknown";
  return Error{ErrorCode::environment, "another run (process " + pid + ") is at work in this folder", paths.folder,
               "wait for it, or choose another folder with --output"};
}

bool is_secret(std::string_view text) {
  const auto visible = [](char c) { return c > ' ' && c < 0x7f; };
  return text.size() >= 8 && text.size() <= 256 && std::all_of(text.begin(), text.end(), visible);
}

}  // namespace

bool is_plain(std::string_view name) {
  const auto plain = [](unsigned char c) { return (std::isalnum(c) && c < 128) || c == '.' || c == '_' || c == '-'; };
  return !name.empty() && name.size() <= 200 && name.front() != '.' && std::all_of(name.begin(), name.end(), plain);
}

Result<std::unique_ptr<RunFolder>> RunFolder::open(const std::string& folder) {
  RunPaths paths{folder};
  if (auto made = make_folder(paths.artifacts()); !made)
    return unusable(made.error(), "choose another folder with --output");
  auto lock = take_lock(paths);
  if (!lock) return lock.error();
  std::error_code code;
  const bool resumes = std::filesystem::exists(paths.plan(), code);
  return std::unique_ptr<RunFolder>(new RunFolder(std::move(paths), std::move(*lock), resumes));
}

Result<None> RunFolder::settle_plan(const Value& plan) { return settle(paths_.plan(), plan); }

Result<None> RunFolder::replace_plan(const Value& plan) { return put(paths_.plan(), write_json_pretty(plan)); }

Result<None> RunFolder::settle_asking(const Value& plan) { return settle(paths_.asking(), plan); }

Result<None> RunFolder::settle(const std::string& path, const Value& plan) const {
  if (std::error_code code; !std::filesystem::exists(path, code)) return put(path, write_json_pretty(plan));
  const auto text = read_file(path);
  if (!text) return unusable(text.error());
  const auto before = read_json(*text, path);
  if (!before) return unusable(before.error(), "the run's plan is damaged: start in another folder with --output");
  const auto now = read_json(write_json(plan), "plan");  // as a file would give it back
  if (!now) return now.error();
  const std::vector<std::string> differences = compare_plans(*before, *now);
  if (differences.empty()) return None{};
  std::string what = "this folder holds a run of another plan:";
  for (const std::string& line : differences) what += "\n  " + line;
  return Error{ErrorCode::config, what, paths_.folder, "undo the change to go on, or start anew with --output"};
}

Result<std::string> RunFolder::secret(std::string_view wanted) {
  std::error_code code;
  if (!wanted.empty() && !is_secret(wanted))
    return Error{ErrorCode::config, "a secret is 8 to 256 visible ASCII characters", "secret"};
  if (std::filesystem::exists(paths_.secret(), code)) {
    const auto text = read_file(paths_.secret(), 4096);
    if (!text) return unusable(text.error());
    const std::string kept = text->substr(0, text->find('\n'));
    if (!is_secret(kept)) return Error{ErrorCode::environment, "the run's secret is damaged", paths_.secret()};
    if (!wanted.empty() && wanted != kept)
      return Error{ErrorCode::config, "this run began with another secret", paths_.secret(),
                   "start anew with --output"};
    return kept;
  }
  auto made = wanted.empty() ? random_hex(secret_bytes) : Result<std::string>(std::string(wanted));
  if (!made) return made;
  if (auto kept = put(paths_.secret(), *made + "\n", 0600); !kept) return kept.error();
  return made;
}

Result<None> RunFolder::write_manifest(const Value& manifest) {
  return put(paths_.manifest(), write_json_pretty(manifest));
}

Result<None> RunFolder::write_status(const Value& status) { return put(paths_.status(), write_json_pretty(status)); }

Result<None> RunFolder::write_config(std::string_view yaml) { return put(paths_.config(), yaml); }

Result<None> RunFolder::write_completion(const std::string& key, const Value& completion) {
  if (!is_plain(key)) return Error{ErrorCode::internal, "not fit for a file's name: '" + key + "'"};
  if (auto made = make_folder(paths_.completions()); !made) return unusable(made.error());
  return put(paths_.completion(key), write_json_pretty(completion));
}

Result<None> RunFolder::write_artifact(std::string_view sample, std::string_view name, std::string_view bytes) {
  if (!is_plain(sample) || !is_plain(name))
    return Error{ErrorCode::internal,
                 "not fit for a file's name: '" + std::string(sample) + "/" + std::string(name) + "'"};
  const std::string folder = paths_.artifacts() + "/" + std::string(sample);
  if (auto made = make_folder(folder); !made) return unusable(made.error());
  return put(folder + "/" + std::string(name), bytes);
}

}  // namespace touchstone
