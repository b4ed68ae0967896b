#include "entries.hpp"

#include <algorithm>

#include "common/python_syntax/python_syntax.hpp"
#include "signature.hpp"

namespace touchstone::tritonbench {
namespace {

std::string_view text_of(const Program& program, const python::Definition& one) {
  return std::string_view(program.reference).substr(one.begin, one.end - one.begin);
}

/// The class's forward as `apply` calls it, without the context, or as a test calls it itself.
std::string forward_signature(std::string_view type, const std::string& called) {
  const std::size_t at = type.find("def forward(");
  const std::string forward = at == std::string_view::npos ? "" : signature_of(type.substr(at));
  const std::size_t open = forward.find('('), comma = forward.find(',');
  if (open == std::string::npos || comma == std::string::npos) return {};
  if (called.ends_with(".forward")) return called + forward.substr(open);
  return called + "(" + forward.substr(forward.find_first_not_of(' ', comma + 1));
}

class Finder {
 public:
  explicit Finder(const Program& program)
      : program_(program), reference_(python::outline(program.reference)), test_(python::outline(program.test)) {}

  std::vector<Entry> find() const {
    for (const auto kind : {&Finder::function, &Finder::alias, &Finder::type, &Finder::kernel}) {
      std::vector<Entry> found;
      for (const python::Definition& one : reference_.definitions)
        if (named(one.name)) (this->*kind)(one, found);
      if (!found.empty()) return found;
    }
    std::vector<Entry> all;
    for (const python::Definition& one : reference_.definitions) function(one, all);
    return all;
  }

 private:
  static void add(Entry entry, std::vector<Entry>& into) {
    const auto same = [&](const Entry& other) { return other.name == entry.name; };
    if (const auto at = std::find_if(into.begin(), into.end(), same); at != into.end())
      *at = std::move(entry);  // bound twice: the last counts
    else
      into.push_back(std::move(entry));
  }

  bool named(const std::string& name) const {
    return std::any_of(test_.uses.begin(), test_.uses.end(),
                       [&](const auto& uses) { return uses.names.contains(name); });
  }

  void function(const python::Definition& one, std::vector<Entry>& into) const {
    if (one.kind != python::Kind::function || python::is_jit_kernel(one)) return;
    add({one.name, signature_of(text_of(program_, one))}, into);
  }

  /// `attention = _attention.apply`
  void alias(const python::Definition& one, std::vector<Entry>& into) const {
    const std::string_view text = text_of(program_, one);
    if (one.kind != python::Kind::assignment || !text.ends_with(".apply")) return;
    for (const python::Definition& other : reference_.definitions)
      if (other.kind == python::Kind::type && text.ends_with(" " + other.name + ".apply"))
        add({one.name, forward_signature(text_of(program_, other), one.name)}, into);
  }

  void type(const python::Definition& one, std::vector<Entry>& into) const {
    if (one.kind != python::Kind::type) return;
    for (const char* way : {".apply", ".forward"}) {
      const std::string called = one.name + way;
      const auto calls_it = [&](const auto& uses) { return uses.calls.contains(called); };
      if (!std::any_of(test_.uses.begin(), test_.uses.end(), calls_it)) continue;
      return add({called, forward_signature(text_of(program_, one), called)}, into);
    }
    add({one.name, ""}, into);
  }

  void kernel(const python::Definition& one, std::vector<Entry>& into) const {
    if (python::is_jit_kernel(one)) add({one.name, signature_of(text_of(program_, one)), true}, into);
  }

  const Program& program_;
  python::Outline reference_, test_;
};

}  // namespace

std::vector<Entry> entries_of(const Program& program) { return Finder(program).find(); }

}  // namespace touchstone::tritonbench
