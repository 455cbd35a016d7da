// An ancillary packet of ours that the driver reads.
#pragma once

#include "abi.hpp"
#include "ref.hpp"
#include "values.hpp"

namespace livegrade::decklink {

Ref<IDeckLinkAncillaryPacket> packet_of(PacketValue value);

}  // namespace livegrade::decklink
