// The driver library: found and loaded on first use, and never let go.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "abi.hpp"
#include "calls.hpp"
#include "ref.hpp"

namespace livegrade::decklink {

inline constexpr std::size_t most_cards = 64;

struct Version {
    std::int64_t number;  // 0xMMmmss00
    std::string text;
};

// Why the library could not be loaded, in the system's own words; empty when it is loaded.
std::string load_error();

// Version of the loaded driver; none where there is no driver.
std::optional<Version> driver_version();

// Empty where there is no driver, or the driver has no entry of that generation.
Ref<IDeckLinkIterator> card_iterator();

// The card at `index` in the driver's own order. Throws DriverFailure without a driver, std::out_of_range.
Ref<IDeckLink> card_at(int index);

// What each system does in its own way (driver_linux.cpp, driver_macos.cpp, driver_windows.cpp).
namespace platform {

// Loads the library; called until it succeeds, once at a time. Returns why it could not be loaded.
std::string load();
IDeckLinkIterator* create_iterator();
IDeckLinkAPIInformation* create_information();
// Copies a string that the driver handed out and frees it; null becomes empty.
std::string taken_text(Text text);
// What a thread of ours must do before it calls the driver.
void enter_thread();

}  // namespace platform

}  // namespace livegrade::decklink
