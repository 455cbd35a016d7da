// What a frame carries beside its pixels, as values: timecodes with flags and user bits, ancillary packets, metadata.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "abi.hpp"

namespace decklink {

namespace carrier {
inline constexpr std::uint32_t vitc1 = four("rpv1"), vitc2 = four("rp12"), ltc = four("rplt"), high_rate = four("rphr"),
                               any = four("rp18");
// In the order in which `any` asks for them.
inline constexpr std::uint32_t all[] = {high_rate, vitc1, vitc2, ltc};
}  // namespace carrier

namespace timecode_flag {
inline constexpr std::uint32_t drop_frame = 1, field_mark = 2, colour_frame = 4, trigger_embedded = 8, triggered = 16;
}

struct TimecodeValue {
    std::uint8_t hours = 0, minutes = 0, seconds = 0, frames = 0;
    std::uint32_t flags = 0;
    std::uint32_t user_bits = 0;
    bool operator==(const TimecodeValue&) const = default;
};

// Frame `count` since midnight at `rate` frames a second (rounded up to whole ones).
TimecodeValue timecode_of(std::int64_t count, int rate, bool drop_frame);
std::int64_t count_of(const TimecodeValue& timecode, int rate);
std::string spelled(const TimecodeValue& timecode);

struct PacketValue {
    std::uint8_t did = 0, sdid = 0;
    std::uint32_t line = 0;
    std::uint8_t stream = 0;
    std::vector<std::uint8_t> data;
};

// Checksum over identifiers and data; the line is left out, because an output may choose it.
std::uint32_t packets_sum(const std::vector<PacketValue>& packets);

struct Carried {
    std::map<std::uint32_t, TimecodeValue> timecodes;  // by carrier
    std::vector<PacketValue> packets;
    std::map<std::uint32_t, std::int64_t> ints;
    std::map<std::uint32_t, double> floats;
};

// What `format` finds, the first one for `any`. Null: none.
const TimecodeValue* find_timecode(const std::map<std::uint32_t, TimecodeValue>& timecodes, std::uint32_t format);

// New objects with one reference for the client.
Timecode* make_timecode(const TimecodeValue& value);
AncillaryPacket* make_packet(const PacketValue& value);

}  // namespace decklink
