#include "edits.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "place.hpp"
#include "python_syntax.hpp"

namespace touchstone::python {
namespace {

using Pairs = std::map<std::string_view, std::string_view>;

const Pairs comparisons{{"<", "<="}, {"<=", "<"}, {">", ">="}, {">=", ">"}, {"==", "!="}, {"!=", "=="}};
const Pairs operators{{"+", "-"}, {"-", "+"}, {"*", "+"}, {"/", "*"}};
const Pairs steps{{"+=", "-="}, {"-=", "+="}, {"*=", "+="}, {"/=", "*="}};
const Pairs reductions{{"sum", "max"}, {"max", "sum"}, {"min", "max"}, {"maximum", "minimum"}, {"minimum", "maximum"}};

/// Calls that say something to the compiler or to a person: an edit there changes speed or nothing.
const Words hints{"static_assert",  "device_assert", "static_print",  "device_print", "print",       "multiple_of",
                  "max_contiguous", "max_constancy", "debug_barrier", "assume",       "num_programs"};

/// Walks the kernels of one text and notes every fault that could be put there.
class Finder {
 public:
  explicit Finder(std::string_view text) : text_(text), place_(text) {}

  std::vector<Edit> find(TSNode root, const std::set<std::size_t>& kernels) {
    const auto top = [&](TSNode node, const Spot&) {
      const std::string_view type = type_of(node);
      if (type == "decorated_definition" && kernels.contains(ts_node_start_byte(node))) kernel(node);
      return type != "decorated_definition" && type != "function_definition" && type != "class_definition";
    };
    walk(root, top, [](std::size_t) {});
    return std::move(edits_);
  }

 private:
  void kernel(TSNode decorated) {
    const TSNode definition = field_of(decorated, "definition");
    const TSNode body = ts_node_is_null(definition) ? definition : field_of(definition, "body");
    if (ts_node_is_null(body)) return;
    accumulators_.clear();
    place_.begin(body);
    walk(
        body,
        [this](TSNode node, const Spot& spot) {
          place_.push(node);
          return place_.depth() < deepest && enter(node, spot.parent);
        },
        [this](std::size_t) { place_.pop(); });
    ++kernel_;
  }

  bool enter(TSNode node, std::string_view parent) {
    const std::string_view type = type_of(node);
    if (!ts_node_is_named(node)) return sign(node, parent), false;
    if (type == "comment" || type == "string" || type == "function_definition" || type == "lambda") return false;
    if (is_number(node)) return number(node), false;
    if (type == "keyword_argument") return keyword(node);
    if (type == "call") return call(node);
    if (type == "binary_operator") conjunct(node);
    if (type == "assignment" || type == "augmented_assignment") assignment(node, type == "augmented_assignment");
    if (type == "for_statement") loop(node);
    return true;
  }

  void note(std::string_view kind, std::size_t begin, std::size_t end, std::string put, TSNode around) {
    const std::string_view whole = place_.said(around);
    const bool plain = std::all_of(whole.begin(), whole.end(), [](unsigned char c) { return c > 0 && c < 128; });
    if (!plain || whole.size() > longest_around) return;
    const auto line = static_cast<int>(ts_node_start_point(place_.above(0)).row) + 1;
    edits_.push_back(
        {kind, begin, end, std::move(put), ts_node_start_byte(around), ts_node_end_byte(around), line, kernel_});
  }

  void replace(std::string_view kind, TSNode node, std::string_view put, TSNode around) {
    note(kind, ts_node_start_byte(node), ts_node_end_byte(node), std::string(put), around);
  }

  void sign(TSNode node, std::string_view parent) {
    const auto put = [&](const Pairs& pairs, std::string_view kind) {
      const auto it = pairs.find(place_.said(node));
      if (it != pairs.end()) replace(kind, node, it->second, place_.above(1));
    };
    if (parent == "comparison_operator" && !place_.is_idle(place_.above(1))) put(comparisons, "comparison");
    if (parent == "binary_operator" && !place_.is_address()) put(operators, "arithmetic");
    if (parent == "augmented_assignment" && place_.said(place_.above(1)).find("ptr") == std::string_view::npos)
      put(steps, "arithmetic");
  }

  void conjunct(TSNode node) {
    const TSNode left = field_of(node, "left"), right = field_of(node, "right"), sign = field_of(node, "operator");
    if (ts_node_is_null(left) || ts_node_is_null(right) || ts_node_is_null(sign) || place_.said(sign) != "&") return;
    if (is_number(left) || is_number(right)) return;
    if (!place_.is_idle(right)) note("mask", ts_node_end_byte(left), ts_node_end_byte(right), "", node);
    const TSNode inner = type_of(left) == "binary_operator" ? field_of(left, "operator") : TSNode{};
    if (!ts_node_is_null(inner) && place_.said(inner) == "&") return;  // its own parts are dropped one by one
    if (!place_.is_idle(left)) note("mask", ts_node_start_byte(left), ts_node_start_byte(right), "", node);
  }

  void number(TSNode node) {
    if (type_of(place_.above(1)) == "argument_list" && place_.callee(place_.above(2)) == "program_id")
      return replace("constant", node, place_.said(node) == "0" ? "1" : "0", place_.above(2));
    if (!place_.is_value()) return;
    const std::string other = other_number(place_.said(node));
    if (!other.empty()) replace("constant", node, other, place_.around());
  }

