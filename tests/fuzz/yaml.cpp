// The YAML reader: ends, gives a place for what it refuses, and what it reads is written so that it reads back the
// same.

#include "config/yaml_reader.hpp"
#include "config/yaml_writer.hpp"
#include "fuzz/fuzz.hpp"

using namespace touchstone;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto read = read_yaml(fuzz::text_of(data, size), "f");
  if (!read) {
    fuzz::must(read.error().where.starts_with("f:"), "an error has a line", read.error().what);
    fuzz::must(!read.error().what.empty(), "an error says what");
    return 0;
  }
  const std::string written = write_yaml(*read);
  const auto again = read_yaml(written, "g");
  fuzz::must(again.ok(), "what is written can be read", again ? "" : again.error().what + "\n" + written);
  // NaN is not equal to itself, its text is.
  fuzz::must(*again == *read || write_yaml(*again) == written, "it reads back the same", written);
  return 0;
}
