// One of the frames that a playout sends round: pixels, timecode, packets.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "abi_streams.hpp"
#include "calls.hpp"
#include "facts.hpp"
#include "ref.hpp"
#include "values.hpp"

namespace livegrade::decklink {

// Bytes of a row of `width` pixels; 0 for a pixel format that we do not play.
int row_bytes(std::uint32_t pixel_format, int width);

// A timecode as one of the carriers of SMPTE ST 12-2 takes it.
struct Placed {
    std::uint32_t format;
    std::uint8_t frames;
    std::uint32_t flags;
};

// Up to three carriers; made for every picture, so without memory of its own.
class Places {
  public:
    void add(Placed place) { places_[count_++] = place; }
    void clear() { count_ = 0; }
    const Placed* begin() const { return places_.data(); }
    const Placed* end() const { return places_.data() + count_; }
    bool has(std::uint32_t format) const;

  private:
    std::array<Placed, 3> places_{};
    std::size_t count_ = 0;
};

// Carriers for `timecode` in `mode`: both VITC carriers for interlaced and PsF, VITC1 up to 30 pictures a second;
// above, where two pictures share a label, VITC1 for the first and VITC2 for the second. `high_frame_rate`: besides,
// with the full count.
Places placed(const TimecodeValue& timecode, const Mode& mode, bool high_frame_rate);

class OutputFrame {
  public:
    // Throws DriverFailure.
    OutputFrame(IDeckLinkOutput* output, const Mode& mode, std::uint32_t pixel_format, const MetadataValue& metadata,
                CallLog& log);

    std::size_t size() const { return size_; }
    // Takes off what is left of the last use and `next` does not overwrite. False: the driver keeps it, and the frame
    // must not be shown again.
    bool strip(const Places& next, CallLog& log);
    void fill(const std::uint8_t* pixels);
    // Both return how much the driver refused: a picture is shown without what goes beside it rather than not at all.
    int mark(const Places& places, const TimecodeValue& timecode, CallLog& log);
    int attach(const std::vector<PacketValue>& packets, CallLog& log);

    // What is scheduled, and comes back in the completion call-back.
    IDeckLinkVideoFrame* shown() const { return shown_.get(); }

    bool in_use = false;

  private:
    bool set(const Placed& place, const TimecodeValue& timecode, CallLog& log);

    Ref<IDeckLinkMutableVideoFrame> frame_;
    Ref<IDeckLinkVideoFrame> shown_;
    Ref<IDeckLinkVideoFrameAncillaryPackets> packets_;
    std::uint8_t* bytes_ = nullptr;
    std::size_t size_ = 0;
    bool has_packets_ = false;
    Places marked_;  // timecodes that it carries from its last use
};

}  // namespace livegrade::decklink
