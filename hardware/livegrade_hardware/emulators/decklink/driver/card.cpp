#include "card.hpp"

#include <chrono>
#include <thread>

namespace decklink {

Signal Card::signal() {
    std::lock_guard lock(mutex_);
    return signal_;
}

Signal Card::arriving() {
    Signal arriving = signal();
    if (arriving.connection != chosen_connection) arriving.mode = nullptr;
    if (arriving.loop_from < 0 || !arriving.mode) return arriving;
    const Output::Sent sent = cards()[arriving.loop_from].output.sent();
    arriving.mode = sent.mode;
    arriving.rgb = sent.rgb;
    return arriving;
}

Abilities Card::abilities() {
    std::lock_guard lock(mutex_);
    return abilities_;
}

void Card::set_present(bool present) {
    {
        std::lock_guard lock(mutex_);
        if (present && !present_) ++plugged_;
        present_ = present;
    }
    if (present) return;
    input.unplug();
    output.unplug();
}

void Card::reset() {
    set_present(false);
    set_present(true);
    change_signal([](Signal& signal) { signal = {}; });
    change_abilities([](Abilities& abilities) { abilities = {}; });
    input.change_faults([](Input::Faults& faults) { faults = {}; });
    output.change_faults([](Output::Faults& faults) { faults = {}; });
    input.oscillator.set_drift(0);
    output.oscillator.set_drift(0);
    input.set_next_index(0);
    busy_elsewhere = 0;
    hang_s = 0;
    reference = Reference::locked;
    chosen_connection = 1;
}

void Card::hang() const { std::this_thread::sleep_for(std::chrono::duration<double>(hang_s.load())); }

bool Card::present() {
    std::lock_guard lock(mutex_);
    return present_;
}

std::int64_t Card::plugged() {
    std::lock_guard lock(mutex_);
    return plugged_;
}

Cards::Cards() {
    for (int index = 0; index < most; ++index) cards_[static_cast<std::size_t>(index)] = std::make_unique<Card>(index);
}

bool Cards::serves(int generation) const {
    const std::uint32_t version = version_;
    if (generation == 14) return version >= 0x0e000000;
    if (generation == 15) return version >= 0x0e030000;
    return version >= 0x10000000;
}

Cards& cards() {
    static Cards* const all = new Cards;  // never destroyed: their threads run to the end of the process
    return *all;
}

}  // namespace decklink
