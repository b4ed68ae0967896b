#include "util/log.hpp"

#include <spdlog/logger.h>
#include <spdlog/sinks/ostream_sink.h>
#include <spdlog/sinks/stdout_color_sinks.h>

#include <cstdlib>

namespace touchstone {
namespace {

spdlog::level::level_enum to_spdlog(Level level) {
  switch (level) {
    case Level::debug:
      return spdlog::level::debug;
    case Level::info:
      return spdlog::level::info;
    case Level::warning:
      return spdlog::level::warn;
    default:
      return spdlog::level::err;
  }
}

std::shared_ptr<spdlog::logger> make_logger(spdlog::sink_ptr sink, Level least, const char* pattern) {
  auto logger = std::make_shared<spdlog::logger>("touchstone", std::move(sink));
  logger->set_level(to_spdlog(least));
  logger->set_pattern(pattern);
  logger->flush_on(spdlog::level::debug);
  return logger;
}

}  // namespace

Log::Log(Level least) : least_(least) {
  const char* no_color = std::getenv("NO_COLOR");
  const bool plain = no_color && *no_color;
  auto mode = plain ? spdlog::color_mode::never : spdlog::color_mode::automatic;
  logger_ = make_logger(std::make_shared<spdlog::sinks::stderr_color_sink_mt>(mode), least, "%H:%M:%S %^%l%$ %v");
}

Log::Log(Level least, std::ostream& stream)
    : least_(least),
      logger_(make_logger(std::make_shared<spdlog::sinks::ostream_sink_mt>(stream, true), least, "%l %v")) {}

void Log::write(Level level, std::string_view text) const {
  if (!shows(level)) return;
  std::string clean(text);
  for (char& c : clean)
    if ((static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t') || c == 0x7F) c = '?';
  logger_->log(to_spdlog(level), spdlog::string_view_t(clean.data(), clean.size()));
}

}  // namespace touchstone
