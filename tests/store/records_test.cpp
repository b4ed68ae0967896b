#include "store/records.hpp"

#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <thread>

#include "folder.hpp"

using namespace touchstone;
using test::append_text;
using test::Folder;
using test::text_of;

namespace {

Value record(const std::string& key, int number) { return Value().set("key", key).set("n", number); }

std::string keys_of(const std::string& path, Reading* reading = nullptr) {
  std::string out;
  const auto read = read_records(path, [&](Value value) {
    out += value["key"].text() + "=" + std::to_string(value["n"].integer()) + " ";
    return true;
  });
  REQUIRE(read.ok());
  if (reading) *reading = *read;
  return out;
}

}  // namespace

TEST_CASE("records come back in order, the last of a key wins") {
  Folder folder;
  const std::string path = folder.path + "/records.jsonl";
  CHECK(keys_of(path).empty());
  {
    auto records = Records::open(path);
    REQUIRE(records.ok());
    for (const auto& [key, n] : {std::pair{"a", 1}, {"b", 2}, {"a", 3}, {"q\"uote", 4}, {"c", 5}})
      REQUIRE((*records)->append(record(key, n)).ok());
    REQUIRE((*records)->append(Value().set("n", 6).set("key", "late key")).ok());
    CHECK((*records)->append(Value().set("n", 1)).error().code == ErrorCode::internal);
  }
  Reading reading;
  CHECK(keys_of(path, &reading) == "b=2 a=3 q\"uote=4 c=5 late key=6 ");
  CHECK(reading.records == 5);
  CHECK(reading.replaced == 1);
  CHECK(reading.damaged.empty());
  CHECK(text_of(path).find("{\"key\":\"late key\",\"n\":6}\n") != std::string::npos);
}

TEST_CASE("reading stops when told to") {
  Folder folder;
  auto records = Records::open(folder.path + "/r");
  for (int i = 0; i < 3; ++i) REQUIRE((*records)->append(record(std::to_string(i), i)).ok());
  int seen = 0;
  REQUIRE(read_records(folder.path + "/r", [&](Value) { return ++seen < 2; }).ok());
  CHECK(seen == 2);
}

TEST_CASE("a torn tail is told by a reader and cut off by a writer, whatever its length") {
  for (const std::size_t length : {std::size_t{1}, std::size_t{30}, std::size_t{200'000}}) {
    Folder folder;
    const std::string path = folder.path + "/r";
    REQUIRE((*Records::open(path))->append(record("a", 1)).ok());
    append_text(path, (R"({"key":"b","text":")" + std::string(length, 'x')).substr(0, length));
    Reading reading;
    CHECK(keys_of(path, &reading) == "a=1 ");
    CHECK(reading.torn_bytes == static_cast<std::int64_t>(length));
    auto records = Records::open(path);
    REQUIRE(records.ok());
    CHECK((*records)->torn_bytes() == static_cast<std::int64_t>(length));
    REQUIRE((*records)->append(record("c", 3)).ok());
    CHECK(keys_of(path) == "a=1 c=3 ");
  }
}

TEST_CASE("damaged lines are numbered, the others are read") {
  Folder folder;
  const std::string path = folder.path + "/r";
  REQUIRE((*Records::open(path))->append(record("a", 1)).ok());
  append_text(path, "\n" + std::string(3, '\0') + "\n{\"key\":\"b\",oops}\n[1]\n");
  REQUIRE((*Records::open(path))->append(record("c", 3)).ok());
  Reading reading;
  CHECK(keys_of(path, &reading) == "a=1 c=3 ");
  CHECK(reading.damaged.size() == 4);
  CHECK(reading.records == 2);
}

TEST_CASE("many threads append, nothing is lost or mixed") {
  Folder folder;
  const std::string path = folder.path + "/r";
  auto records = Records::open(path);
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&, t] {
      for (int i = 0; i < 25; ++i) CHECK((*records)->append(record(std::to_string(t * 25 + i), i)).ok());
    });
  for (std::thread& thread : threads) thread.join();
  Reading reading;
  keys_of(path, &reading);
  CHECK(reading.records == 100);
  CHECK(reading.damaged.empty());
}

TEST_CASE("a full disk is an error that loses nothing, and room makes it go on") {
  Folder folder;
  const std::string path = folder.path + "/r";
  const pid_t child = ::fork();  // a limit on file sizes stands in for the disk, in a process of its own
  if (child == 0) {
    ::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{4096, RLIM_INFINITY};
    auto records = Records::open(path);
    bool good = records.ok() && (*records)->append(record("a", 1)).ok() && ::setrlimit(RLIMIT_FSIZE, &limit) == 0;
    const auto big = (*records)->append(record("big", 2).set("text", std::string(10'000, 'x')));
    good = good && !big.ok() && big.error().code == ErrorCode::environment && big.error().where == path &&
           big.error().hint.find("make room") != std::string::npos;
    ::_exit(good && (*records)->append(record("b", 3)).ok() ? 0 : 1);
  }
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  CHECK(status == 0);
  Reading reading;
  CHECK(keys_of(path, &reading) == "a=1 b=3 ");
  CHECK(reading.torn_bytes == 0);
}

TEST_CASE("kill -9 while appending loses only what was not returned from") {
  Folder folder;
  const std::string path = folder.path + "/r";
  int pipe[2];
  REQUIRE(::pipe(pipe) == 0);
  const pid_t child = ::fork();
  if (child == 0) {
    auto records = Records::open(path);
    for (int i = 0;; ++i)
      if ((*records)->append(record(std::to_string(i), i)).ok()) static_cast<void>(!::write(pipe[1], "x", 1));
  }
  ::close(pipe[1]);
  char byte = 0;
  for (int i = 0; i < 20; ++i) REQUIRE(::read(pipe[0], &byte, 1) == 1);
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  int returned = 20;
  while (::read(pipe[0], &byte, 1) == 1) ++returned;
  ::close(pipe[0]);
  REQUIRE(Records::open(path).ok());
  Reading reading;
  keys_of(path, &reading);
  CHECK(reading.records >= returned);
  CHECK(reading.damaged.empty());
}

TEST_CASE("a place that cannot be written is named") {
  const auto records = Records::open("/proc/none/records.jsonl");
  REQUIRE_FALSE(records.ok());
  CHECK(records.error().code == ErrorCode::environment);
  CHECK(records.error().where.find("/proc/none") != std::string::npos);
}
