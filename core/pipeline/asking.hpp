#pragma once
// The first half of a split run: models are asked, nothing is judged. Completions are kept as values, so that the other
// half can go on from them on a machine without the models.

#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <vector>

#include "pipeline/select.hpp"

namespace touchstone {

/// A completion with whose answer it is; stored_completion's inverse gives nothing where the value is not one.
Value stored_completion(const PlannedSample& sample, const Completion& completion);
std::optional<Completion> read_stored(const Value& value);

/// Asks for every sample of `todo`, a few at a time, and hands each completion over once, one at a time. `keep` returns
/// an error when it cannot be kept: the asking then stops. Errors: that one, or cancelled.
Result<None> ask_models(const std::vector<const PlannedSample*>& todo, std::uint64_t seed, std::stop_token stop,
                        const std::function<Result<None>(const PlannedSample&, const Completion&)>& keep);

/// Stands for a model that was asked elsewhere: what it is and how many answers it has come from the plan of the asking
/// (Plan::asking). It answers nothing.
std::unique_ptr<ModelBackend> asked_model(const std::string& name, const Value& asking);

}  // namespace touchstone
