// One frame of the driver: pixels and what goes with them, behind the tables of all generations, which share one count.
// Input frames and output frames are the same object; the client is handed the table that fits.
#pragma once

#include <functional>
#include <memory>
#include <mutex>

#include "carried.hpp"
#include "objects.hpp"
#include "picture.hpp"

namespace decklink {

inline constexpr std::uint32_t frame_has_hdr = 2, frame_is_psf = 1u << 30, frame_has_no_source = 1u << 31;

// When an input frame came: ticks since the streams were started, and the card's clock.
struct Arrival {
    std::int64_t number = 0, duration = 1, scale = 1;
    std::int64_t hardware_ns = 0;
};

// Pixels that a frame shows, wherever they lie. `client` is the client's own buffer object, if it is one.
struct Pixels {
    std::uint8_t* bytes = nullptr;
    Ref<Unknown> client;
    std::function<void()> give_back;
};

class Frame {
 public:
    // Made with one reference. `generation`: 14, 15 or 16, of the port that makes it.
    Frame(const char* kind, int generation, Geometry geometry, std::uint32_t flags, Pixels pixels);

    Unknown* input_table();
    Unknown* mutable_table();
    void arrived(const Arrival& arrival, Carried carried);

    Result query(Iid id, void** out);
    Count retain() { return ++count_; }
    Count release();

    const Geometry& geometry() const { return geometry_; }
    const Arrival& arrival() const { return arrival_; }
    Result bytes(void** out);
    std::uint32_t flags();
    void set_flags(std::uint32_t flags);
    Result timecode(std::uint32_t format, Timecode** out);
    Result set_timecode(std::uint32_t format, const TimecodeValue& value);
    Result drop_timecode(std::uint32_t format);
    Result set_user_bits(std::uint32_t format, std::uint32_t bits);

    // Metadata, whole numbers and others apart; what is missing is an invalid argument.
    template <class Value>
    Result metadata(std::uint32_t id, Value* out);
    template <class Value>
    Result set_metadata(std::uint32_t id, Value value);

    std::vector<Ref<AncillaryPacket>> packets();
    void attach(AncillaryPacket* packet);
    Result detach(AncillaryPacket* packet);
    void detach_all();

 private:
    class Tables;
    ~Frame();

    const char* kind_;
    Living living_;
    int generation_;
    Geometry geometry_;
    Arrival arrival_;
    Pixels pixels_;
    std::mutex mutex_;  // of what follows
    std::uint32_t flags_;
    std::map<std::uint32_t, TimecodeValue> timecodes_;
    std::map<std::uint32_t, std::int64_t> ints_;
    std::map<std::uint32_t, double> floats_;
    std::vector<Ref<AncillaryPacket>> packets_;
    std::unique_ptr<Tables> tables_;
    std::atomic<Count> count_{1};
};

// A packet list of its own, as the library hands it out beside frames (CreateVideoFrameAncillaryPacketsInstance).
Unknown* make_packet_list();

}  // namespace decklink
