#include "module.hpp"

#include <algorithm>

namespace livegrade::decklink {

std::chrono::nanoseconds timeout_of(std::int64_t nanoseconds) {
    constexpr std::int64_t hour = 3'600'000'000'000;
    return std::chrono::nanoseconds(std::clamp<std::int64_t>(nanoseconds, 0, hour));
}

}  // namespace livegrade::decklink

NB_MODULE(_binding, m) {
    m.doc() = "Client of the DeckLink driver's interfaces of generation 14.";
    livegrade::decklink::bind_errors(m);
    livegrade::decklink::bind_cards(m);
    livegrade::decklink::bind_values(m);
    livegrade::decklink::bind_capture(m);
    livegrade::decklink::bind_playout(m);
}
