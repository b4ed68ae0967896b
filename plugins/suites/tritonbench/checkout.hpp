#pragma once
// A checkout of upstream's repository as it lies on disk: what the T channel's data files say, row by row.

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "touchstone/host.hpp"
#include "touchstone/result.hpp"

namespace touchstone::tritonbench {

/// The state of the data that notes.yaml and the README's figures were made with.
inline constexpr std::string_view known_commit = "603e28a5050e8c268f6883a69709d477a272d49a";
inline constexpr std::string_view known_fingerprint = "1348105e8b14085c";

/// One operator of the T channel.
struct Row {
  std::string id;           ///< the file's stem: "softmax_log"
  std::string file;         ///< relative to the checkout
  std::string description;  ///< upstream's plain description: finds the task of a published answer
  std::string simple;       ///< upstream's whole simple instruction
  std::string complex;      ///< upstream's whole complex instruction
  int difficulty{0};        ///< upstream's, 1 to 5
};

/// An operator file cut at its separator line of 146 '#'.
struct Program {
  std::string reference;  ///< PyTorch source that defines the entries
  std::string test;       ///< a program that calls them
};

class Checkout {
 public:
  /// Says what is missing and how to get it; reads no data yet. `host` must outlive the checkout.
  static Result<Checkout> open(const Host& host, const std::filesystem::path& root);

  /// The T channel's rows in upstream's order, joined with their instructions. Each description must stand in exactly
  /// one instruction of each style.
  Result<std::vector<Row>> rows() const;
  Result<Program> program(const Row& row) const;

  /// The commit of the working tree, or empty where there is no git folder to read it from.
  std::string commit() const;
  /// 64-bit FNV-1a over names and bytes of every T data file, in order, as 16 hex digits; empty when one is unreadable.
  std::string fingerprint() const;
  std::size_t files() const;
  const std::filesystem::path& root() const { return root_; }

 private:
  Checkout(const Host& host, std::filesystem::path root) : host_(&host), root_(std::move(root)) {}
  Result<Value> list(const std::string& file) const;
  std::vector<std::filesystem::path> data_files() const;

  const Host* host_;
  std::filesystem::path root_;
};

}  // namespace touchstone::tritonbench
