// Display modes as a client gets them.
#pragma once

#include "modes.hpp"

namespace decklink {

// Both with one reference, for the client. `most_lines`: modes of a higher picture are left out.
DisplayMode* make_display_mode(const Mode& mode);
DisplayModeIterator* make_display_mode_iterator(int most_lines);

}  // namespace decklink
