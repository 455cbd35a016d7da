#include "signal.hpp"

namespace decklink {

namespace {

int whole_rate(const Mode& mode) { return static_cast<int>((mode.scale + mode.duration - 1) / mode.duration); }

// Above 30 frames a second only the high frame rate timecode counts frames; the others count pairs and mark the second.
std::map<std::uint32_t, TimecodeValue> timecodes_at(const Signal& signal, std::int64_t index, bool recording) {
    const TimecodeSignal& settings = signal.timecode;
    std::map<std::uint32_t, TimecodeValue> timecodes;
    if (!settings.on) return timecodes;
    const int rate = whole_rate(*signal.mode), pair = rate > 30 ? 2 : 1;
    const bool drop = settings.start.flags & timecode_flag::drop_frame;
    const std::int64_t gone = settings.running ? index - settings.anchor : 0;
    for (const std::uint32_t each : settings.carriers) {
        const int step = each == carrier::high_rate ? 1 : pair;
        const std::int64_t count = count_of(settings.start, rate) + gone;
        TimecodeValue value = timecode_of(count / step, rate / step, drop);
        if (step == 2 && count % 2) value.flags |= timecode_flag::field_mark;
        if (signal.record.in_flag)
            value.flags |= timecode_flag::trigger_embedded | (recording ? timecode_flag::triggered : 0);
        value.user_bits = settings.user_bits;
        if (signal.record.in_bits)
            value.user_bits = recording ? value.user_bits | signal.record.in_bits
                                        : value.user_bits & ~signal.record.in_bits;
        timecodes[each] = value;
    }
    return timecodes;
}

}  // namespace

bool RecordSignal::at(std::int64_t index) const {
    const bool inside = from >= 0 ? index >= from && (until < 0 || index < until) : recording;
    return noise.contains(index) ? !inside : inside;
}

Carried carried_at(const Signal& signal, std::int64_t index) {
    Carried carried;
    const bool recording = signal.record.at(index);
    carried.timecodes = timecodes_at(signal, index, recording);
    carried.packets = signal.packets;
    const auto& packet = recording ? signal.record.packet_on : signal.record.packet_off;
    if (packet) carried.packets.push_back(*packet);
    if (signal.counter_packet) {
        const auto byte = [&](int shift) { return static_cast<std::uint8_t>(index >> shift); };
        carried.packets.push_back({counter_did, counter_sdid, 10, 0, {byte(24), byte(16), byte(8), byte(0)}});
    }
    carried.ints = signal.ints;
    carried.floats = signal.floats;
    return carried;
}

std::uint32_t detected_flags(const Signal& signal) {
    const std::uint32_t depth = signal.depth == 12 ? 8 : signal.depth == 10 ? 16 : 32;
    return (signal.rgb ? 2 : 1) | depth;
}

}  // namespace decklink