  bool keyword(TSNode node) {
    const std::string_view name = place_.keyword_of(node);
    const TSNode value = field_of(node, "value"), call = place_.above(2);
    if (ts_node_is_null(value)) return false;
    if (name == "input_precision" && place_.said(value) == "\"ieee\"") replace("dtype", value, "\"tf32\"", node);
    if (name == "other" && place_.said(value) == "float(\"-inf\")") replace("constant", value, "0.0", call);
    if (name == "other" && type_of(value) == "float" && place_.is_summed(call) &&
        place_.decides(call, place_.given(call, "mask")))
      replace("constant", value, other_number(place_.said(value)), call);
    return name == "mask";
  }

  bool call(TSNode node) {
    const std::string_view name = place_.callee(node);
    if (holds(hints, name)) return false;
    if (is_access(name)) unmask(node);
    const auto given = place_.arguments(node);
    const TSNode function = field_of(node, "function");
    if (type_of(function) != "attribute") return true;
    const auto reduction = reductions.find(name);
    if (reduction != reductions.end()) replace("reduction", field_of(function, "attribute"), reduction->second, node);
    // What is computed before it is cast is a count or an index in most kernels: small, and exact in half precision.
    const TSNode value = field_of(function, "object");
    const bool read = type_of(value) == "identifier" || (type_of(value) == "call" && place_.callee(value) == "load");
    if (read && name == "to" && given.size() == 1 && place_.said(given[0]).ends_with(".float32")) {
      const std::string_view wide = place_.said(given[0]);
      const std::string module(wide.substr(0, wide.size() - std::string_view("float32").size()));
      replace("dtype", given[0], module + "float16).to(" + std::string(wide), node);
    }
    return true;
  }

  /// Drops `mask=` and `other=`, where a load says that it matters.
  void unmask(TSNode call) {
    const auto given = place_.arguments(call);
    const auto is = [&](TSNode it, std::string_view name) { return place_.keyword_of(it) == name; };
    const auto mask = std::find_if(given.begin(), given.end(), [&](TSNode it) { return is(it, "mask"); });
    if (mask == given.begin() || mask == given.end()) return;
    const auto other = std::find_if(given.begin(), given.end(), [&](TSNode it) { return is(it, "other"); });
    if (place_.callee(call) == "load" && !place_.decides(call, *mask)) return;
    const auto from = std::min(mask, other), to = other == given.end() ? mask : std::max(mask, other);
    std::string kept;
    for (auto it = from; it <= to; ++it)
      if (it != mask && it != other) kept.append(", ").append(place_.said(*it));
    note("mask", ts_node_end_byte(*(from - 1)), ts_node_end_byte(*to), kept, call);
  }

  /// Rounds what a loop adds up in float32 to half precision at every step.
  void assignment(TSNode node, bool augmented) {
    const TSNode left = field_of(node, "left"), right = field_of(node, "right");
    if (ts_node_is_null(left) || ts_node_is_null(right) || type_of(left) != "identifier") return;
    if (!augmented && type_of(right) == "call" && (place_.callee(right) == "zeros" || place_.callee(right) == "full")) {
      const std::string_view made = place_.said(right), function = place_.said(field_of(right, "function"));
      if (made.find(".float32") != std::string_view::npos)
        accumulators_[place_.said(left)] = function.substr(0, function.rfind('.') + 1);
      return;
    }
    const auto it = accumulators_.find(place_.said(left));
    if (!place_.in_loop() || it == accumulators_.end() || it->second.empty()) return;
    std::string value(place_.said(right));
    if (augmented) {
      std::string_view sign = place_.said(field_of(node, "operator"));
      sign.remove_suffix(1);
      value = std::string(place_.said(left)) + " " + std::string(sign) + " (" + value + ")";
    }
    const std::string module(it->second);
    const std::string rounded = "(" + value + ").to(" + module + "float16).to(" + module + "float32)";
    replace("dtype", node, std::string(place_.said(left)) + " = " + rounded, node);
  }

  void loop(TSNode node) {
    place_.enter_loop();
    const TSNode over = field_of(node, "right");
    if (ts_node_is_null(over) || type_of(over) != "call") return;
    if (place_.callee(over) == "range" || place_.callee(over) == "static_range") shorten(over);
  }

  /// Drops a range's first iteration, or its last.
  void shorten(TSNode range) {
    auto given = place_.arguments(range);
    std::erase_if(given, [&](TSNode it) { return !place_.keyword_of(it).empty(); });
    if (given.empty() || given.size() > 3) return;
    const auto grouped = [&](TSNode it) {
      const bool plain = place_.said(it).find_first_of("+-<>&|^ ") == std::string_view::npos;
      return plain ? std::string(place_.said(it)) : "(" + std::string(place_.said(it)) + ")";
    };
    const std::string step = given.size() == 3 ? grouped(given[2]) : "1";
    const TSNode begin = given.front(), end = given.size() == 1 ? given[0] : given[1];
    if (given.size() == 1)
      note("range", ts_node_start_byte(begin), ts_node_start_byte(begin), "1, ", range);
    else
      replace("range", begin, place_.said(begin) == "0" ? step : grouped(begin) + " + " + step, range);
    replace("range", end, grouped(end) + " - " + step, range);
  }

  std::string_view text_;
  Place place_;
  std::vector<Edit> edits_;
  std::map<std::string_view, std::string_view> accumulators_;  ///< float32 zeros so far, with their module: "tl."
  std::size_t kernel_{0};
};

}  // namespace

std::vector<Edit> edits(std::string_view text) {
  const Outline read = outline(text);
  if (!read.parses) return {};
  std::set<std::size_t> kernels;
  for (const Definition& it : read.definitions)
    if (is_jit_kernel(it)) kernels.insert(it.begin);
  const Tree tree = kernels.empty() ? nullptr : parse(text);
  return tree ? Finder(text).find(ts_tree_root_node(tree.get()), kernels) : std::vector<Edit>{};
}

}  // namespace touchstone::python
