#include <string>
#include <vector>

#include "app/app.hpp"

int main(int count, char** words) {
  return touchstone::run_program(std::vector<std::string>(words + 1, words + count), words[0]);
}
