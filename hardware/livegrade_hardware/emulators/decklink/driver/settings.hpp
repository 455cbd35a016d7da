// Everything that can be set about the emulation, as words: "cards 2", "0.signal 1080p50". What each means, the
// Python side says (card.py, driver.py).
#pragma once

#include <string>

namespace decklink {

// Empty: done. Otherwise what is wrong, as half a sentence.
std::string apply_setting(const std::string& name, const std::string& value);

}  // namespace decklink
