// Numbers of the driver's interfaces: four-character codes (big-endian packed), flags, identifiers.
#pragma once

#include <array>
#include <cstdint>

namespace livegrade::decklink {

constexpr std::uint32_t code_of(const char (&text)[5]) {
    std::uint32_t code = 0;
    for (int i = 0; i < 4; ++i) code = code << 8 | static_cast<std::uint8_t>(text[i]);
    return code;
}

inline constexpr std::uint32_t api_version = code_of("vers");

namespace pixel {
inline constexpr std::uint32_t uyvy = code_of("2vuy"), v210 = code_of("v210"), argb = 32, bgra = code_of("BGRA"),
                               r210 = code_of("r210"), r12b = code_of("R12B"), r12l = code_of("R12L"),
                               r10l = code_of("R10l"), r10b = code_of("R10b");
}

namespace input_flag {
inline constexpr std::uint32_t detect_format = 1;
}

namespace change {  // what VideoInputFormatChanged tells
inline constexpr std::uint32_t mode = 1, dominance = 2, colour = 4;
}

namespace detected {
inline constexpr std::uint32_t rgb444 = 2, depth12 = 8;
}

namespace dominance {
inline constexpr std::uint32_t progressive = code_of("prog"), psf = code_of("psf "), upper = code_of("uppr"),
                               lower = code_of("lowr");
}

namespace frame_flag {
inline constexpr std::uint32_t has_metadata = 2, captured_as_psf = 1U << 30, no_input_source = 1U << 31;
}

namespace output_flag {
inline constexpr std::uint32_t vanc = 1, rp188 = 4;
}

namespace completion {
inline constexpr std::uint32_t completed = 0, late = 1, dropped = 2, flushed = 3;
}

namespace timecode {
inline constexpr std::uint32_t high_frame_rate = code_of("rphr"), vitc1 = code_of("rpv1"), vitc2 = code_of("rp12"),
                               ltc = code_of("rplt");
inline constexpr std::uint32_t field_mark = 2;
}

namespace ancillary {
inline constexpr std::uint32_t bytes8 = code_of("ui08");
}

namespace audio {
inline constexpr std::uint32_t rate = 48000, bits32 = 32, timestamped = 2;
}

namespace metadata {
inline constexpr std::uint32_t colorspace = code_of("cspc"), eotf = code_of("eotf");
inline constexpr std::array<std::uint32_t, 12> floats{
    code_of("hdrx"), code_of("hdry"), code_of("hdgx"), code_of("hdgy"), code_of("hdbx"), code_of("hdby"),
    code_of("hdwx"), code_of("hdwy"), code_of("hdml"), code_of("hmil"), code_of("mcll"), code_of("fall")};
}

namespace attribute {
inline constexpr std::uint32_t io_support = code_of("vios"), detects_format = code_of("infd"), hdr = code_of("hdrm"),
                               colorspace = code_of("cmet"), reference_input = code_of("hrin"),
                               input_connections = code_of("vicn"), output_connections = code_of("vocn"),
                               duplex = code_of("dupx"), profile = code_of("prid"), minimum_preroll = code_of("mprf"),
                               subdevices = code_of("nsbd"), subdevice = code_of("subi"),
                               persistent_id = code_of("peid"), audio_channels = code_of("mach"),
                               hfr_timecode = code_of("HFRT"), anc_needs_v210 = code_of("vioY"),
                               handle = code_of("devh");
inline constexpr std::int64_t captures = 1, plays = 2;
}

namespace setting {
inline constexpr std::uint32_t input_connection = code_of("vicn");
}

namespace status {
inline constexpr std::uint32_t input_locked = code_of("visl"), detected_mode = code_of("dvim"),
                               detected_flags = code_of("dvff"), reference_locked = code_of("refl"),
                               reference_mode = code_of("refm"), busy = code_of("busy"),
                               temperature = code_of("dtmp"), pcie_width = code_of("pwid"),
                               pcie_speed = code_of("plnk");
}

namespace conversion {
inline constexpr std::uint32_t none = code_of("none");
}

}  // namespace livegrade::decklink
