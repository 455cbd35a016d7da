#include "output_frame.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include "constants.hpp"
#include "own_packet.hpp"
#include "tagged_frame.hpp"

namespace livegrade::decklink {

int row_bytes(std::uint32_t pixel_format, int width) {
    const auto blocks = [width](int pixels, int bytes) { return (width + pixels - 1) / pixels * bytes; };
    switch (pixel_format) {
        case pixel::v210: return blocks(48, 128);
        case pixel::uyvy: return blocks(2, 4);
        case pixel::argb:
        case pixel::bgra: return blocks(1, 4);
        case pixel::r210:
        case pixel::r10l:
        case pixel::r10b: return blocks(64, 256);
        case pixel::r12b:
        case pixel::r12l: return blocks(8, 36);
        default: return 0;
    }
}

bool Places::has(std::uint32_t format) const {
    return std::any_of(begin(), end(), [format](const Placed& place) { return place.format == format; });
}

Places placed(const TimecodeValue& timecode, const Mode& mode, bool high_frame_rate) {
    const bool segmented = mode.dominance != dominance::progressive;
    const bool pairs = !segmented && mode.scale > 30 * mode.duration;
    const bool counts_all = pairs && timecode.format == timecode::high_frame_rate;
    const bool second = counts_all ? timecode.frames % 2 : (timecode.flags & timecode::field_mark) != 0;
    const auto label = static_cast<std::uint8_t>(counts_all ? timecode.frames / 2 : timecode.frames);
    const std::uint32_t flags = timecode.flags & ~timecode::field_mark;

    Places places;
    if (!(pairs && second)) places.add({timecode::vitc1, label, flags});
    if (segmented || (pairs && second)) places.add({timecode::vitc2, label, flags | timecode::field_mark});
    const auto count = static_cast<std::uint8_t>(pairs ? 2 * label + second : label);
    if (high_frame_rate) places.add({timecode::high_frame_rate, count, flags});
    return places;
}

OutputFrame::OutputFrame(IDeckLinkOutput* output, const Mode& mode, std::uint32_t pixel_format,
                         const MetadataValue& metadata, CallLog& log) {
    const int stride = row_bytes(pixel_format, mode.width);
    LG_MUST(log, output, IDeckLinkOutput, CreateVideoFrame, mode.width, mode.height, stride, pixel_format, 0,
            frame_.out());
    void* bytes = nullptr;
    LG_MUST(log, frame_.get(), IDeckLinkMutableVideoFrame, GetBytes, &bytes);
    if (!bytes) throw DriverFailure("IDeckLinkMutableVideoFrame::GetBytes", result_fail);
    bytes_ = static_cast<std::uint8_t*>(bytes);
    size_ = static_cast<std::size_t>(stride) * static_cast<std::size_t>(mode.height);
    packets_ = interface_of<IDeckLinkVideoFrameAncillaryPackets>(frame_.get());
    const bool plain = metadata.ints.empty() && metadata.floats.empty();
    shown_ = plain ? Ref<IDeckLinkVideoFrame>::shared(frame_.get()) : tagged(frame_, metadata);
}

void OutputFrame::fill(const std::uint8_t* pixels) { std::memcpy(bytes_, pixels, size_); }

bool OutputFrame::strip(const Places& next, CallLog& log) {
    bool clean = true;
    for (const Placed& old : marked_)
        if (!next.has(old.format))
            clean &= LG_CALL(log, frame_.get(), IDeckLinkMutableVideoFrame, SetTimecode, old.format, nullptr) >= 0;
    marked_.clear();
    if (std::exchange(has_packets_, false))
        clean &= LG_CALL(log, packets_.get(), IDeckLinkVideoFrameAncillaryPackets, DetachAllPackets) >= 0;
    return clean;
}

int OutputFrame::mark(const Places& places, const TimecodeValue& timecode, CallLog& log) {
    int refused = 0;
    for (const Placed& place : places) refused += !set(place, timecode, log);
    return refused;
}

bool OutputFrame::set(const Placed& place, const TimecodeValue& timecode, CallLog& log) {
    if (LG_CALL(log, frame_.get(), IDeckLinkMutableVideoFrame, SetTimecodeFromComponents, place.format, timecode.hours,
                timecode.minutes, timecode.seconds, place.frames, place.flags) < 0)
        return false;
    LG_CALL(log, frame_.get(), IDeckLinkMutableVideoFrame, SetTimecodeUserBits, place.format,
            timecode.user_bits.value_or(0));
    marked_.add(place);
    return true;
}

int OutputFrame::attach(const std::vector<PacketValue>& packets, CallLog& log) {
    if (!packets_) return static_cast<int>(packets.size());
    int refused = 0;
    for (const PacketValue& packet : packets) {
        const auto own = packet_of(packet);
        refused += LG_CALL(log, packets_.get(), IDeckLinkVideoFrameAncillaryPackets, AttachPacket, own.get()) < 0;
        has_packets_ = true;
    }
    return refused;
}

}  // namespace livegrade::decklink
