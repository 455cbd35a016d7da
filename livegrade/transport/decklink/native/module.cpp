#include "module.hpp"

NB_MODULE(_binding, m) {
    m.doc() = "Client of the DeckLink driver's interfaces of generation 14.";
    livegrade::decklink::bind_errors(m);
    livegrade::decklink::bind_cards(m);
}
