// The sound side of an output.
#include "output.hpp"

namespace decklink {

namespace {
constexpr std::uint32_t timestamped = 2;
}

Result Output::enable_audio(const void* owner, std::uint32_t rate, std::uint32_t bits, std::uint32_t channels,
                            std::uint32_t stream) {
    if (rate != 48000 || (bits != 16 && bits != 32) || channels < 1 || channels > 16 || stream > timestamped)
        return invalid_argument;
    std::lock_guard lock(mutex_);
    if (!mode_ || owner_ != owner) return access_denied;
    sound_.begin({channels, bits});
    sound_timed_ = stream == timestamped;
    sound_on_ = true;
    return ok;
}

Result Output::disable_audio(const void* owner) {
    std::lock_guard lock(mutex_);
    if (owner_ != owner) return access_denied;
    sound_on_ = false;
    sound_.flush();
    return ok;
}

Result Output::write_audio(const void* owner, const void* samples, std::uint32_t count, const std::int64_t* time,
                           std::int64_t scale, std::uint32_t* written) {
    if (!samples) return null_pointer;
    std::lock_guard lock(mutex_);
    if (!mode_ || owner_ != owner || !sound_on_) return access_denied;
    const std::int64_t playhead = playing_ || displaying_ ? sound_position(tick_) : 0;
    std::int64_t at = sound_.end(playhead);
    if (time && sound_timed_) {
        if (scale <= 0) return invalid_argument;
        at = static_cast<std::int64_t>(static_cast<__int128>(*time) * 48000 / scale);
    }
    const std::uint32_t taken = sound_.put(samples, count, at, playhead);
    if (written) *written = taken;
    return ok;
}

std::uint32_t Output::audio_buffered() {
    std::lock_guard lock(mutex_);
    return mode_ && sound_on_ ? sound_.buffered(playing_ || displaying_ ? sound_position(tick_) : 0) : 0;
}

Sound Output::sound() {
    std::lock_guard lock(mutex_);
    return mode_ && sound_on_ && (playing_ || displaying_) ? sound_.played() : Sound{};
}

void Output::flush_audio() {
    std::lock_guard lock(mutex_);
    sound_.flush();
}

}  // namespace decklink
