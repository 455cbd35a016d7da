#include "output_sound.hpp"

#include <algorithm>

#include "constants.hpp"

namespace livegrade::decklink {

OutputSound::OutputSound(const Mode& mode, std::uint32_t channels) : mode_(mode), channels_(channels) {
    silence_.resize(static_cast<std::size_t>(start_of(1) + 1) * channels_);
}

std::int64_t OutputSound::start_of(std::int64_t number) const {
    return number * mode_.duration * audio::rate / mode_.scale;
}

void OutputSound::play(IDeckLinkOutput* output, std::int64_t number, const std::int32_t* samples, std::int64_t count,
                       CallLog& log) {
    const std::int64_t due = start_of(number), tolerance = start_of(1) / 4;
    if (next_ < due - tolerance) next_ = due;
    if (next_ > due + tolerance) {
        lost_ += static_cast<std::uint64_t>(count);
        return;
    }
    if (!samples) {
        samples = silence_.data();
        count = start_of(number + 1) - next_;
        if (count > start_of(1) + 1) count = start_of(1) + 1;
    }
    if (count <= 0) return;
    std::uint32_t written = 0;
    LG_CALL(log, output, IDeckLinkOutput, ScheduleAudioSamples, const_cast<std::int32_t*>(samples),
            static_cast<std::uint32_t>(count), next_, audio::rate, &written);
    next_ += count;
    lost_ += static_cast<std::uint64_t>(count) - std::min<std::uint64_t>(written, static_cast<std::uint64_t>(count));
}

}  // namespace livegrade::decklink
