// One output: scheduled playback and display of single frames, on the output's own clock, and the log of what went out.
#pragma once

#include <atomic>

#include "log.hpp"
#include "modes.hpp"
#include "sentframe.hpp"
#include "sound.hpp"
#include "ticker.hpp"

namespace decklink {

class Card;

class Output final : private Ticker::Driven {
 public:
    explicit Output(Card& card);

    // What a client asks, by its handle; times in units of 1/scale seconds.
    Result enable(const void* owner, std::uint32_t mode, std::uint32_t flags, int generation);
    Result disable(const void* owner);
    Result display(const void* owner, Unknown* frame);
    Result schedule(const void* owner, Unknown* frame, std::int64_t time, std::int64_t duration, std::int64_t scale);
    Result set_callback(const void* owner, OutputCallback* callback);
    Result start(const void* owner, std::int64_t start, std::int64_t scale, double speed);
    Result stop(const void* owner, std::int64_t at, std::int64_t* actual, std::int64_t scale);
    std::uint32_t buffered();
    bool playing();
    std::int64_t stream_time(std::int64_t scale);
    void clock(std::int64_t scale, std::int64_t* time, std::int64_t* in_frame, std::int64_t* per_frame);
    Result completed_at(Unknown* frame, std::int64_t scale, std::int64_t* time);
    Result enable_audio(const void* owner, std::uint32_t rate, std::uint32_t bits, std::uint32_t channels,
                        std::uint32_t stream);
    Result disable_audio(const void* owner);
    // `time`: null for samples that follow those before.
    Result write_audio(const void* owner, const void* samples, std::uint32_t count, const std::int64_t* time,
                       std::int64_t scale, std::uint32_t* written);
    std::uint32_t audio_buffered();
    void flush_audio();
    void abandon(const void* owner);
    // The card is pulled out: no call-back comes any more, and no frame is held.
    void unplug();
    const Mode* current_mode();

    // What is on the wire, for an input that this output is plugged into.
    struct Sent {
        const Mode* mode = nullptr;
        bool rgb = false;
    };
    Sent sent();
    Carried carried();
    Sound sound();  // of the last tick
    // False: nothing is shown, or another kind of picture.
    bool copy_shown(std::uint8_t* out, const Geometry& geometry);

    // What a test sets.
    struct Faults {
        std::int64_t late_every = 0, drop_every = 0, skip_ticks = 0;
        bool sums = false;
        std::string save;  // where the next picture is written to
    };
    template <class Change>
    void change_faults(Change change) {
        std::lock_guard lock(mutex_);
        change(faults_);
    }
    // "NAME COUNT" lines.
    std::string counters();
    void forget();  // log and counts

    CardClock oscillator;
    Log<OutputRecord> log;
    OutputTally tally();

 private:
    struct Waiting {
        SentFrame frame;
        std::int64_t time = 0, duration = 0;  // in units of the mode's scale
    };
    struct Done {
        SentFrame frame;
        std::uint32_t result = 0;
    };
    // What one tick does, decided under the lock and carried out outside of it.
    struct Tick {
        Mode mode{};
        std::int64_t number = 0, time = 0;
        SentFrame show;  // empty: what is there stays
        std::uint32_t result = 0;
        bool scheduled = false;  // `show` is, and is told to the client when it is over
        bool over = false;       // playback ends with this tick
        bool stopped = false;    // and there was any
        SentFrame unseen;        // was to be shown when it ended
        std::vector<Done> done;
        Ref<OutputCallback> callback;
        Transmitted parts;
        Faults faults;
        SoundRead sound;
        std::int64_t sound_at = 0;
    };

    std::int64_t due() override;
    void tick() override;
    bool begin_tick(Tick& tick);
    void take_due_frames(Tick& tick);
    void end_playback(Tick& tick);
    void show(const Tick& tick, OutputRecord& record);
    void record(const Tick& tick);
    void complete(const Tick& tick);
    std::int64_t time_at(std::int64_t tick) const;
    std::int64_t playhead();
    std::int64_t sound_position(std::int64_t tick) const;

    Card& card_;
    Ticker ticker_;
    std::mutex reading_;  // of shown_'s pixels: held while they are read, and when another frame takes its place
    SentFrame shown_;
    std::uint32_t shown_result_ = 0;
    bool shown_scheduled_ = false;
    OutputRecord last_;  // of the frame that is shown
    Carried shown_carried_;

    std::mutex mutex_;  // of all that follows
    std::condition_variable displayed_;
    Faults faults_;
    const void* owner_ = nullptr;
    const void* callback_owner_ = nullptr;
    Ref<OutputCallback> callback_;
    const Mode* mode_ = nullptr;  // null: not enabled
    int generation_ = 14;
    Transmitted parts_;
    std::vector<Waiting> queue_;  // by time
    SentFrame next_shown_;        // for display()
    std::int64_t displays_ = 0;   // how many display() have been shown
    bool playing_ = false, stop_now_ = false, displaying_ = false;
    std::int64_t stop_at_ = never;
    double speed_ = 1;
    std::int64_t play_start_ = 0, play_start_tick_ = 0;
    std::int64_t enabled_ns_ = 0, tick_ = 0;
    bool wire_rgb_ = false;
    SoundQueue sound_;
    bool sound_on_ = false, sound_timed_ = false;
    std::vector<std::pair<Unknown*, std::int64_t>> completions_;  // the last ones, with the card's time
    struct Counts {
        std::int64_t scheduled = 0, completed = 0, late = 0, dropped = 0, flushed = 0, underruns = 0;
    } counts_;
    OutputTally tally_;
};

}  // namespace decklink
