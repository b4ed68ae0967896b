// The JSON reader, through which all that workers and providers say comes: as for YAML.

#include "util/json.hpp"
#include "fuzz/fuzz.hpp"

using namespace touchstone;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto read = read_json(fuzz::text_of(data, size), "f");
  if (!read) {
    fuzz::must(read.error().where.starts_with("f:"), "an error has a line", read.error().what);
    return 0;
  }
  for (const std::string& written : {write_json(*read), write_json_pretty(*read)}) {
    const auto again = read_json(written, "g");
    fuzz::must(again.ok(), "what is written can be read", written);
    fuzz::must(*again == *read, "it reads back the same", written);
  }
  return 0;
}
