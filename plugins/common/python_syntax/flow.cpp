// CodeXGLUE's rules for Python (Ren et al., CodeBLEU, arXiv 2009.10297, section 3.3; GraphCodeBERT's extractor),
// written from their behaviour. What they do by accident counts too, because published figures have it: a loop's body
// is read twice, but not at all before an `else`; and `x.y = "z"` (three parts on each side, one of them inside a
// string) breaks the rules down, so that the whole text has no data flow. Where they put names in the order of a Python
// set, which differs from run to run, the order of appearance stands here.
#include "flow.hpp"

#include <algorithm>
#include <iterator>

#include "entries.hpp"

namespace touchstone::python {
namespace {

constexpr std::size_t deepest = 900;  // Python's recursion limit, by and large

/// Tokens at which a variable was last set, on the ways that lead here.
struct Origins {
  std::uint32_t first, count;  ///< in a pool
  bool used{false};
};

class Reader {
 public:
  Reader(const std::vector<Node>& nodes, std::string_view text)
      : nodes_(nodes), tokens_(nodes, text), entries_(tokens_, budget_), states_(tokens_.names(), none) {}

  std::vector<std::uint64_t> read() {
    visit(0, 0);
    return budget_.broken() ? std::vector<std::uint64_t>{} : entries_.numbers();
  }

 private:
  using States = std::vector<std::uint32_t>;  // by name: index into origins_, or none

  void visit(std::uint32_t at, std::size_t depth) {
    if (depth > deepest || at == none) budget_.end();
    if (!budget_.spend(1)) return;
    const Node& node = nodes_[at];
    if (is_token(node)) return leaf(at);
    if (node.sort == Sort::default_parameter) return parameter(at, depth);
    if (node.sort == Sort::assignment || node.sort == Sort::for_in_clause) return assignment(at, depth);
    if (node.sort == Sort::if_statement) return branches(at, depth);
    if (node.sort == Sort::for_statement || node.sort == Sort::while_statement) return loop(at, depth);
    for (const bool first : {true, false})
      for (std::uint32_t it = node.first; it != none; it = nodes_[it].next)
        if ((nodes_[it].sort == Sort::for_in_clause) == first) visit(it, depth + 1);
  }

  void leaf(std::uint32_t at) {
    const std::uint32_t token = tokens_.at(at);
    if (token == none) return budget_.end();
    if (tokens_.is_fixed(at)) return;
    const std::uint32_t name = tokens_.name(token);
    if (states_[name] == none) {
      if (nodes_[at].sort == Sort::identifier) set(token);
      return entries_.add({&token, 1}, false, {});
    }
    Origins& origins = origins_[states_[name]];
    if (!origins.used && budget_.spend(origins.count)) entries_.use(tokens_of(origins));
    origins.used = true;
    entries_.add({&token, 1}, false, {&token, 1});  // from the same name, elsewhere
  }

  void parameter(std::uint32_t at, std::size_t depth) {
    const std::uint32_t value = child_of(nodes_, at, Field::value);
    const Names names = variables(child_of(nodes_, at, Field::name));
    const Names values = value == none ? Names{} : variables(value);
    if (value != none) visit(value, depth + 1);
    if (!names.empty()) entries_.use(values);
    for (const std::uint32_t& name : names) {
      if (value == none) entries_.add({&name, 1}, false, {});
      for (const std::uint32_t& it : values) entries_.add({&name, 1}, false, {&it, 1});
      set(name);
    }
  }

  void assignment(std::uint32_t at, std::size_t depth) {
    const std::uint32_t left = child_of(nodes_, at, Field::left);
    if (nodes_[at].sort == Sort::for_in_clause) return assign({left}, {nodes_[at].last}, depth);
    const std::uint32_t right = child_of(nodes_, at, Field::right);
    if (right != none) assign(left, right, depth);
  }

  /// Part by part where both sides have as many (and some), else whole by whole.
  void assign(std::uint32_t left, std::uint32_t right, std::size_t depth) {
    const Names lefts = parts(left), rights = parts(right);
    const bool whole = lefts.size() != rights.size() || lefts.empty();
    assign(whole ? Names{left} : lefts, whole ? Names{right} : rights, depth);
  }

  void assign(const Names& lefts, const Names& rights, std::size_t depth) {
    for (const std::uint32_t it : rights) visit(it, depth + 1);
    for (std::size_t i = 0; i < lefts.size(); ++i) {
      const Names to = variables(lefts[i]), from = variables(rights[i]);
      if (budget_.broken()) return;
      if (!to.empty()) entries_.use(from);
      entries_.add(to, true, from);
      for (const std::uint32_t it : to) set(it);
    }
  }

