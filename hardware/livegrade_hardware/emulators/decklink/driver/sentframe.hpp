// A frame that a client gave an output, read through nothing but its interface: it may be the client's own object.
#pragma once

#include <functional>

#include "carried.hpp"
#include "objects.hpp"
#include "picture.hpp"

namespace decklink {

// Parts of a frame that an output of these settings transmits.
struct Transmitted {
    bool timecode = false, packets = false;
};

class SentFrame {
 public:
    SentFrame() = default;
    SentFrame(Unknown* frame, int generation) : frame_(Ref<Unknown>::sharing(frame)), generation_(generation) {}

    explicit operator bool() const { return static_cast<bool>(frame_); }
    Unknown* object() const { return frame_.get(); }
    Geometry geometry() const;
    Carried carried(Transmitted parts) const;
    // Calls `read` with the pixels; false: the frame has none.
    bool pixels(const std::function<void(const std::uint8_t*)>& read) const;

 private:
    std::uint32_t flags() const;
    Result timecode(std::uint32_t format, Timecode** out) const;

    Ref<Unknown> frame_;
    int generation_ = 14;
};

}  // namespace decklink
