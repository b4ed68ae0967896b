#pragma once
// The parts of a conformance test, each called in a child of its own.

#include "host/traces.hpp"
#include "host/trial.hpp"

namespace touchstone {

/// Texts of the header are there and fit one line.
void hold_header(Trial& trial);
/// Keys, help, choices, and defaults that their own types take.
void hold_options(Trial& trial);
/// An instance from the settings, twice; nothing thrown where every value is missing.
void hold_create(Trial& trial);
/// The kind's contract (contract.hpp), and that it says the same twice.
void hold_kind(Trial& trial);
/// Calls from several threads at once give what one gave.
void hold_threads(Trial& trial);
/// What is left in the process by instances that came and went; `before` was taken before the file was opened.
void hold_traces(Trial& trial, const Traces& before);

}  // namespace touchstone
