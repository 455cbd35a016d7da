// What a card says of itself, and its modes: values without references to the driver.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "driver.hpp"

namespace livegrade::decklink {

struct Mode {
    std::uint32_t code = 0;
    std::string name;
    int width = 0, height = 0;
    std::int64_t duration = 0, scale = 1;  // frames per second = scale / duration
    std::uint32_t dominance = 0, flags = 0;
};

struct CardFacts {
    int index = 0;
    std::string model, name;
    std::optional<std::int64_t> persistent_id;
    std::optional<std::string> handle;
    std::int64_t subdevice = 0, subdevices = 1;
    bool captures = false, plays = false;
    bool detects_format = false, hdr = false, colorspace = false, has_reference = false;
    std::int64_t input_connections = 0, output_connections = 0;
    std::optional<std::int64_t> input_connection, duplex, profile;
    std::int64_t minimum_preroll = 0, max_audio_channels = 0;
    bool hfr_timecode = false, anc_needs_v210 = false;
    std::int64_t busy = 0;
    std::optional<bool> input_locked, reference_locked;
    std::optional<std::int64_t> detected_mode, detected_flags, reference_mode, pcie_width, pcie_speed;
    std::optional<double> temperature_c;
};

std::vector<CardFacts> cards();

// Throw DriverFailure, std::out_of_range.
std::vector<Mode> modes(int card, bool output);
std::pair<bool, std::uint32_t> supports(int card, bool output, std::uint32_t connection, std::uint32_t mode,
                                        std::uint32_t pixel_format);

// Throws DriverFailure for a mode without a frame rate, by which nothing can be timed.
Mode mode_of(IDeckLinkDisplayMode* mode);

// A value of ProfileAttributes, Status or Configuration; none where the driver has none.
template <class Interface>
std::optional<std::int64_t> int_of(Interface* from, std::uint32_t id) {
    std::int64_t value = 0;
    if (!from || from->GetInt(id, &value) != result_ok) return std::nullopt;
    return value;
}

template <class Interface>
std::optional<bool> flag_of(Interface* from, std::uint32_t id) {
    Flag value{};
    if (!from || from->GetFlag(id, &value) != result_ok) return std::nullopt;
    return value != Flag{};
}

}  // namespace livegrade::decklink
