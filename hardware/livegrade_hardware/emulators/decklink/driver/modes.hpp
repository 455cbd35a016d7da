// The display modes that the emulated cards know, and how a row of each pixel format is laid out.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "abi.hpp"

namespace decklink {

struct Mode {
    const char* name;
    std::uint32_t code;
    int width, height;
    std::int64_t duration, scale;  // of one frame, in seconds
    std::uint32_t dominance;
    std::uint32_t flags;  // colour spaces
};

inline constexpr std::uint32_t progressive = four("prog"), upper_first = four("uppr"), lower_first = four("lowr");
inline constexpr std::uint32_t rec601 = 2, rec709 = 4, rec2020 = 8;

std::span<const Mode> all_modes();
// Null where there is no such mode.
const Mode* mode_of(std::uint32_t code);
// By four-character code or by name ("Hp50", "1080p50").
const Mode* mode_named(std::string_view text);

namespace pixel {
inline constexpr std::uint32_t yuv8 = four("2vuy"), yuv10 = four("v210"), argb8 = 32, bgra8 = four("BGRA"),
                               rgb10 = four("r210"), rgb10x = four("R10b"), rgb10x_le = four("R10l"),
                               rgb12 = four("R12B"), rgb12_le = four("R12L");
}

// None: not a pixel format of the emulated cards.
std::optional<int> row_bytes(std::uint32_t pixel_format, int width);
inline bool is_yuv(std::uint32_t format) { return format == pixel::yuv8 || format == pixel::yuv10; }

// Sound samples of 48 kHz before frame `count` begins.
inline std::int64_t samples_before(std::int64_t count, const Mode& mode) {
    return static_cast<std::int64_t>(static_cast<__int128>(count) * mode.duration * 48000 / mode.scale);
}

}  // namespace decklink
