#include "frame.hpp"

#include <type_traits>

#include "card.hpp"

namespace decklink {

namespace {

template <class Interface>
class PlainTable : public Facet<Interface, Frame> {
 public:
    using Facet<Interface, Frame>::Facet;
    long GetWidth() override { return this->core_.geometry().width; }
    long GetHeight() override { return this->core_.geometry().height; }
    long GetRowBytes() override { return this->core_.geometry().stride; }
    std::uint32_t GetPixelFormat() override { return this->core_.geometry().format; }
    std::uint32_t GetFlags() override { return this->core_.flags(); }
    Result GetBytes(void** bytes) { return this->core_.bytes(bytes); }  // overrides in generation 14 only
    Result GetTimecode(std::uint32_t format, Timecode** timecode) override {
        return this->core_.timecode(format, timecode);
    }
    Result GetAncillaryData(Unknown** data) override {
        if (data) *data = nullptr;
        return no_value;
    }
};

template <class Base>
class InputTable final : public PlainTable<InputFrame<Base>> {
 public:
    using PlainTable<InputFrame<Base>>::PlainTable;
    // Counted here and not for frames of an output, which the driver reads itself.
    Result GetTimecode(std::uint32_t format, Timecode** timecode) override {
        ledger().call("IDeckLinkVideoFrame::GetTimecode");
        return this->core_.timecode(format, timecode);
    }
    Result GetStreamTime(std::int64_t* time, std::int64_t* duration, std::int64_t scale) override {
        ledger().call("IDeckLinkVideoInputFrame::GetStreamTime");
        if (!time || !duration) return null_pointer;
        const Arrival& at = this->core_.arrival();
        *time = static_cast<std::int64_t>(static_cast<__int128>(at.number) * at.duration * scale / at.scale);
        *duration = static_cast<std::int64_t>(static_cast<__int128>(at.duration) * scale / at.scale);
        return ok;
    }
    Result GetHardwareReferenceTimestamp(std::int64_t scale, std::int64_t* time, std::int64_t* duration) override {
        ledger().call("IDeckLinkVideoInputFrame::GetHardwareReferenceTimestamp");
        if (!time || !duration) return null_pointer;
        const Arrival& at = this->core_.arrival();
        *time = static_cast<std::int64_t>(static_cast<__int128>(at.hardware_ns) * scale / 1'000'000'000);
        *duration = static_cast<std::int64_t>(static_cast<__int128>(at.duration) * scale / at.scale);
        return ok;
    }
};

template <class Base>
class MutableTable final : public PlainTable<MutableFrame<Base>> {
 public:
    using PlainTable<MutableFrame<Base>>::PlainTable;
    Result SetFlags(std::uint32_t flags) override {
        ledger().call("IDeckLinkMutableVideoFrame::SetFlags");
        this->core_.set_flags(flags);
        return ok;
    }
    Result SetTimecode(std::uint32_t format, Timecode* timecode) override {
        ledger().call("IDeckLinkMutableVideoFrame::SetTimecode");
        if (!timecode) return this->core_.drop_timecode(format);
        TimecodeValue value;
        const Result read = timecode->GetComponents(&value.hours, &value.minutes, &value.seconds, &value.frames);
        if (read != ok) return read;
        value.flags = timecode->GetFlags();
        timecode->GetTimecodeUserBits(&value.user_bits);
        return this->core_.set_timecode(format, value);
    }
    Result SetTimecodeFromComponents(std::uint32_t format, std::uint8_t hours, std::uint8_t minutes,
                                     std::uint8_t seconds, std::uint8_t frames, std::uint32_t flags) override {
        ledger().call("IDeckLinkMutableVideoFrame::SetTimecodeFromComponents");
        return this->core_.set_timecode(format, {hours, minutes, seconds, frames, flags, 0});
    }
    Result SetAncillaryData(Unknown*) override { return not_implemented; }
    Result SetTimecodeUserBits(std::uint32_t format, std::uint32_t bits) override {
        ledger().call("IDeckLinkMutableVideoFrame::SetTimecodeUserBits");
        return this->core_.set_user_bits(format, bits);
    }
    Result SetInterfaceProvider(Iid, Unknown*) override { return not_implemented; }
};

template <class Interface>
class BufferTable final : public Facet<Interface, Frame> {
 public:
    using Facet<Interface, Frame>::Facet;
    Result GetBytes(void** bytes) override { return this->core_.bytes(bytes); }
    Result GetSize(std::uint64_t* size) {  // overrides in generation 16 only
        if (!size) return null_pointer;
        *size = this->core_.geometry().bytes();
        return ok;
    }
    Result StartAccess(std::uint32_t) override { return ok; }
    Result EndAccess(std::uint32_t) override { return ok; }
};

class MetadataTable final : public Facet<MutableMetadata, Frame> {
 public:
    using Facet<MutableMetadata, Frame>::Facet;
    Result GetInt(std::uint32_t id, std::int64_t* value) override { return core_.metadata(id, value); }
    Result GetFloat(std::uint32_t id, double* value) override { return core_.metadata(id, value); }
    Result GetFlag(std::uint32_t, bool*) override { return invalid_argument; }
    Result GetString(std::uint32_t, const char**) override { return invalid_argument; }
    Result GetBytes(std::uint32_t, void*, std::uint32_t*) override { return invalid_argument; }
    Result SetInt(std::uint32_t id, std::int64_t value) override { return core_.set_metadata(id, value); }
    Result SetFloat(std::uint32_t id, double value) override { return core_.set_metadata(id, value); }
    Result SetFlag(std::uint32_t, bool) override { return invalid_argument; }
    Result SetString(std::uint32_t, const char*) override { return invalid_argument; }
    Result SetBytes(std::uint32_t, void*, std::uint32_t) override { return invalid_argument; }
};

class PacketWalk final : public Alone<AncillaryPacketIterator> {
 public:
    explicit PacketWalk(std::vector<Ref<AncillaryPacket>> packets)
        : Alone("AncillaryPacketIterator", packet_iterator14_id), packets_(std::move(packets)) {}
    Result Next(AncillaryPacket** packet) override {
        if (!packet) return null_pointer;
        *packet = next_ < packets_.size() ? std::move(packets_[next_++]).give() : nullptr;
        return *packet ? ok : no_value;
    }

