// The emulated cards: what is plugged in, what they can do, who else uses them.
#pragma once

#include <array>
#include <memory>
#include <string>

#include "input.hpp"
#include "output.hpp"

namespace decklink {

struct Abilities {
    bool captures = true, plays = true, detects_format = true, hdr = true, reference = true;
    std::int64_t connections = 1 | 2;  // SDI, HDMI
    int most_lines = 4320;
    int least_preroll = 2;
    bool packets_need_v210 = false;
};

enum class Reference { none, locked, unlocked };

class Card {
 public:
    explicit Card(int index) : index(index), input(*this), output(*this) {}

    const int index;
    Input input;
    Output output;

    Signal signal();
    template <class Change>
    void change_signal(Change change) {
        std::lock_guard lock(mutex_);
        change(signal_);
    }
    // As it arrives at the chosen connector: the other card's output where one is plugged in, nothing at a wrong one.
    Signal arriving();

    Abilities abilities();
    template <class Change>
    void change_abilities(Change change) {
        std::lock_guard lock(mutex_);
        change(abilities_);
    }

    // Pulled out: nothing answers any more. A handle from before stays dead when the card is back.
    void set_present(bool present);
    bool present();
    std::int64_t plugged();  // how often it was plugged in

    // As new: whoever used it finds it pulled out; logs are kept.
    void reset();

    // A driver that is stuck: what stops an input or playback does not come back for so many seconds.
    void hang() const;

    std::atomic<double> hang_s{0};
    std::atomic<std::uint32_t> busy_elsewhere{0};  // bits: 1 capture, 2 playback, by another program
    std::atomic<Reference> reference{Reference::locked};
    std::atomic<std::int64_t> chosen_connection{1};

    std::string model() const { return "DeckLink Emulated"; }
    std::string name() const { return "DeckLink Emulated (" + std::to_string(index + 1) + ")"; }

 private:
    std::mutex mutex_;
    Signal signal_;
    Abilities abilities_;
    bool present_ = true;
    std::int64_t plugged_ = 1;
};

inline constexpr std::uint32_t newest_version = 0x10000000;  // 16.0

class Cards {
 public:
    static constexpr int most = 8;
    Cards();
    Card& operator[](int index) { return *cards_[static_cast<std::size_t>(index)]; }
    int count() const { return count_; }
    void set_count(int count) { count_ = count; }
    // The reported version, 0xMMmmss00; interfaces of newer generations are not served by an older driver.
    std::uint32_t version() const { return version_; }
    void set_version(std::uint32_t version) { version_ = version; }
    int major() const { return static_cast<int>(version() >> 24); }
    // Whether a driver of this version has the interfaces of `generation`: 14, 15 (since 14.3) or 16.
    bool serves(int generation) const;
    // The display mode whose frame rate the driver does not tell, 0: none.
    std::uint32_t mode_without_rate() const { return mode_without_rate_; }
    void set_mode_without_rate(std::uint32_t code) { mode_without_rate_ = code; }
    bool keeps_timecode() const { return keeps_timecode_; }
    void set_keeps_timecode(bool keeps) { keeps_timecode_ = keeps; }

 private:
    std::array<std::unique_ptr<Card>, most> cards_;
    std::atomic<int> count_{2};
    std::atomic<std::uint32_t> version_{newest_version};
    std::atomic<std::uint32_t> mode_without_rate_{0};
    std::atomic<bool> keeps_timecode_{false};
};

Cards& cards();

}  // namespace decklink
