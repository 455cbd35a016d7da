// Where the compiler put each method of our declarations, for a test that compares it with the published order.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace livegrade::decklink {

// ("IDeckLinkInput::StartStreams", 14) and so on; empty where the compiler's tables are not those of the Itanium ABI
// on x86-64.
std::vector<std::pair<std::string, int>> slots();

}  // namespace livegrade::decklink
