#include "config/yaml_reader.hpp"

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

#include <map>
#include <optional>
#include <set>
#include <sstream>

#include "config/place.hpp"
#include "config/plain_text.hpp"
#include "config/scalar.hpp"
#include "config/yaml_syntax.hpp"
#include "util/file_system.hpp"
#include "util/text.hpp"

namespace touchstone {
namespace {

/// Leaves the parser from inside an event; never leaves this file.
struct Refused {
  Error error;
};

/// Builds a Value from the parser's events, so that places, duplicate keys and aliases are seen as they were written.
class Builder : public YAML::EventHandler {
 public:
  explicit Builder(const std::string& name) : name_(name) {}
  Value root;
  Place last_quote;  ///< of the last quoted text; line 0: none

  /// The innermost map or list that is not closed; line 0: none.
  Place open_place() const { return levels_.empty() ? Place{} : levels_.back().value.place; }

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (documents_++) refuse(mark, "a second document starts here", "keep one document in a file");
  }
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    if (wants_key()) refuse(mark, "a key is empty", "write a word before the colon");
    // The parser's mark is where the next word stands, lines below.
    Value nothing;
    nothing.place = !levels_.empty() && levels_.back().key ? levels_.back().key_place : place(mark);
    add(std::move(nothing), anchor);
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    if (wants_key()) refuse(mark, "a key is an alias", "write the key itself");
    const auto found = anchors_.find(anchor);
    if (found == anchors_.end()) refuse(mark, "an alias stands inside its own anchor");
    count(mark, found->second.size);
    add(found->second.value, 0);
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& text) override {
    check_tag(mark, tag);
    const bool quoted = tag == "!";
    if (quoted) last_quote = place(mark);
    Scalar scalar = quoted ? Scalar{Value(text)} : read_scalar(text);
    if (!scalar.refusal.empty()) refuse(mark, scalar.refusal, scalar.hint);
    if (wants_key())
      set_key(mark, text, quoted, scalar.value);
    else
      add(at(mark, std::move(scalar.value)), anchor);
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    open(mark, tag, anchor, Value(Value::List{}));
  }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    open(mark, tag, anchor, Value(Value::Map{}));
  }
  void OnSequenceEnd() override { close(); }
  void OnMapEnd() override { close(); }

 private:
  struct Level {
    Value value;
    YAML::anchor_t anchor;
    std::size_t first;  ///< how many values there were before it
    std::optional<std::string> key{};
    Place key_place{};
    std::set<std::string> keys{};
    Value::Map map{};
    Value::List list{};
  };
  struct Anchored {
    Value value;
    std::size_t size;
  };

  Place place(const YAML::Mark& mark) const { return {name_, mark.line + 1, mark.column + 1}; }
  Value at(const YAML::Mark& mark, Value value) const {
    value.place = place(mark);
    return value;
  }
  [[noreturn]] void refuse(const YAML::Mark& mark, std::string what, std::string hint = {}) const {
    throw Refused{config_error(place(mark), std::move(what), std::move(hint))};
  }
  void check_tag(const YAML::Mark& mark, const std::string& tag) const {
    constexpr std::string_view standard = "tag:yaml.org,2002:";
    if (!tag.empty() && tag != "?" && tag != "!")
      refuse(mark,
             fmt::format("the tag '{}' is not understood",
                         tag.starts_with(standard) ? "!!" + tag.substr(standard.size()) : tag),
             "leave it out; quotes make a text of a number");
  }
  void count(const YAML::Mark& mark, std::size_t more) {
    values_ += more;
    if (values_ > yaml_value_limit)
      refuse(mark, fmt::format("more than {} values, those behind aliases counted", yaml_value_limit));
  }
  bool wants_key() const { return !levels_.empty() && levels_.back().value.is_map() && !levels_.back().key; }

  void set_key(const YAML::Mark& mark, const std::string& text, bool quoted, const Value& meaning) {
    if (!quoted && text == "<<")
      refuse(mark, "merge keys (<<) are not supported", "write the keys out, or use include: at the top of the file");
    if (!meaning.is_text())
      refuse(mark, fmt::format("the key {} is not text", text), fmt::format("write \"{}\"", text));
    Level& level = levels_.back();
    if (!level.keys.insert(text).second)
      refuse(mark, fmt::format("the key '{}' is there twice", text), "remove one of the two");
    level.key = text;
    level.key_place = place(mark);
  }
  void open(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, Value value) {
    check_tag(mark, tag);
    if (wants_key())
      refuse(mark, "a list or map stands where a key is expected", "write the key as a word, or close the bracket");
    if (levels_.size() >= yaml_depth_limit) refuse(mark, fmt::format("nested deeper than {} levels", yaml_depth_limit));
    value.place = !levels_.empty() && levels_.back().key ? levels_.back().key_place : place(mark);
    levels_.push_back({std::move(value), anchor, values_});
    count(mark, 1);
  }
  void close() {
    Level level = std::move(levels_.back());
    levels_.pop_back();
    Value value = level.value.is_map() ? Value(std::move(level.map)) : Value(std::move(level.list));
    value.place = level.value.place;
    if (level.anchor) anchors_[level.anchor] = {value, values_ - level.first};
    put(std::move(value));
  }
  void add(Value value, YAML::anchor_t anchor) {
    values_ += 1;
    if (anchor) anchors_[anchor] = {value, 1};
    put(std::move(value));
  }
  void put(Value value) {
    if (levels_.empty()) {
      root = std::move(value);
    } else if (Level& level = levels_.back(); level.key) {
      level.map.emplace_back(std::move(*level.key), std::move(value));
      level.key.reset();
    } else {
      level.list.push_back(std::move(value));
    }
  }

  const std::string& name_;
  std::vector<Level> levels_;
  std::map<YAML::anchor_t, Anchored> anchors_;
  std::size_t values_{0};
  int documents_{0};
};

}  // namespace

Result<Value> read_yaml(std::string_view text, const std::string& name) {
  if (text.size() > yaml_byte_limit)
    return config_error({name, 0, 0}, fmt::format("larger than {} bytes", yaml_byte_limit));
  if (auto fault = text_fault(text, name)) return *fault;
  Builder builder(name);
  try {
    std::istringstream stream{std::string(text)};
    YAML::Parser parser(stream);
    while (parser.HandleNextDocument(builder)) {
    }
  } catch (const Refused& refused) {
    return refused.error;
  } catch (const YAML::Exception& exception) {
    const Place place{name, exception.mark.line + 1, exception.mark.column + 1};
    return syntax_error(exception.msg, place, builder.open_place(), text);
  }
  if (builder.last_quote.line > 0 && !quote_is_closed(text, builder.last_quote))
    return config_error(builder.last_quote, "the quote that is opened here is not closed",
                        "close it with the same quote");
  return std::move(builder.root);
}

Result<Value> read_yaml_file(const std::string& path) {
  auto text = read_file(path, yaml_byte_limit);
  if (!text) return text.error();
  return read_yaml(*text, path);
}

}  // namespace touchstone
