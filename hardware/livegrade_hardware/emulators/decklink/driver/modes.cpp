#include "modes.hpp"

#include <algorithm>

namespace decklink {

namespace {

constexpr Mode modes[] = {
    {"NTSC", four("ntsc"), 720, 486, 1001, 30000, lower_first, rec601},
    {"PAL", four("pal "), 720, 576, 1000, 25000, upper_first, rec601},
    {"1080p23.98", four("23ps"), 1920, 1080, 1001, 24000, progressive, rec709},
    {"1080p24", four("24ps"), 1920, 1080, 1000, 24000, progressive, rec709},
    {"1080p25", four("Hp25"), 1920, 1080, 1000, 25000, progressive, rec709},
    {"1080p29.97", four("Hp29"), 1920, 1080, 1001, 30000, progressive, rec709},
    {"1080p30", four("Hp30"), 1920, 1080, 1000, 30000, progressive, rec709},
    {"1080p47.95", four("Hp47"), 1920, 1080, 1001, 48000, progressive, rec709},
    {"1080p48", four("Hp48"), 1920, 1080, 1000, 48000, progressive, rec709},
    {"1080p50", four("Hp50"), 1920, 1080, 1000, 50000, progressive, rec709},
    {"1080p59.94", four("Hp59"), 1920, 1080, 1001, 60000, progressive, rec709},
    {"1080p60", four("Hp60"), 1920, 1080, 1000, 60000, progressive, rec709},
    {"1080i50", four("Hi50"), 1920, 1080, 1000, 25000, upper_first, rec709},
    {"1080i59.94", four("Hi59"), 1920, 1080, 1001, 30000, upper_first, rec709},
    {"1080i60", four("Hi60"), 1920, 1080, 1000, 30000, upper_first, rec709},
    {"720p50", four("hp50"), 1280, 720, 1000, 50000, progressive, rec709},
    {"720p59.94", four("hp59"), 1280, 720, 1001, 60000, progressive, rec709},
    {"720p60", four("hp60"), 1280, 720, 1000, 60000, progressive, rec709},
    {"2Kp23.98", four("2k23"), 2048, 1556, 1001, 24000, progressive, rec709},
    {"2Kp24", four("2k24"), 2048, 1556, 1000, 24000, progressive, rec709},
    {"2Kp25", four("2k25"), 2048, 1556, 1000, 25000, progressive, rec709},
    {"2Kp23.98 DCI", four("2d23"), 2048, 1080, 1001, 24000, progressive, rec709},
    {"2Kp24 DCI", four("2d24"), 2048, 1080, 1000, 24000, progressive, rec709},
    {"2Kp25 DCI", four("2d25"), 2048, 1080, 1000, 25000, progressive, rec709},
    {"2Kp50 DCI", four("2d50"), 2048, 1080, 1000, 50000, progressive, rec709},
    {"2160p23.98", four("4k23"), 3840, 2160, 1001, 24000, progressive, rec709 | rec2020},
    {"2160p24", four("4k24"), 3840, 2160, 1000, 24000, progressive, rec709 | rec2020},
    {"2160p25", four("4k25"), 3840, 2160, 1000, 25000, progressive, rec709 | rec2020},
    {"2160p29.97", four("4k29"), 3840, 2160, 1001, 30000, progressive, rec709 | rec2020},
    {"2160p30", four("4k30"), 3840, 2160, 1000, 30000, progressive, rec709 | rec2020},
    {"2160p47.95", four("4k47"), 3840, 2160, 1001, 48000, progressive, rec709 | rec2020},
    {"2160p48", four("4k48"), 3840, 2160, 1000, 48000, progressive, rec709 | rec2020},
    {"2160p50", four("4k50"), 3840, 2160, 1000, 50000, progressive, rec709 | rec2020},
    {"2160p59.94", four("4k59"), 3840, 2160, 1001, 60000, progressive, rec709 | rec2020},
    {"2160p60", four("4k60"), 3840, 2160, 1000, 60000, progressive, rec709 | rec2020},
    {"4Kp23.98 DCI", four("4d23"), 4096, 2160, 1001, 24000, progressive, rec709 | rec2020},
    {"4Kp24 DCI", four("4d24"), 4096, 2160, 1000, 24000, progressive, rec709 | rec2020},
    {"4Kp25 DCI", four("4d25"), 4096, 2160, 1000, 25000, progressive, rec709 | rec2020},
};

constexpr int up_to(int value, int step) { return (value + step - 1) / step; }

}  // namespace

std::span<const Mode> all_modes() { return modes; }

const Mode* mode_of(std::uint32_t code) {
    const auto found = std::ranges::find(modes, code, &Mode::code);
    return found == std::end(modes) ? nullptr : &*found;
}

const Mode* mode_named(std::string_view text) {
    const auto found = std::ranges::find_if(modes, [&](const Mode& mode) {
        const char code[5] = {static_cast<char>(mode.code >> 24), static_cast<char>(mode.code >> 16),
                              static_cast<char>(mode.code >> 8), static_cast<char>(mode.code), 0};
        return text == mode.name || text == code;
    });
    return found == std::end(modes) ? nullptr : &*found;
}

std::optional<int> row_bytes(std::uint32_t format, int width) {
    switch (format) {
        case pixel::yuv10: return up_to(width, 48) * 128;
        case pixel::yuv8: return width * 2;
        case pixel::argb8:
        case pixel::bgra8: return width * 4;
        case pixel::rgb10:
        case pixel::rgb10x:
        case pixel::rgb10x_le: return up_to(width, 64) * 256;
        case pixel::rgb12:
        case pixel::rgb12_le: return width * 36 / 8;
        default: return std::nullopt;
    }
}

}  // namespace decklink