 private:
    void finish() override { delete this; }
    std::vector<Ref<AncillaryPacket>> packets_;
    std::size_t next_ = 0;
};

class PacketTable final : public Facet<AncillaryPackets, Frame> {
 public:
    using Facet<AncillaryPackets, Frame>::Facet;
    Result GetPacketIterator(AncillaryPacketIterator** iterator) override {
        if (!iterator) return null_pointer;
        *iterator = new PacketWalk(core_.packets());
        return ok;
    }
    Result GetFirstPacketByID(std::uint8_t did, std::uint8_t sdid, AncillaryPacket** packet) override {
        if (!packet) return null_pointer;
        *packet = nullptr;
        for (auto& each : core_.packets())
            if (each->GetDID() == did && each->GetSDID() == sdid) {
                *packet = each.give();
                return ok;
            }
        return no_value;
    }
    Result AttachPacket(AncillaryPacket* packet) override {
        ledger().call("IDeckLinkVideoFrameAncillaryPackets::AttachPacket");
        if (!packet) return null_pointer;
        core_.attach(packet);
        return ok;
    }
    Result DetachPacket(AncillaryPacket* packet) override { return core_.detach(packet); }
    Result DetachAllPackets() override {
        core_.detach_all();
        return ok;
    }
};

}  // namespace

class Frame::Tables {
 public:
    explicit Tables(Frame& frame)
        : input14(frame), input15(frame), mutable14(frame), mutable15(frame), buffer15(frame), buffer16(frame),
          metadata(frame), packets(frame) {}
    InputTable<Frame14> input14;
    InputTable<Frame15> input15;
    MutableTable<Frame14> mutable14;
    MutableTable<Frame15> mutable15;
    BufferTable<VideoBuffer15> buffer15;
    BufferTable<VideoBuffer16> buffer16;
    MetadataTable metadata;
    PacketTable packets;
};

Frame::Frame(const char* kind, int generation, Geometry geometry, std::uint32_t flags, Pixels pixels)
    : kind_(kind), living_(kind), generation_(generation), geometry_(geometry), pixels_(std::move(pixels)),
      flags_(flags), tables_(std::make_unique<Tables>(*this)) {}

Frame::~Frame() {
    if (pixels_.give_back) pixels_.give_back();
}

Count Frame::release() {
    const Count left = --count_;
    if (left == 0) delete this;
    return left;
}

Unknown* Frame::input_table() {
    return generation_ == 14 ? static_cast<Unknown*>(&tables_->input14) : &tables_->input15;
}

Unknown* Frame::mutable_table() {
    return generation_ == 14 ? static_cast<Unknown*>(&tables_->mutable14) : &tables_->mutable15;
}

void Frame::arrived(const Arrival& arrival, Carried carried) {
    arrival_ = arrival;
    timecodes_ = std::move(carried.timecodes);
    ints_ = std::move(carried.ints);
    floats_ = std::move(carried.floats);
    for (const PacketValue& packet : carried.packets)
        packets_.push_back(Ref<AncillaryPacket>::taking(make_packet(packet)));
}

Result Frame::query(Iid id, void** out) {
    Unknown* found = nullptr;
    const bool of_client = static_cast<bool>(pixels_.client);
    if (id == frame14_id || id == mutable_frame14_id) found = &tables_->mutable14;
    if (id == frame15_id || id == mutable_frame15_id) found = &tables_->mutable15;
    if (id == input_frame14_id) found = &tables_->input14;
    if (id == input_frame15_id) found = &tables_->input15;
    if (id == unknown_id) found = mutable_table();
    if (id == video_buffer15_id && !of_client) found = &tables_->buffer15;
    if (id == video_buffer16_id && !of_client) found = &tables_->buffer16;
    if (id == metadata_id || id == mutable_metadata_id) found = &tables_->metadata;
    if (id == packets14_id || id == packets15_id) found = &tables_->packets;
    if (of_client && (id == video_buffer15_id || id == video_buffer16_id)) found = pixels_.client.get();
    ledger().query(kind_, id, found != nullptr);
    *out = found;
    if (!found) return no_interface;
    found->AddRef();
    return ok;
}

Result Frame::bytes(void** out) {
    if (!out) return null_pointer;
    *out = pixels_.bytes;
    return pixels_.bytes ? ok : failed;
}

std::uint32_t Frame::flags() {
    std::lock_guard lock(mutex_);
    return flags_;
}

void Frame::set_flags(std::uint32_t flags) {
    std::lock_guard lock(mutex_);
    flags_ = flags;
}

Result Frame::timecode(std::uint32_t format, Timecode** out) {
    if (!out) return null_pointer;
    std::lock_guard lock(mutex_);
    const TimecodeValue* found = find_timecode(timecodes_, format);
    *out = found ? make_timecode(*found) : nullptr;
    return found ? ok : no_value;
}

Result Frame::set_timecode(std::uint32_t format, const TimecodeValue& value) {
    if (value.hours > 23 || value.minutes > 59 || value.seconds > 59) return invalid_argument;
    std::lock_guard lock(mutex_);
    timecodes_[format] = value;
    return ok;
}

Result Frame::drop_timecode(std::uint32_t format) {
    if (cards().keeps_timecode()) return invalid_argument;
    std::lock_guard lock(mutex_);
    timecodes_.erase(format);
    return ok;
}

Result Frame::set_user_bits(std::uint32_t format, std::uint32_t bits) {
    std::lock_guard lock(mutex_);
    timecodes_[format].user_bits = bits;
    return ok;
}

template <class Value>
Result Frame::metadata(std::uint32_t id, Value* out) {
    if (!out) return null_pointer;
    std::lock_guard lock(mutex_);
    const auto& values = [this]() -> const auto& {
        if constexpr (std::is_floating_point_v<Value>) return floats_;
        else return ints_;
    }();
    const auto found = values.find(id);
    if (found == values.end()) return invalid_argument;
    *out = found->second;
    return ok;
}

template <class Value>
Result Frame::set_metadata(std::uint32_t id, Value value) {
    std::lock_guard lock(mutex_);
    if constexpr (std::is_floating_point_v<Value>) floats_[id] = value;
    else ints_[id] = value;
    return ok;
}

std::vector<Ref<AncillaryPacket>> Frame::packets() {
    std::lock_guard lock(mutex_);
    return packets_;
}

void Frame::attach(AncillaryPacket* packet) {
    std::lock_guard lock(mutex_);
    packets_.push_back(Ref<AncillaryPacket>::sharing(packet));
}

Result Frame::detach(AncillaryPacket* packet) {
    Ref<AncillaryPacket> detached;  // let go outside of the lock
    std::lock_guard lock(mutex_);
    for (auto at = packets_.begin(); at != packets_.end(); ++at)
        if (at->get() == packet) {
            detached = std::move(*at);
            packets_.erase(at);
            return ok;
        }
    return invalid_argument;
}

void Frame::detach_all() {
    std::vector<Ref<AncillaryPacket>> detached;
    std::lock_guard lock(mutex_);
    detached.swap(packets_);
}

Unknown* make_packet_list() {
    auto* frame = new Frame("PacketList", 14, {}, 0, {});
    void* list = nullptr;
    frame->query(packets14_id, &list);
    frame->release();
    return static_cast<Unknown*>(list);
}

}  // namespace decklink
