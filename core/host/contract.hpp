#pragma once
// What each kind of plugin promises, tried on an instance.

#include "host/trial.hpp"

namespace touchstone {

/// Every function of the interface, with usual and odd arguments: what it gives is within the contract.
void hold_contract(const ModelBackend& model, Trial& trial);
void hold_contract(const OperatorSuite& suite, Trial& trial);
void hold_contract(const Metric& metric, Trial& trial);
void hold_contract(const Profiler& profiler, Trial& trial);
void hold_contract(const Runtime& runtime, Trial& trial);

/// What an instance says of itself and in answer to fixed arguments, as one text: the same for every instance of one
/// config, at any time, from any thread. Lets exceptions pass.
std::string said(const ModelBackend& model, Host& host);
std::string said(const OperatorSuite& suite, Host& host);
std::string said(const Metric& metric, Host& host);
std::string said(const Profiler& profiler, Host& host);
std::string said(const Runtime& runtime, Host& host);

/// A task, a sample of one attempt with this outcome, an execution: arguments for the calls above.
Task example_task();
Attempt example_attempt(std::string_view outcome);

}  // namespace touchstone
