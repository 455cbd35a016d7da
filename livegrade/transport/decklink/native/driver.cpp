#include "driver.hpp"

#include <mutex>
#include <stdexcept>

#include "constants.hpp"

namespace livegrade::decklink {

// Asked anew each time until there is one: a driver may be installed while the program runs.
std::string load_error() {
    static std::mutex mutex;
    static bool loaded = false;
    const std::lock_guard lock(mutex);
    if (loaded) return {};
    std::string error = platform::load();
    loaded = error.empty();
    return error;
}

std::optional<Version> driver_version() {
    if (!load_error().empty()) return std::nullopt;
    platform::enter_thread();
    const auto information = Ref<IDeckLinkAPIInformation>::taken(platform::create_information());
    if (!information) return std::nullopt;
    Version version{};
    if (information->GetInt(api_version, &version.number) != result_ok) return std::nullopt;
    Text text{};
    if (information->GetString(api_version, &text) == result_ok) version.text = platform::taken_text(text);
    return version;
}

Ref<IDeckLinkIterator> card_iterator() {
    if (!load_error().empty()) return {};
    platform::enter_thread();
    return Ref<IDeckLinkIterator>::taken(platform::create_iterator());
}

Ref<IDeckLink> card_at(int index) {
    const auto iterator = card_iterator();
    if (!iterator) throw DriverFailure("CreateDeckLinkIteratorInstance", result_fail);
    Ref<IDeckLink> card;
    for (int i = 0; i <= index && i < static_cast<int>(most_cards); ++i) {
        if (iterator->Next(card.out()) != result_ok || !card) break;
        if (i == index) return card;
    }
    throw std::out_of_range("there is no card " + std::to_string(index));
}

}  // namespace livegrade::decklink
