#include "app/run_session.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <ostream>

#include "app/manifest.hpp"
#include "config/yaml_writer.hpp"
#include "exec/work_folder.hpp"
#include "pipeline/asking.hpp"
#include "report/progress.hpp"
#include "util/json.hpp"

namespace touchstone {
namespace {

bool exists(const std::string& path) {
  std::error_code code;
  return std::filesystem::exists(path, code);
}

}  // namespace

RunSession::RunSession(App& app, const Wired& wired, RunFolder& folder, RunPart part)
    : app_(app), wired_(wired), folder_(folder), part_(part), status_(app, folder) {
  for (const PlannedSample& sample : wired.plan.samples)
    if (part.shard.takes(sample.asked)) mine_.push_back(&sample);
}

Result<None> RunSession::go() {
  sweep();
  auto done = part_.ask_only ? ask_all() : judge_all();
  sweep();
  if (!done) status_.write(done.error().code == ErrorCode::cancelled ? "interrupted" : "failed");
  return done;
}

// A run that was killed leaves the work folders of its workers; the folder is ours alone, so nobody uses them.
void RunSession::sweep() const {
  if (!remove_tree(scratch())) app_.log.write(Level::warning, "something stayed in " + scratch());
}

void RunSession::announce(std::size_t todo) const {
  const std::size_t all = mine_.size();
  if (todo < all)
    app_.err << fmt::format("{}: {} of {} samples are {}{}\n", folder_.paths().folder, all - todo, all,
                            part_.ask_only ? "answered" : "done", todo ? fmt::format(", {} to do", todo) : "");
}

std::optional<Completion> RunSession::known(const PlannedSample& sample) const {
  const std::string path = folder_.paths().completion(sample.asked);
  if (!exists(path)) return {};
  const auto value = read_json_file(path);
  if (!value) app_.log.write(Level::warning, path + ": " + value.error().what);
  return value ? read_stored(*value) : std::nullopt;
}

// What a model could not be asked for is asked again by the next command.
Result<None> RunSession::ask_all() {
  std::vector<const PlannedSample*> todo;
  for (const PlannedSample* sample : mine_) {
    const auto completion = known(*sample);
    if (!completion || completion->finish == "error") todo.push_back(sample);
  }
  announce(todo.size());
  if (auto kept = folder_.write_config(write_yaml(compose(wired_.wiring.config))); !kept) return kept;
  if (auto kept = write_manifest(nullptr); !kept) return kept;
  status_.write("asking");
  const long all = static_cast<long>(mine_.size());
  Progress progress(app_.err, app_.terminal, all, all - static_cast<long>(todo.size()),
                    [&] { return app_.clock.seconds(); });
  const auto keep = [&](const PlannedSample& sample, const Completion& completion) {
    auto kept = folder_.write_completion(sample.asked, stored_completion(sample, completion));
    if (kept) progress.add(completion.finish == "stop" ? "answered" : completion.finish);
    return kept;
  };
  const auto done = ask_models(todo, static_cast<std::uint64_t>(wired_.wiring.config.seed), app_.stop, keep);
  progress.finish();
  if (done) status_.write("asked");
  return done;
}

Result<std::vector<const PlannedSample*>> RunSession::left() const {
  std::set<std::string> keys;
  const auto reading = read_records(folder_.paths().records(), [&](const Value& record) {
    if (is_final(record)) keys.insert(record["key"].text());
    return true;
  });
  if (!reading) return reading.error();
  std::vector<const PlannedSample*> out;
  for (const PlannedSample* sample : mine_)
    if (!keys.count(sample->key)) out.push_back(sample);
  return out;
}

// One run has one secret: a folder that came without it cannot go on with another.
Result<std::string> RunSession::secret(bool begun) {
  const std::string& wanted = wired_.wiring.config.secret;
  if (begun && wanted.empty() && !exists(folder_.paths().secret()))
    return Error{ErrorCode::config, "this run's judging secret is not here: the rest would be judged by other inputs",
                 folder_.paths().secret(), "pack it with --with-secret, or give it: --set secret=…"};
  return folder_.secret(wanted);
}

Result<None> RunSession::judge_all() {
  auto todo = left();
  if (!todo) return todo.error();
  announce(todo->size());
  auto drawn = secret(todo->size() < mine_.size());
  if (!drawn) return drawn.error();
  if (part_.stored_only)
    std::erase_if(*todo, [&](const PlannedSample* sample) {
      const bool lacks = !known(*sample);
      if (lacks) unanswered_.push_back(sample);
      return lacks;
    });
  if (!todo->empty()) {
    if (auto kept = folder_.write_config(write_yaml(compose(wired_.wiring.config))); !kept) return kept;
    if (auto done = judge(*todo, *drawn); !done) return done;
  }
  return finish(*drawn);
}

Result<None> RunSession::judge(const std::vector<const PlannedSample*>& todo, const std::string& secret) {
  app_.err << fmt::format("Starting workers on {} …\n", devices_text(devices_value(wired_.wiring))) << std::flush;
  auto workshop = Workshop::open(wired_.wiring, scratch(), lanes_of(wired_.wiring, todo.size()));
  if (!workshop) return workshop.error();
  for (const Feature& feature : (*workshop)->containment())
    if (!feature.holds) app_.log.write(Level::warning, feature.name + ": " + feature.detail);
  if (auto kept = write_manifest(workshop->get()); !kept) return kept;
  status_.write("running");
  auto records = Records::open(folder_.paths().records());
  if (!records) return records.error();
  const long all = static_cast<long>(mine_.size());
  Progress progress(app_.err, app_.terminal, all, all - static_cast<long>(todo.size()),
                    [&] { return app_.clock.seconds(); });
  const auto publish = [&](const Published& published) -> Result<None> {
    if (auto kept = keep(**records, published); !kept) return kept;
    progress.on((*workshop)->usable());
    progress.add(first_outcome(published.record));
    progress.say(status_.note((*workshop)->left_out()));
    return None{};
  };
  progress.on((*workshop)->usable());
  progress.say(status_.note((*workshop)->left_out()));
  const auto find = [this](const PlannedSample& sample) { return known(sample); };
  const auto done = run_pipeline({wired_.wiring, todo, **workshop, secret, app_.stop, find}, publish);
  progress.finish();
  app_.err << status_.note((*workshop)->left_out());
  return done;
}

// Artifacts first: a record never speaks of what is not there.
Result<None> RunSession::keep(Records& records, const Published& published) {
  const std::string& key = published.record["key"].text();
  Result<None> kept{None{}};
  each_text(published.texts, [&](const char* name, const std::string& text) {
    if (kept && !text.empty()) kept = folder_.write_artifact(key, name, text);
  });
  return kept ? records.append(published.record) : kept;
}

Result<None> RunSession::write_manifest(const Workshop* workshop) {
  Value manifest = make_manifest(app_, wired_.wiring, wired_.plan, workshop);
  manifest.set("run", wired_.wiring.config.name);
  const auto before = read_json_file(folder_.paths().manifest());
  if (before && (*before)["devices"].is_list())  // records of earlier sessions stay, and so do their devices
    manifest.set("devices", devices_value(wired_.wiring, (*before)["devices"]));
  note_shard(manifest, part_.shard, before ? *before : Value(), wired_.plan);
  return folder_.write_manifest(manifest);
}

// The stored config gets the secret when nobody is left to be judged, in other shards too: it and the data alone
// reproduce the run.
Result<None> RunSession::finish(const std::string& secret) {
  Value config = compose(wired_.wiring.config);
  if (part_.shard.whole() && unanswered_.empty()) config.set("secret", secret);
  if (auto kept = folder_.write_config(write_yaml(config)); !kept) return kept;
  status_.write(unanswered_.empty() ? "finished" : "waiting for completions");
  return None{};
}

}  // namespace touchstone
