// What comes in at a connector of an emulated card: format, pattern and all that travels with the picture, as a value; and
// what of it frame number `index` carries.
#pragma once

#include <optional>
#include <set>

#include "carried.hpp"
#include "picture.hpp"

namespace decklink {

struct TimecodeSignal {
    bool on = true;
    TimecodeValue start{10, 0, 0, 0, 0, 0};  // at index 0, or at `anchor`
    std::int64_t anchor = 0;
    bool running = true;
    std::vector<std::uint32_t> carriers{carrier::vitc1};
    std::uint32_t user_bits = 0;
};

// The camera's record state in whichever forms are switched on, told at the right frame.
struct RecordSignal {
    bool recording = false;
    std::int64_t from = -1, until = -1;  // recording for from <= index < until, where from is not negative
    std::set<std::int64_t> noise;        // frames that tell the opposite
    bool in_flag = false;                // timecode flags "trigger embedded" and "triggered"
    std::uint32_t in_bits = 0;           // these user bits are set while it records
    std::optional<PacketValue> packet_on, packet_off;
    bool at(std::int64_t index) const;
};

struct Signal {
    const Mode* mode = mode_named("1080p25");  // null: no signal
    bool rgb = false;
    int depth = 10;
    std::uint32_t connection = 1;  // SDI
    bool psf = false;
    Pattern pattern = Pattern::moving;
    std::string file;
    int loop_from = -1;  // index of the card whose output is plugged in here
    std::map<std::uint32_t, std::int64_t> ints;
    std::map<std::uint32_t, double> floats;
    TimecodeSignal timecode;
    RecordSignal record;
    std::vector<PacketValue> packets;
    bool counter_packet = false;
    bool sound = true;
};

// The packet that counts frames: user data range of SMPTE ST 291, then the index in four bytes, highest first.
inline constexpr std::uint8_t counter_did = 0x5f, counter_sdid = 0x01;

Carried carried_at(const Signal& signal, std::int64_t index);

// Bits of VideoInputFormatChanged.
std::uint32_t detected_flags(const Signal& signal);

// Sample `s` of channel c is (s + c * 65536) modulo 2^24, in the upper bits: any piece of it tells where it comes from.
inline std::uint32_t sound_value(std::int64_t sample, std::uint32_t channel) {
    return static_cast<std::uint32_t>(sample + (static_cast<std::int64_t>(channel) << 16)) & 0xffffff;
}

}  // namespace decklink
