// One input: capture with format detection, from the card's signal, on the input's own clock.
#pragma once

#include "buffers.hpp"
#include "log.hpp"
#include "signal.hpp"
#include "sound.hpp"
#include "ticker.hpp"

namespace decklink {

class Card;

class Input final : private Ticker::Driven {
 public:
    // Behind all outputs where ticks fall together: what is shown now can be captured now.
    static constexpr int first_rank = 100;
    explicit Input(Card& card);

    // What a client asks. `owner` is its handle of the card: who enabled the input has it until it disables it.
    Result enable(const void* owner, std::uint32_t mode, std::uint32_t format, std::uint32_t flags, ClientMemory memory,
                  int generation);
    Result disable(const void* owner);
    Result enable_audio(const void* owner, std::uint32_t rate, std::uint32_t bits, std::uint32_t channels);
    Result disable_audio(const void* owner);
    Result start(const void* owner);
    Result stop(const void* owner);
    Result pause(const void* owner);
    Result set_callback(const void* owner, InputCallback* callback);
    // The owner let go of its last reference: as stop, disable and no call-back.
    void abandon(const void* owner);
    // The card is pulled out: no call-back comes any more.
    void unplug();
    void clock(std::int64_t scale, std::int64_t* time, std::int64_t* in_frame, std::int64_t* per_frame);
    const Mode* current_mode();

    // What a test sets.
    struct Faults {
        std::int64_t drop_every = 0, drop_next = 0, refuse_next = 0;
        int detect_frames = 2;
        std::size_t buffers = 24;
        bool buffers_ahead = false;
        bool sums = false;
    };
    template <class Change>
    void change_faults(Change change) {
        std::lock_guard lock(mutex_);
        change(faults_);
    }
    // The sound's count jumps along, to what it would have come to; to nothing at index 0.
    void set_next_index(std::int64_t index);
    std::int64_t next_index();

    CardClock oscillator;
    Log<InputRecord> log;
    InputTally tally();
    void forget();  // log and counts

 private:
    // What one tick works with, read once under the lock.
    struct Tick {
        Mode mode{};
        Geometry geometry;
        int generation = 14;
        Signal signal;
        bool matches = false;
        std::int64_t number = 0, index = 0, hardware_ns = 0, sound_first = 0, sound_count = 0;
        SoundFormat audio;  // no channels: none is wanted
        Ref<InputCallback> callback;
        ClientMemory memory;
        std::shared_ptr<BufferPool> pool;
        Faults faults;
        const char* lost = nullptr;  // why no picture is delivered
        bool changed = false;        // the client is to be told of another format first
        std::uint64_t epoch = 0;
    };

    std::int64_t due() override;
    void tick() override;
    bool begin_tick(Tick& tick);
    void notice_format(Tick& tick);
    bool tell_format(const Tick& tick);
    void deliver(const Tick& tick);
    Sound sound(const Tick& tick, bool with_picture);
    bool paint(const Tick& tick, CaptureMemory& memory);
    void record(const Tick& tick, const char* fate, const Carried* carried, std::uint64_t sum);
    std::int64_t sound_before(std::int64_t index) const;
    std::int64_t tick_ns(std::int64_t number) const;

    Card& card_;
    Ticker ticker_;
    std::mutex mutex_;  // of all that follows
    Faults faults_;
    const void* owner_ = nullptr;
    const void* callback_owner_ = nullptr;
    Ref<InputCallback> callback_;
    const Mode* mode_ = nullptr;  // null: not enabled
    Geometry geometry_;
    int generation_ = 14;
    bool detection_ = false, streaming_ = false, paused_ = false, stopping_ = false;
    bool at_rest_ = false;  // stopped or paused since it was started: it may be enabled again
    std::uint64_t epoch_ = 0;  // of enable, start, stop: a tick that began before is over
    ClientMemory memory_;
    std::shared_ptr<BufferPool> pool_;
    SoundFormat audio_;
    std::int64_t start_ns_ = 0, number_ = 0, index_ = 0;
    std::int64_t sound_anchor_ = 0, sound_anchor_index_ = 0;
    int mismatched_ = 0;
    const Mode* told_mode_ = nullptr;
    bool told_rgb_ = false;
    int told_depth_ = 0;
    InputTally tally_;
};

}  // namespace decklink
