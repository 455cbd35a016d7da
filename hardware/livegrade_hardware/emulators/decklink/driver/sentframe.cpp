#include "sentframe.hpp"

#include "frame.hpp"

namespace decklink {

namespace {

constexpr std::uint32_t read_access = 1;
constexpr std::uint32_t metadata_ints[] = {four("cspc"), four("eotf")};
constexpr std::uint32_t metadata_floats[] = {four("hdrx"), four("hdry"), four("hdgx"), four("hdgy"),
                                             four("hdbx"), four("hdby"), four("hdwx"), four("hdwy"),
                                             four("hdml"), four("hmil"), four("mcll"), four("fall")};

template <class Interface>
Ref<Interface> ask(Unknown* object, const Iid& id) {
    void* found = nullptr;
    if (object->QueryInterface(id, &found) != ok) found = nullptr;
    return Ref<Interface>::taking(static_cast<Interface*>(found));
}

template <class Buffer>
bool read_buffer(Unknown* frame, const Iid& id, const std::function<void(const std::uint8_t*)>& read) {
    const auto buffer = ask<Buffer>(frame, id);
    if (!buffer || buffer->StartAccess(read_access) != ok) return false;
    void* bytes = nullptr;
    const bool there = buffer->GetBytes(&bytes) == ok && bytes;
    if (there) read(static_cast<const std::uint8_t*>(bytes));
    buffer->EndAccess(read_access);
    return there;
}

std::vector<PacketValue> packets_of(Unknown* frame, int generation) {
    std::vector<PacketValue> packets;
    auto list = ask<AncillaryPackets>(frame, generation == 14 ? packets14_id : packets15_id);
    if (!list) list = ask<AncillaryPackets>(frame, packets14_id);
    AncillaryPacketIterator* begun = nullptr;
    if (!list || list->GetPacketIterator(&begun) != ok || !begun) return packets;
    const auto walk = Ref<AncillaryPacketIterator>::taking(begun);
    for (AncillaryPacket* next = nullptr; walk->Next(&next) == ok && next; next = nullptr) {
        const auto packet = Ref<AncillaryPacket>::taking(next);
        const void* data = nullptr;
        std::uint32_t size = 0;
        if (packet->GetBytes(four("ui08"), &data, &size) != ok) continue;
        const auto* bytes = static_cast<const std::uint8_t*>(data);
        packets.push_back({packet->GetDID(), packet->GetSDID(), packet->GetLineNumber(), packet->GetDataStreamIndex(),
                           {bytes, bytes + size}});
    }
    return packets;
}

}  // namespace

Geometry SentFrame::geometry() const {
    const auto read = [](auto* frame) -> Geometry {
        return {static_cast<int>(frame->GetWidth()), static_cast<int>(frame->GetHeight()),
                static_cast<int>(frame->GetRowBytes()), frame->GetPixelFormat()};
    };
    return generation_ == 14 ? read(static_cast<Frame14*>(frame_.get())) : read(static_cast<Frame15*>(frame_.get()));
}

std::uint32_t SentFrame::flags() const {
    return generation_ == 14 ? static_cast<Frame14*>(frame_.get())->GetFlags()
                             : static_cast<Frame15*>(frame_.get())->GetFlags();
}

Result SentFrame::timecode(std::uint32_t format, Timecode** out) const {
    return generation_ == 14 ? static_cast<Frame14*>(frame_.get())->GetTimecode(format, out)
                             : static_cast<Frame15*>(frame_.get())->GetTimecode(format, out);
}

Carried SentFrame::carried(Transmitted parts) const {
    Carried carried;
    for (const std::uint32_t format : carrier::all) {
        Timecode* found = nullptr;
        if (!parts.timecode || timecode(format, &found) != ok || !found) continue;
        const auto timecode = Ref<Timecode>::taking(found);
        TimecodeValue value;
        timecode->GetComponents(&value.hours, &value.minutes, &value.seconds, &value.frames);
        value.flags = timecode->GetFlags();
        timecode->GetTimecodeUserBits(&value.user_bits);
        carried.timecodes[format] = value;
    }
    if (parts.packets) carried.packets = packets_of(frame_.get(), generation_);
    if (!(flags() & frame_has_hdr)) return carried;
    const auto metadata = ask<Metadata>(frame_.get(), metadata_id);
    if (!metadata) return carried;
    for (const std::uint32_t id : metadata_ints)
        if (std::int64_t value = 0; metadata->GetInt(id, &value) == ok) carried.ints[id] = value;
    for (const std::uint32_t id : metadata_floats)
        if (double value = 0; metadata->GetFloat(id, &value) == ok) carried.floats[id] = value;
    return carried;
}

bool SentFrame::pixels(const std::function<void(const std::uint8_t*)>& read) const {
    if (generation_ == 15) return read_buffer<VideoBuffer15>(frame_.get(), video_buffer15_id, read);
    if (generation_ == 16) return read_buffer<VideoBuffer16>(frame_.get(), video_buffer16_id, read);
    void* bytes = nullptr;
    if (static_cast<Frame14*>(frame_.get())->GetBytes(&bytes) != ok || !bytes) return false;
    read(static_cast<const std::uint8_t*>(bytes));
    return true;
}

}  // namespace decklink
