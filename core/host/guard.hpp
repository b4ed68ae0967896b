#pragma once
// The only way the host calls a plugin: what it throws becomes an error that names it.

#include <exception>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "touchstone/result.hpp"

namespace touchstone {

namespace detail {
template <class T>
struct GuardedResult {
  using Type = Result<T>;
};
template <>
struct GuardedResult<void> {
  using Type = Result<None>;
};
template <class T>
struct GuardedResult<Result<T>> {
  using Type = Result<T>;
};

inline Error threw(std::string_view plugin, std::string_view function, const std::string& what) {
  const std::string in = function.empty() ? "" : " in " + std::string(function);
  return {ErrorCode::plugin, "the plugin '" + std::string(plugin) + "' threw an exception" + in + ": " + what,
          std::string(plugin), "report it to the plugin's author: errors must be returned"};
}
}  // namespace detail

/// Calls `call()` and gives its Result, or its value as one. An exception becomes an error (plugin) with `plugin`, the
/// name of the instance, and `function`, what was called; its text is copied. A returned error that names no place gets
/// the name.
template <class Call>
auto guarded(std::string_view plugin, Call&& call, std::string_view function = {}) ->
    typename detail::GuardedResult<std::invoke_result_t<Call>>::Type {
  using Returned = std::invoke_result_t<Call>;
  using Out = typename detail::GuardedResult<Returned>::Type;
  try {
    if constexpr (std::is_void_v<Returned>) {
      std::forward<Call>(call)();
      return None{};
    } else {
      Out out(std::forward<Call>(call)());
      if (out.ok() || !out.error().where.empty()) return out;
      Error error = out.error();
      error.where = plugin;
      return error;
    }
  } catch (const std::exception& exception) {
    return detail::threw(plugin, function, exception.what());
  } catch (...) {
    return detail::threw(plugin, function, "something that is no std::exception");
  }
}

}  // namespace touchstone
