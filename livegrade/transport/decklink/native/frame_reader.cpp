#include "frame_reader.hpp"

#include <algorithm>
#include <array>

#include "constants.hpp"
#include "ref.hpp"

namespace livegrade::decklink {

namespace {

constexpr std::array timecode_formats{timecode::high_frame_rate, timecode::vitc1, timecode::vitc2, timecode::ltc};

PacketValue value_of(IDeckLinkAncillaryPacket* packet, CallLog& log) {
    PacketValue value;
    value.did = LG_CALL(log, packet, IDeckLinkAncillaryPacket, GetDID);
    value.sdid = LG_CALL(log, packet, IDeckLinkAncillaryPacket, GetSDID);
    value.line = LG_CALL(log, packet, IDeckLinkAncillaryPacket, GetLineNumber);
    value.stream = LG_CALL(log, packet, IDeckLinkAncillaryPacket, GetDataStreamIndex);
    const void* bytes = nullptr;
    std::uint32_t size = 0;
    const auto result = LG_CALL(log, packet, IDeckLinkAncillaryPacket, GetBytes, ancillary::bytes8, &bytes, &size);
    if (result != result_ok || !bytes) return value;
    const auto* first = static_cast<const std::uint8_t*>(bytes);
    value.data.assign(first, first + std::min<std::size_t>(size, most_packet_bytes));
    return value;
}

}  // namespace

std::vector<TimecodeValue> timecodes_of(IDeckLinkVideoInputFrame* frame, CallLog& log) {
    std::vector<TimecodeValue> found;
    for (const auto format : timecode_formats) {
        Ref<IDeckLinkTimecode> timecode;
        const auto result = LG_CALL(log, frame, IDeckLinkVideoInputFrame, GetTimecode, format, timecode.out());
        if (result != result_ok || !timecode) continue;
        TimecodeValue value;
        value.format = format;
        if (LG_CALL(log, timecode.get(), IDeckLinkTimecode, GetComponents, &value.hours, &value.minutes, &value.seconds,
                    &value.frames) != result_ok)
            continue;
        value.flags = LG_CALL(log, timecode.get(), IDeckLinkTimecode, GetFlags);
        std::uint32_t user_bits = 0;
        if (LG_CALL(log, timecode.get(), IDeckLinkTimecode, GetTimecodeUserBits, &user_bits) == result_ok)
            value.user_bits = user_bits;
        found.push_back(value);
    }
    return found;
}

std::vector<PacketValue> packets_of(IDeckLinkVideoInputFrame* frame, CallLog& log) {
    std::vector<PacketValue> found;
    const auto packets = interface_of<IDeckLinkVideoFrameAncillaryPackets>(frame);
    Ref<IDeckLinkAncillaryPacketIterator> iterator;
    if (!packets || LG_CALL(log, packets.get(), IDeckLinkVideoFrameAncillaryPackets, GetPacketIterator,
                            iterator.out()) != result_ok)
        return found;
    Ref<IDeckLinkAncillaryPacket> packet;
    while (iterator && found.size() < most_packets &&
           LG_CALL(log, iterator.get(), IDeckLinkAncillaryPacketIterator, Next, packet.out()) == result_ok && packet)
        found.push_back(value_of(packet.get(), log));
    return found;
}

MetadataValue metadata_of(IDeckLinkVideoInputFrame* frame, std::uint32_t frame_flags, CallLog& log) {
    MetadataValue value;
    if (!(frame_flags & frame_flag::has_metadata)) return value;
    const auto extensions = interface_of<IDeckLinkVideoFrameMetadataExtensions>(frame);
    if (!extensions) return value;
    for (const auto id : {metadata::colorspace, metadata::eotf}) {
        std::int64_t number = 0;
        if (LG_CALL(log, extensions.get(), IDeckLinkVideoFrameMetadataExtensions, GetInt, id, &number) == result_ok)
            value.ints[id] = number;
    }
    for (const auto id : metadata::floats) {
        double number = 0;
        if (LG_CALL(log, extensions.get(), IDeckLinkVideoFrameMetadataExtensions, GetFloat, id, &number) == result_ok)
            value.floats[id] = number;
    }
    return value;
}

}  // namespace livegrade::decklink
