#pragma once
// Tasks whose goldens are the same but for names, comments and layout: one question asked twice.

#include <map>
#include <string>
#include <vector>

#include "touchstone/runtime.hpp"
#include "touchstone/suite.hpp"

namespace touchstone {

/// Names of tasks by the form of their goldens, whatever names, comments and layout; empty where the runtime finds
/// none.
using Shapes = std::map<std::string, std::vector<std::string>>;
/// Adds those of every task of a suite, whatever `where` says; `from` tells it from others in a name.
void add_shapes(OperatorSuite& suite, const std::string& from, const Runtime& runtime, Shapes& shapes);
/// The other tasks that have a task's golden.
std::vector<std::string> twins_of(const Task& task, const Runtime& runtime, const Shapes& shapes);

}  // namespace touchstone
