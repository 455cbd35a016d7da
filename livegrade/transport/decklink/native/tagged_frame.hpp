// A driver's frame dressed with metadata of ours: generation 14 has no way of setting metadata on a driver's frame, so
// the driver is handed a frame that we implement.
#pragma once

#include "abi.hpp"
#include "ref.hpp"
#include "values.hpp"

namespace livegrade::decklink {

// Everything but flags and metadata is `inner`'s, which stays as it is.
Ref<IDeckLinkVideoFrame> tagged(Ref<IDeckLinkMutableVideoFrame> inner, MetadataValue metadata);

}  // namespace livegrade::decklink
