#include "module.hpp"

NB_MODULE(_binding, m) {
    m.doc() = "Client of the DeckLink driver's interfaces of generation 14.";
    livegrade::decklink::bind_errors(m);
    livegrade::decklink::bind_cards(m);
    livegrade::decklink::bind_values(m);
    livegrade::decklink::bind_capture(m);
    livegrade::decklink::bind_playout(m);
}
