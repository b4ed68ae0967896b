#pragma once
// A checkout of upstream's repository as it lies on disk: what a channel's data files say, row by row.

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "channel.hpp"
#include "touchstone/host.hpp"
#include "touchstone/result.hpp"

namespace touchstone::tritonbench {

/// One operator of a channel.
struct Row {
  std::string id;           ///< the file's stem: "softmax_log"
  std::string file;         ///< relative to the checkout
  std::string description;  ///< T: upstream's plain description; G: the simple instruction without what all share
  std::string simple;       ///< upstream's whole simple instruction
  std::string complex;      ///< upstream's whole complex instruction
  int difficulty{0};        ///< upstream's, 1 to 5
  std::string repository;   ///< G: where upstream took it from, "owner/name"
  std::int64_t stars{-1};   ///< G: of that repository when upstream looked
};

/// An operator file cut at its separator line of 146 '#'.
struct Program {
  std::string reference;  ///< source that defines the entries: PyTorch (T) or Triton (G)
  std::string test;       ///< a program that calls them
};

class Checkout {
 public:
  /// Says what is missing and how to get it; reads no data yet. `host` must outlive the checkout.
  static Result<Checkout> open(const Host& host, const std::filesystem::path& root, const Channel& channel);

  /// The channel's rows in upstream's order, joined with their instructions. Each description must stand in exactly one
  /// instruction of each style.
  Result<std::vector<Row>> rows() const;
  Result<Program> program(const Row& row) const;

  /// The commit of the working tree, or empty where there is no git folder to read it from.
  std::string commit() const;
  /// 64-bit FNV-1a over names and bytes of every data file of the channel, in order, as 16 hex digits; empty when one
  /// is unreadable.
  std::string fingerprint() const;
  std::size_t files() const;
  const std::filesystem::path& root() const { return root_; }
  const Channel& channel() const { return *channel_; }

 private:
  Checkout(const Host& host, std::filesystem::path root, const Channel& channel)
      : host_(&host), root_(std::move(root)), channel_(&channel) {}
  Result<Value> list(std::string_view file) const;
  Result<Row> row(const Value& item, const Value::List& simple, const Value::List& complex) const;
  std::vector<std::filesystem::path> data_files() const;

  const Host* host_;
  std::filesystem::path root_;
  const Channel* channel_;
};

}  // namespace touchstone::tritonbench
