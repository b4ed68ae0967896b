#include "host/elf.hpp"

#include <elf.h>

#include <cstring>
#include <optional>

#include "util/file_system.hpp"

namespace touchstone {
namespace {

#if defined(__x86_64__)
constexpr int this_machine = EM_X86_64;
#elif defined(__aarch64__)
constexpr int this_machine = EM_AARCH64;
#else
#error "say which ELF machine this is"
#endif

/// One structure of the file, or nothing where it would lie outside.
template <class T>
std::optional<T> at(std::string_view file, std::uint64_t offset) {
  if (offset > file.size() || file.size() - offset < sizeof(T)) return std::nullopt;
  T out;
  std::memcpy(&out, file.data() + offset, sizeof out);
  return out;
}

Error refused(const std::string& path, std::string what) {
  return {ErrorCode::plugin, std::move(what), path, "build the plugin again, or remove the file"};
}

bool is_defined(const Elf64_Sym& symbol) {
  const int binding = ELF64_ST_BIND(symbol.st_info);
  return symbol.st_shndx != SHN_UNDEF && (binding == STB_GLOBAL || binding == STB_WEAK);
}

/// Nothing where a table lies outside the file.
std::optional<bool> has_symbol(std::string_view file, const Elf64_Shdr& symbols, const Elf64_Shdr& names,
                               std::string_view wanted) {
  for (std::uint64_t i = 0; i < symbols.sh_size / sizeof(Elf64_Sym); ++i) {
    const auto symbol = at<Elf64_Sym>(file, symbols.sh_offset + i * sizeof(Elf64_Sym));
    if (!symbol) return std::nullopt;
    if (!is_defined(*symbol) || symbol->st_name >= names.sh_size) continue;
    const std::uint64_t start = names.sh_offset + symbol->st_name;
    if (start >= file.size()) return std::nullopt;
    const std::string_view rest = file.substr(start);
    if (rest.size() > wanted.size() && rest.starts_with(wanted) && rest[wanted.size()] == '\0') return true;
  }
  return false;
}

}  // namespace

Result<bool> exports_symbol(const std::string& path, std::string_view symbol) {
  const auto text = read_file(path);
  if (!text) return Error{ErrorCode::plugin, text.error().what, path, ""};
  const std::string_view file = *text;
  if (!file.starts_with(ELFMAG)) return refused(path, "not a shared library: the file does not start as ELF files do");
  const auto header = at<Elf64_Ehdr>(file, 0);
  if (!header) return refused(path, "the file is cut short");
  if (header->e_ident[EI_CLASS] != ELFCLASS64 || header->e_machine != this_machine)
    return refused(path, "built for another machine than this one");
  if (header->e_type != ET_DYN) return refused(path, "not a shared library but another kind of ELF file");
  const auto section_at = [&](std::uint64_t i) {
    return at<Elf64_Shdr>(file, header->e_shoff + i * sizeof(Elf64_Shdr));
  };
  // The table of sections lies at the end: where its last entry is there, nothing was cut.
  if (header->e_shnum && !section_at(header->e_shnum - 1u)) return refused(path, "the file is cut short");
  for (std::uint64_t i = 0; i < header->e_shnum; ++i) {
    const auto section = section_at(i);
    if (!section) return refused(path, "the file is cut short");
    if (section->sh_type != SHT_DYNSYM) continue;
    const auto names = section_at(section->sh_link);
    const auto found = names ? has_symbol(file, *section, *names, symbol) : std::nullopt;
    if (!found) return refused(path, "the file is cut short");
    return *found;
  }
  return false;
}

}  // namespace touchstone
