// What a captured frame of the driver carries beside its pixels. Read on the thread that takes the picture, not in the
// call-back.
#pragma once

#include <cstdint>
#include <vector>

#include "abi.hpp"
#include "calls.hpp"
#include "values.hpp"

namespace livegrade::decklink {

// Every timecode of the frame: rphr, rpv1, rp12, rplt, each asked for by itself.
std::vector<TimecodeValue> timecodes_of(IDeckLinkVideoInputFrame* frame, CallLog& log);

std::vector<PacketValue> packets_of(IDeckLinkVideoInputFrame* frame, CallLog& log);

// Colour space, transfer and mastering values; empty without the frame flag that promises them.
MetadataValue metadata_of(IDeckLinkVideoInputFrame* frame, std::uint32_t frame_flags, CallLog& log);

}  // namespace livegrade::decklink
