#include "drawn.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "common/known_keys/known_keys.hpp"

namespace touchstone::operators {
namespace {

using Words = std::span<const std::string_view>;

constexpr std::array<std::string_view, 14> dtypes{"float64",   "float32",    "float16",       "bfloat16",   "int64",
                                                  "int32",     "int16",      "int8",          "uint8",      "bool",
                                                  "complex64", "complex128", "float8_e4m3fn", "float8_e5m2"};
constexpr std::array<std::string_view, 8> kinds{"normal",      "uniform", "integers", "bernoulli",
                                                "permutation", "sorted",  "constant", "values"};
constexpr std::array<std::string_view, 6> layouts{"contiguous", "transposed", "strided",
                                                  "offset",     "expanded",   "channels_last"};
constexpr std::array<std::string_view, 4> sprinkles{"nan", "inf", "-inf", "zero"};
constexpr std::array<std::string_view, 6> common_keys{"tensor", "dtype", "draw", "layout", "sprinkle", "grad"};

/// The keys that only one kind of draw takes.
std::vector<std::string_view> parameters(std::string_view kind) {
  if (kind == "normal") return {"mean", "std"};
  if (kind == "uniform" || kind == "integers" || kind == "sorted") return {"low", "high"};
  if (kind == "bernoulli") return {"p"};
  if (kind == "constant") return {"value"};
  if (kind == "values") return {"values"};
  return {};
}

bool is_size(const Value& value) { return value.is_integer() && value.integer() >= 0; }

/// Numbers, and those that YAML and JSON cannot both say.
bool is_amount(const Value& value) {
  static constexpr std::array<std::string_view, 3> words{"inf", "-inf", "nan"};
  return value.is_number() || value.is_flag() || std::ranges::find(words, value.text()) != words.end();
}

void check_sprinkle(const Value& sprinkle, Errors& errors) {
  if (sprinkle.is_null()) return;
  only_keys(sprinkle, "sprinkle", sprinkles, errors);
  for (const auto& [key, count] : sprinkle.map())
    if (!is_size(count)) errors.push_back(wrong(count, "sprinkle: '" + key + "' is no number of elements"));
}

void check_tensor(const Value& spec, Errors& errors) {
  const auto& sizes = spec["tensor"];
  if (!sizes.is_list() || !std::ranges::all_of(sizes.list(), is_size))
    errors.push_back(wrong(sizes.is_null() ? spec : sizes, "tensor: the sizes are no list of whole numbers from 0",
                           "write tensor: [4, 8], or [] for a scalar tensor"));
  check_word(spec["dtype"], "dtype", dtypes, errors);
  check_word(spec["draw"], "draw", kinds, errors);
  check_word(spec["layout"], "layout", layouts, errors);
  check_sprinkle(spec["sprinkle"], errors);
  if (!spec["grad"].is_null() && !spec["grad"].is_flag())
    errors.push_back(wrong(spec["grad"], "grad is neither true nor false"));
  const std::string kind = spec["draw"].text_or(spec.find("values") ? "values" : "normal");
  if (std::ranges::find(kinds, kind) == kinds.end()) return;  // said above; its keys cannot be known
  std::vector<std::string_view> keys = parameters(kind);
  for (const std::string_view key : keys)
    if (const Value* given = spec.find(key); given && !(key == "values" ? given->is_list() : is_amount(*given)))
      errors.push_back(wrong(*given, std::string(key) + (key == "values" ? " is no list" : " is no number")));
  keys.insert(keys.end(), common_keys.begin(), common_keys.end());
  only_keys(spec, "a tensor with draw: " + kind, keys, errors);
}

void check_same(const Value& spec, const Value& arguments, Errors& errors) {
  const std::string& other = spec["same_as"].text();
  std::vector<std::string_view> others;
  for (const auto& [name, value] : arguments.map())
    if (!value.find("same_as")) others.push_back(name);
  if (spec.map().size() != 1)
    errors.push_back(wrong(spec, "same_as does not stand alone", "write {same_as: x}"));
  else if (std::ranges::find(others, other) == others.end())
    errors.push_back(
        wrong(spec["same_as"], "same_as: '" + other + "' is no other argument of this case", hint_for(other, others)));
}

}  // namespace

Words dtype_names() { return dtypes; }
Words draw_kinds() { return kinds; }

void check_word(const Value& given, std::string_view what, Words known, Errors& errors) {
  if (given.is_null() || std::ranges::find(known, given.text()) != known.end()) return;
  const std::string word = given.is_text() ? "'" + given.text() + "'" : "this";
  errors.push_back(wrong(given, std::string(what) + ": " + word + " is not known", hint_for(given.text(), known)));
}

void check_argument(const Value& value, const Value& arguments, Errors& errors) {
  for (const Value& item : value.list()) check_argument(item, arguments, errors);
  if (!value.is_map()) return;
  if (value.find("tensor")) return check_tensor(value, errors);
  if (value.find("same_as")) return check_same(value, arguments, errors);
  const bool alone = value.map().size() == 1;
  if (alone && value.find("dtype")) return check_word(value["dtype"], "dtype", dtypes, errors);
  if (alone && value.find("float")) {
    if (!is_amount(value["float"])) errors.push_back(wrong(value["float"], "float is no number"));
    return;
  }
  static constexpr std::array<std::string_view, 4> forms{"tensor", "dtype", "float", "same_as"};
  const std::string key = value.map().empty() ? "" : value.map().front().first;
  errors.push_back(
      wrong(value, "'" + key + "' begins no argument: expected {tensor: …}, {dtype: …}, {float: …} or {same_as: …}",
            hint_for(key, forms)));
}

}  // namespace touchstone::operators
