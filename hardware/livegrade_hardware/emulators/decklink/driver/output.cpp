#include "output.hpp"

#include <algorithm>
#include <chrono>
#include <cstring>

#include "card.hpp"

namespace decklink {

namespace {

constexpr std::uint32_t flag_vanc = 1, flag_vitc = 2, flag_rp188 = 4;

std::int64_t rescale(std::int64_t value, std::int64_t from, std::int64_t to) {
    return from == to ? value : static_cast<std::int64_t>(static_cast<__int128>(value) * to / from);
}

}  // namespace

Output::Output(Card& card) : card_(card), ticker_(card.index) {}

Result Output::enable(const void* owner, std::uint32_t mode, std::uint32_t flags, int generation) {
    if (!card_.present()) return failed;
    if (card_.busy_elsewhere & 2) return access_denied;
    const Mode* found = mode_of(mode);
    if (!found || found->height > card_.abilities().most_lines) return invalid_argument;
    {
        std::lock_guard lock(mutex_);
        if (mode_) return access_denied;
        owner_ = owner;
        mode_ = found;
        generation_ = generation;
        parts_ = {(flags & (flag_rp188 | flag_vitc)) != 0, (flags & flag_vanc) != 0};
        enabled_ns_ = oscillator.now();
        tick_ = 0;
        displaying_ = false;
        wire_rgb_ = false;
    }
    ticker_.wake(*this);
    return ok;
}

Result Output::disable(const void* owner) {
    {
        std::lock_guard lock(mutex_);
        if (!mode_ || owner_ != owner) return failed;
        stop_now_ = true;
    }
    if (ticker_.on_thread())
        tick();
    else
        ticker_.wake(*this);
    std::unique_lock lock(mutex_);
    if (!ticker_.on_thread()) displayed_.wait_for(lock, std::chrono::seconds(3), [this] { return !stop_now_; });
    mode_ = nullptr;
    owner_ = nullptr;
    stop_now_ = sound_on_ = false;
    sound_.flush();
    lock.unlock();
    ticker_.wake(*this);
    ticker_.settle();
    return ok;
}

Result Output::display(const void* owner, Unknown* frame) {
    if (!frame) return null_pointer;
    if (!card_.present()) return failed;
    std::unique_lock lock(mutex_);
    if (!mode_ || owner_ != owner) return access_denied;
    next_shown_ = SentFrame(frame, generation_);
    displaying_ = true;
    const std::int64_t this_one = displays_ + 1;
    if (ticker_.on_thread()) return ok;
    displayed_.wait_for(lock, std::chrono::seconds(3), [&] { return displays_ >= this_one || !mode_; });
    return ok;
}

Result Output::schedule(const void* owner, Unknown* frame, std::int64_t time, std::int64_t duration,
                        std::int64_t scale) {
    if (!frame) return null_pointer;
    if (duration <= 0 || scale <= 0) return invalid_argument;
    if (!card_.present()) return failed;
    SentFrame sent;
    {
        std::lock_guard lock(mutex_);
        if (!mode_ || owner_ != owner) return access_denied;
        sent = SentFrame(frame, generation_);
    }
    const Geometry geometry = sent.geometry();  // the client's own code: outside of the lock
    std::lock_guard lock(mutex_);
    if (!mode_) return access_denied;
    if (geometry.width != mode_->width || geometry.height != mode_->height) return invalid_argument;
    const Waiting waiting{std::move(sent), rescale(time, scale, mode_->scale), rescale(duration, scale, mode_->scale)};
    const auto place = std::ranges::upper_bound(queue_, waiting.time, {}, &Waiting::time);
    queue_.insert(place, waiting);
    ++counts_.scheduled;
    return ok;
}

Result Output::set_callback(const void* owner, OutputCallback* callback) {
    auto given = Ref<OutputCallback>::sharing(callback);
    std::lock_guard lock(mutex_);
    if (owner_ && owner_ != owner) return access_denied;
    std::swap(callback_, given);  // the one before is let go behind the lock
    callback_owner_ = owner;
    return ok;
}

Result Output::start(const void* owner, std::int64_t start, std::int64_t scale, double speed) {
    if (scale <= 0 || speed <= 0) return invalid_argument;
    if (!card_.present()) return failed;
    std::lock_guard lock(mutex_);
    if (!mode_ || owner_ != owner || playing_) return access_denied;
    playing_ = true;
    speed_ = speed;
    play_start_ = rescale(start, scale, mode_->scale);
    play_start_tick_ = tick_;
    stop_at_ = never;
    return ok;
}

Result Output::stop(const void* owner, std::int64_t at, std::int64_t* actual, std::int64_t scale) {
    {
        std::lock_guard lock(mutex_);
        if (!mode_ || owner_ != owner) return access_denied;
        if (!playing_) return failed;
        const std::int64_t now = playhead();
        const std::int64_t asked = scale > 0 ? rescale(at, scale, mode_->scale) : 0;
        stop_now_ = asked <= now;
        stop_at_ = stop_now_ ? now : asked;
        if (actual) *actual = scale > 0 ? rescale(stop_at_, mode_->scale, scale) : stop_at_;
    }
    ticker_.wake(*this);
    card_.hang();
    return ok;
}

std::uint32_t Output::buffered() {
    std::lock_guard lock(mutex_);
    return static_cast<std::uint32_t>(queue_.size());
}

bool Output::playing() {
    std::lock_guard lock(mutex_);
    return playing_;
}

std::int64_t Output::stream_time(std::int64_t scale) {
    std::lock_guard lock(mutex_);
    return mode_ && playing_ ? rescale(playhead(), mode_->scale, scale) : 0;
}

void Output::clock(std::int64_t scale, std::int64_t* time, std::int64_t* in_frame, std::int64_t* per_frame) {
    const std::int64_t now = oscillator.now();
    std::lock_guard lock(mutex_);
    const std::int64_t frame = mode_ ? ticks_to_ns(1, mode_->duration, mode_->scale) : 1;
    *time = rescale(now, 1'000'000'000, scale);
    *in_frame = rescale((now - enabled_ns_) % frame, 1'000'000'000, scale);
    *per_frame = rescale(frame, 1'000'000'000, scale);
}

Result Output::completed_at(Unknown* frame, std::int64_t scale, std::int64_t* time) {
    if (!time) return null_pointer;
    std::lock_guard lock(mutex_);
    for (auto each = completions_.rbegin(); each != completions_.rend(); ++each)
        if (each->first == frame) {
            *time = rescale(each->second, 1'000'000'000, scale);
            return ok;
        }
    return failed;
}

void Output::abandon(const void* owner) {
    disable(owner);
    Ref<OutputCallback> before;
    std::lock_guard lock(mutex_);
    if (callback_owner_ == owner) std::swap(before, callback_);
}

void Output::unplug() {
    std::vector<Waiting> queue;  // let go outside of the lock
    SentFrame next, shown;
    {
        std::lock_guard lock(mutex_);
        if (!mode_) return;
        mode_ = nullptr;
        owner_ = nullptr;
        playing_ = stop_now_ = displaying_ = sound_on_ = false;
        queue_.swap(queue);
        std::swap(next, next_shown_);
        sound_.flush();
    }
    ticker_.wake(*this);
    ticker_.settle();
    std::lock_guard reading(reading_);
    std::swap(shown, shown_);
    shown_carried_ = {};
}

const Mode* Output::current_mode() {
    std::lock_guard lock(mutex_);
    return mode_;
}

Output::Sent Output::sent() {
    std::lock_guard lock(mutex_);
    return {card_.present() ? mode_ : nullptr, wire_rgb_};
}

Carried Output::carried() {
    std::lock_guard reading(reading_);
    return shown_carried_;
}

bool Output::copy_shown(std::uint8_t* out, const Geometry& geometry) {
    std::lock_guard reading(reading_);
    if (!shown_ || shown_.geometry() != geometry) return false;
    return shown_.pixels([&](const std::uint8_t* bytes) { std::memcpy(out, bytes, geometry.bytes()); });
}

void Output::forget() {
    log.forget();
    std::lock_guard lock(mutex_);
    counts_ = {};
    tally_ = {};
}

OutputTally Output::tally() {
    std::lock_guard lock(mutex_);
    return tally_;
}

std::string Output::counters() {
    std::lock_guard lock(mutex_);
    const auto one = [](const char* name, std::int64_t value) { return std::string(name) + ' ' + std::to_string(value) + '\n'; };
    return one("scheduled", counts_.scheduled) + one("completed", counts_.completed) + one("late", counts_.late) + one("dropped", counts_.dropped) +
           one("flushed", counts_.flushed) + one("underruns", counts_.underruns) + one("buffered", static_cast<std::int64_t>(queue_.size()));
}

}  // namespace decklink
