// A target without a fuzzer: every file of the folders and files named, once. So seeds and old findings are tests under
// any compiler.

#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>

#include "fuzz/fuzz.hpp"

namespace {

namespace fs = std::filesystem;

void feed(const fs::path& path, std::size_t& count) {
  std::ifstream file(path, std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(file), {}};
  std::cerr << path.string() << '\n';  // the last one is the culprit
  LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
  ++count;
}

}  // namespace

int main(int count, char** words) {
  std::size_t fed = 0;
  for (int i = 1; i < count; ++i) {
    if (fs::is_directory(words[i])) {
      for (const fs::directory_entry& entry : fs::recursive_directory_iterator(words[i]))
        if (entry.is_regular_file()) feed(entry.path(), fed);
    } else {
      feed(words[i], fed);
    }
  }
  std::cout << fed << " inputs\n";
  return fed > 0 ? 0 : 1;
}