  /// What stands between commas, or whatever else a node is made of: x, ".", y of `x.y`.
  Names parts(std::uint32_t at) {
    Names out;
    if (at == none) budget_.end();
    if (budget_.broken()) return out;
    for (std::uint32_t it = nodes_[at].first; it != none && budget_.spend(1); it = nodes_[it].next)
      if (nodes_[it].sort != Sort::comma) out.push_back(it);
    return out;
  }

  /// Tokens below a node that say more than their types do.
  Names variables(std::uint32_t at) {
    Names out, open{at};
    while (!open.empty() && budget_.spend(1)) {
      const std::uint32_t it = open.back();
      open.pop_back();
      if (it == none || (is_token(nodes_[it]) && tokens_.at(it) == none)) {
        budget_.end();
      } else if (is_token(nodes_[it])) {
        if (!tokens_.is_fixed(it)) out.push_back(tokens_.at(it));
      } else {
        const auto old = static_cast<std::ptrdiff_t>(open.size());
        for (std::uint32_t child = nodes_[it].first; child != none; child = nodes_[child].next) open.push_back(child);
        std::reverse(open.begin() + old, open.end());
      }
    }
    return out;
  }

  /// Every elif and else starts from what was before; afterwards a variable may come from any of the ways.
  void branches(std::uint32_t at, std::size_t depth) {
    const States before = copy(states_);
    States others(before.size(), none);
    bool otherwise = false;
    for (std::uint32_t it = nodes_[at].first; it != none && !budget_.broken(); it = nodes_[it].next) {
      otherwise = otherwise || nodes_[it].type.find("else") != std::string_view::npos;
      if (nodes_[it].sort != Sort::branch) {
        visit(it, depth + 1);
        continue;
      }
      States way = copy(before);
      std::swap(way, states_);
      visit(it, depth + 1);
      std::swap(way, states_);
      join(others, way);
    }
    if (!otherwise) join(others, before);
    join(states_, others);
  }

  States copy(const States& states) {
    budget_.spend(states.size());
    return states;
  }

  void join(States& into, const States& from) {
    if (!budget_.spend(from.size())) return;
    for (std::size_t name = 0; name < from.size(); ++name) {
      if (from[name] == none || from[name] == into[name]) continue;
      into[name] = into[name] == none ? from[name] : joined(into[name], from[name]);
    }
  }

  std::uint32_t joined(std::uint32_t a, std::uint32_t b) {
    const NameSpan one = tokens_of(origins_[a]), other = tokens_of(origins_[b]);
    if (!budget_.spend(one.size() + other.size())) return a;
    Names out;
    std::set_union(one.begin(), one.end(), other.begin(), other.end(), std::back_inserter(out));
    if (out.size() == one.size()) return a;
    return out.size() == other.size() ? b : origin(out);
  }

  NameSpan tokens_of(const Origins& origins) const { return {pool_.data() + origins.first, origins.count}; }

  std::uint32_t origin(NameSpan tokens) {
    const auto first = static_cast<std::uint32_t>(pool_.size());
    pool_.insert(pool_.end(), tokens.begin(), tokens.end());
    origins_.push_back({first, static_cast<std::uint32_t>(tokens.size())});
    return static_cast<std::uint32_t>(origins_.size() - 1);
  }

  void loop(std::uint32_t at, std::size_t depth) {
    const std::size_t begin = entries_.size();
    const bool is_while = nodes_[at].sort == Sort::while_statement;
    for (int turn = 0; turn < 2 && !budget_.broken(); ++turn) {
      if (!is_while) assign(child_of(nodes_, at, Field::left), child_of(nodes_, at, Field::right), depth);
      if (!is_while && nodes_[nodes_[at].last].sort == Sort::block) visit(nodes_[at].last, depth + 1);
      for (std::uint32_t it = is_while ? nodes_[at].first : none; it != none; it = nodes_[it].next)
        visit(it, depth + 1);
    }
    entries_.merge_from(begin);
  }

  void set(std::uint32_t token) {
    if (budget_.broken()) return;
    states_[tokens_.name(token)] = origin({&token, 1});
  }

  const std::vector<Node>& nodes_;
  Tokens tokens_;
  Budget budget_;
  Entries entries_;
  States states_;
  std::vector<Origins> origins_;
  Names pool_;
};

}  // namespace

std::vector<std::uint64_t> flows(const std::vector<Node>& nodes, std::string_view text) {
  return Reader(nodes, text).read();
}

}  // namespace touchstone::python
