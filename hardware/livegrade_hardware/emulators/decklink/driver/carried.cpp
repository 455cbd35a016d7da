#include "carried.hpp"

#include <cstdio>

#include "objects.hpp"

namespace decklink {

namespace {

class TimecodeObject final : public Alone<Timecode> {
 public:
    explicit TimecodeObject(const TimecodeValue& value) : Alone("Timecode", timecode_id), value_(value) {}

    std::uint32_t GetBCD() override {
        const auto bcd = [](unsigned number) { return number / 10 << 4 | number % 10; };
        return bcd(value_.hours) << 24 | bcd(value_.minutes) << 16 | bcd(value_.seconds) << 8 | bcd(value_.frames);
    }
    Result GetComponents(std::uint8_t* hours, std::uint8_t* minutes, std::uint8_t* seconds,
                         std::uint8_t* frames) override {
        if (!hours || !minutes || !seconds || !frames) return null_pointer;
        *hours = value_.hours;
        *minutes = value_.minutes;
        *seconds = value_.seconds;
        *frames = value_.frames;
        return ok;
    }
    Result GetString(const char** text) override {
        if (!text) return null_pointer;
        *text = client_string(spelled(value_));
        return ok;
    }
    std::uint32_t GetFlags() override { return value_.flags; }
    Result GetTimecodeUserBits(std::uint32_t* bits) override {
        if (!bits) return null_pointer;
        *bits = value_.user_bits;
        return ok;
    }

 private:
    void finish() override { delete this; }
    TimecodeValue value_;
};

class PacketObject final : public Alone<AncillaryPacket> {
 public:
    explicit PacketObject(const PacketValue& value) : Alone("AncillaryPacket", packet14_id), value_(value) {
        words_.assign(value_.data.begin(), value_.data.end());
    }

    Result GetBytes(std::uint32_t format, const void** data, std::uint32_t* size) override {
        const bool wide = format == four("ui16");
        if (!wide && format != four("ui08")) return not_implemented;
        if (data) *data = wide ? static_cast<const void*>(words_.data()) : value_.data.data();
        if (size) *size = static_cast<std::uint32_t>(value_.data.size() * (wide ? 2 : 1));
        return ok;
    }
    std::uint8_t GetDID() override { return value_.did; }
    std::uint8_t GetSDID() override { return value_.sdid; }
    std::uint32_t GetLineNumber() override { return value_.line; }
    std::uint8_t GetDataStreamIndex() override { return value_.stream; }
    std::uint32_t GetDataSpace() override { return 0; }

 private:
    void finish() override { delete this; }
    PacketValue value_;
    std::vector<std::uint16_t> words_;
};

}  // namespace

TimecodeValue timecode_of(std::int64_t count, int rate, bool drop_frame) {
    const int dropped = drop_frame ? rate / 15 : 0;
    const std::int64_t a_day = 24LL * (3600 * rate - 54 * dropped);
    count = (count % a_day + a_day) % a_day;
    if (drop_frame) {
        const std::int64_t ten_minutes = 600LL * rate - 9 * dropped, minute = 60LL * rate - dropped;
        const std::int64_t tens = count / ten_minutes, rest = count % ten_minutes;
        count += 9 * dropped * tens;
        if (rest >= 60LL * rate) count += dropped * ((rest - 60LL * rate) / minute + 1);
    }
    TimecodeValue timecode;
    timecode.frames = static_cast<std::uint8_t>(count % rate);
    timecode.seconds = static_cast<std::uint8_t>(count / rate % 60);
    timecode.minutes = static_cast<std::uint8_t>(count / rate / 60 % 60);
    timecode.hours = static_cast<std::uint8_t>(count / rate / 3600 % 24);
    timecode.flags = drop_frame ? timecode_flag::drop_frame : 0;
    return timecode;
}

std::int64_t count_of(const TimecodeValue& timecode, int rate) {
    const std::int64_t minutes = timecode.hours * 60 + timecode.minutes;
    const std::int64_t count = (minutes * 60 + timecode.seconds) * rate + timecode.frames;
    return timecode.flags & timecode_flag::drop_frame ? count - rate / 15 * (minutes - minutes / 10) : count;
}

std::string spelled(const TimecodeValue& timecode) {
    char text[16];
    std::snprintf(text, sizeof text, "%02d:%02d:%02d%c%02d", timecode.hours, timecode.minutes, timecode.seconds,
                  timecode.flags & timecode_flag::drop_frame ? ';' : ':', timecode.frames);
    return text;
}

std::uint32_t packets_sum(const std::vector<PacketValue>& packets) {
    std::uint32_t sum = 2166136261u;
    const auto take = [&](unsigned byte) { sum = (sum ^ byte) * 16777619u; };
    for (const PacketValue& packet : packets) {
        take(packet.did);
        take(packet.sdid);
        take(static_cast<unsigned>(packet.data.size()));
        for (const std::uint8_t byte : packet.data) take(byte);
    }
    return sum;
}

const TimecodeValue* find_timecode(const std::map<std::uint32_t, TimecodeValue>& timecodes, std::uint32_t format) {
    if (format != carrier::any) {
        const auto found = timecodes.find(format);
        return found == timecodes.end() ? nullptr : &found->second;
    }
    for (const std::uint32_t each : carrier::all)
        if (const auto found = timecodes.find(each); found != timecodes.end()) return &found->second;
    return nullptr;
}

Timecode* make_timecode(const TimecodeValue& value) { return new TimecodeObject(value); }
AncillaryPacket* make_packet(const PacketValue& value) { return new PacketObject(value); }

}  // namespace decklink
