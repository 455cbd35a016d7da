// The ticks of an output: which frame is due, which ones are over, what is told to the client.
#include <algorithm>
#include <fstream>

#include "card.hpp"
#include "output.hpp"

namespace decklink {

namespace {
constexpr std::uint32_t completed = 0, displayed_late = 1, dropped = 2, flushed = 3;
constexpr std::size_t most_completions = 64;
}  // namespace

std::int64_t Output::time_at(std::int64_t tick) const {
    const std::int64_t gone = (tick - play_start_tick_) * mode_->duration;
    return play_start_ + (speed_ == 1 ? gone : static_cast<std::int64_t>(static_cast<double>(gone) * speed_));
}

// Between two ticks too, in units of the mode's scale; never before the start.
std::int64_t Output::playhead() {
    const auto scale = static_cast<__int128>(mode_->scale);
    const auto elapsed = static_cast<std::int64_t>(scale * (oscillator.now() - enabled_ns_) / 1'000'000'000);
    // Tick n is shown at (n + 1) frames after enabling.
    return std::max(play_start_, play_start_ + elapsed - (play_start_tick_ + 1) * mode_->duration);
}

std::int64_t Output::sound_position(std::int64_t tick) const {
    const std::int64_t time = playing_ ? time_at(tick) : tick * mode_->duration;
    return static_cast<std::int64_t>(static_cast<__int128>(time) * 48000 / mode_->scale);
}

std::int64_t Output::due() {
    std::lock_guard lock(mutex_);
    if (stop_now_) return at_once;
    return mode_ ? oscillator.driver_time_of(enabled_ns_ + ticks_to_ns(tick_ + 1, mode_->duration, mode_->scale)) : never;
}

void Output::take_due_frames(Tick& tick) {
    std::size_t due = 0;
    while (due < queue_.size() && queue_[due].time <= tick.time) ++due;
    for (std::size_t at = 0; at + 1 < due; ++at) tick.done.push_back({queue_[at].frame, dropped});
    if (due > 0) {
        const Waiting& newest = queue_[due - 1];
        const std::int64_t number = counts_.scheduled - static_cast<std::int64_t>(queue_.size() - due);
        const bool late = newest.time + newest.duration <= tick.time ||
                          (faults_.late_every > 0 && number % faults_.late_every == 0);
        if (faults_.drop_every > 0 && number % faults_.drop_every == 0) {
            tick.done.push_back({newest.frame, dropped});
        } else {
            tick.show = newest.frame;
            tick.scheduled = true;
            tick.result = late ? displayed_late : completed;
        }
    } else {
        ++counts_.underruns;
    }
    queue_.erase(queue_.begin(), queue_.begin() + static_cast<std::ptrdiff_t>(due));
}

void Output::end_playback(Tick& tick) {
    for (Waiting& waiting : queue_) tick.done.push_back({std::move(waiting.frame), flushed});
    queue_.clear();
    tick.unseen = std::exchange(next_shown_, {});
    tick.stopped = playing_;
    tick.over = true;
    playing_ = displaying_ = stop_now_ = false;
    stop_at_ = never;
    sound_.flush();
}

bool Output::begin_tick(Tick& tick) {
    std::lock_guard lock(mutex_);
    if (!mode_) {
        stop_now_ = false;
        return false;
    }
    tick.mode = *mode_;
    tick.number = tick_;
    tick.callback = callback_;
    tick.parts = parts_;
    tick.faults = faults_;
    faults_.save.clear();
    if (stop_now_ || (playing_ && time_at(tick_) >= stop_at_)) {
        end_playback(tick);
        return true;
    }
    play_start_tick_ -= std::exchange(faults_.skip_ticks, 0);
    tick.time = playing_ ? time_at(tick_) : tick_ * mode_->duration;
    if (next_shown_) {
        tick.show = std::exchange(next_shown_, {});
        ++displays_;
    } else if (playing_) {
        take_due_frames(tick);
    }
    if (sound_on_ && (playing_ || displaying_)) {
        tick.sound_at = sound_position(tick_);
        tick.sound = sound_.play(tick.sound_at, sound_position(tick_ + 1) - tick.sound_at);
    }
    ++tick_;
    return true;
}

void Output::tick() {
    Tick tick;
    if (!begin_tick(tick)) return;
    if (tick.show || tick.over) {
        SentFrame before;
        std::lock_guard reading(reading_);
        before = std::exchange(shown_, tick.show);
        const std::uint32_t result = std::exchange(shown_result_, tick.result);
        if (std::exchange(shown_scheduled_, tick.scheduled) && before) tick.done.push_back({std::move(before), result});
        shown_carried_ = tick.show ? tick.show.carried(tick.parts) : Carried{};
        if (tick.over) last_ = {};
    }
    if (!tick.over) record(tick);
    complete(tick);
}

void Output::record(const Tick& tick) {
    OutputRecord record;
    if (tick.show) {
        show(tick, record);
        last_ = record;
    } else {
        record = last_;
        record.fate = shown_ ? "repeat" : "black";
    }
    record.tick = tick.number;
    record.time = tick.time;
    record.host_ns = host_ns();
    record.sound_at = tick.sound_at;
    record.sound_first = tick.sound.first;
    record.sound_count = tick.sound.count;
    record.sound_breaks = tick.sound.breaks;
    record.sound_missing = tick.sound.missing;
    {
        std::lock_guard lock(mutex_);
        tally_.add(record);
    }
    log.add(card_.index, std::move(record));
}

void Output::show(const Tick& tick, OutputRecord& record) {
    const Geometry geometry = tick.show.geometry();
    {
        std::lock_guard lock(mutex_);
        wire_rgb_ = !is_yuv(geometry.format);
    }
    record.fate = tick.result == displayed_late ? "late" : "shown";
    tick.show.pixels([&](const std::uint8_t* bytes) {
        record.index = burned_index(bytes, geometry).value_or(-1);
        if (tick.faults.sums) record.sum = picture_sum(bytes, geometry.bytes());
        if (tick.faults.save.empty()) return;
        std::ofstream file(tick.faults.save, std::ios::binary);
        file.write(reinterpret_cast<const char*>(bytes), static_cast<std::streamsize>(geometry.bytes()));
    });
    record.timecodes = shown_carried_.timecodes;
    record.packets = static_cast<std::uint32_t>(shown_carried_.packets.size());
    record.packets_sum = packets_sum(shown_carried_.packets);
    for (const PacketValue& packet : shown_carried_.packets)
        if (packet.did == counter_did && packet.sdid == counter_sdid && packet.data.size() == 4)
            record.counter_packet = static_cast<std::int64_t>(packet.data[0]) << 24 | packet.data[1] << 16 |
                                    packet.data[2] << 8 | packet.data[3];
}

void Output::complete(const Tick& tick) {
    {
        std::lock_guard lock(mutex_);
        for (const Done& done : tick.done) {
            std::int64_t* const counters[] = {&counts_.completed, &counts_.late, &counts_.dropped, &counts_.flushed};
            ++*counters[done.result];
            completions_.emplace_back(done.frame.object(), oscillator.now());
        }
        if (completions_.size() > most_completions)
            completions_.erase(completions_.begin(), completions_.end() - most_completions);
    }
    displayed_.notify_all();
    if (!tick.callback) return;
    for (const Done& done : tick.done) {
        ledger().call("callback ScheduledFrameCompleted");
        tick.callback->ScheduledFrameCompleted(done.frame.object(), done.result);
    }
    if (!tick.stopped) return;
    ledger().call("callback ScheduledPlaybackHasStopped");
    tick.callback->ScheduledPlaybackHasStopped();
}

}  // namespace decklink
