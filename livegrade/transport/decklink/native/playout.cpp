#include "playout.hpp"

#include <algorithm>
#include <stdexcept>

#include "constants.hpp"

namespace livegrade::decklink {

namespace {

constexpr int spare_frames = 2;  // one on the screen, one being filled

Ref<IDeckLinkOutput> output_of(IDeckLink* card) {
    auto output = interface_of<IDeckLinkOutput>(card);
    if (!output) throw DriverFailure("IDeckLink::QueryInterface(IDeckLinkOutput)", result_no_interface);
    return output;
}

Mode mode_called(OutputStream& stream, std::uint32_t code) {
    Ref<IDeckLinkDisplayMode> mode;
    LG_MUST(stream.log, stream.output.get(), IDeckLinkOutput, GetDisplayMode, code, mode.out());
    if (!mode) throw DriverFailure("IDeckLinkOutput::GetDisplayMode", result_fail);
    return mode_of(mode.get());
}

int preroll_for(IDeckLink* card, int wanted) {
    const auto attributes = interface_of<IDeckLinkProfileAttributes>(card);
    const auto least = int_of(attributes.get(), attribute::minimum_preroll).value_or(1);
    return static_cast<int>(std::clamp<std::int64_t>(std::max<std::int64_t>(wanted, least), 1, 16));
}

void shut(OutputStream& stream, std::int64_t scale, bool playing, bool sound, const Budget& budget) {
    auto& log = stream.log;
    IDeckLinkOutput* output = stream.output.get();
    if (playing) {
        std::int64_t actual = 0;
        const auto stopping = LG_CALL(log, output, IDeckLinkOutput, StopScheduledPlayback, 0, &actual, scale);
        if (stopping == result_ok) stream.wait_stopped(budget.left() / 2);
    }
    LG_CALL(log, output, IDeckLinkOutput, SetScheduledFrameCompletionCallback, nullptr);
    if (sound) LG_CALL(log, output, IDeckLinkOutput, DisableAudioOutput);
    LG_CALL(log, output, IDeckLinkOutput, DisableVideoOutput);
}

}  // namespace

Playout::Playout(int card, const PlayoutOptions& options)
    : options_(options),
      card_(card_at(card)),
      stream_(std::make_shared<OutputStream>(output_of(card_.get()))),
      status_(interface_of<IDeckLinkStatus>(card_.get())),
      mode_(mode_called(*stream_, options.mode)),
      preroll_(preroll_for(card_.get(), options.preroll)),
      sound_(mode_, options.audio_channels) {
    if (stride() == 0) throw std::invalid_argument("pictures of this pixel format cannot be played");
    try {
        enable();
        for (int i = 0; i < preroll_ + spare_frames; ++i) stream_->add(frame());
    } catch (...) {
        stop(longest_wait);
        throw;
    }
}

Playout::~Playout() { stop(longest_wait); }

void Playout::enable() {
    auto& log = stream_->log;
    IDeckLinkOutput* output = stream_->output.get();
    const std::uint32_t flags =
        (options_.timecode ? output_flag::rp188 : 0) | (options_.packets ? output_flag::vanc : 0);
    LG_MUST(log, output, IDeckLinkOutput, EnableVideoOutput, options_.mode, flags);
    enabled_ = true;
    stream_->gate.open();
    LG_MUST(log, output, IDeckLinkOutput, SetScheduledFrameCompletionCallback, callback_of(stream_).get());
    if (!sound_.channels()) return;
    LG_MUST(log, output, IDeckLinkOutput, EnableAudioOutput, audio::rate, audio::bits32, sound_.channels(),
            audio::timestamped);
    LG_MUST(log, output, IDeckLinkOutput, BeginAudioPreroll);
}

OutputFrame Playout::frame() const {
    return {stream_->output.get(), mode_, options_.pixel_format, options_.metadata, stream_->log};
}

void Playout::fill(OutputFrame& frame, const OutputPicture& picture) {
    const bool marked = options_.timecode && picture.timecode;
    const Places places = marked ? placed(*picture.timecode, mode_, picture.high_frame_rate_timecode) : Places();
    if (!frame.strip(places, stream_->log)) stream_->exchange(&frame, this->frame());
    frame.fill(picture.pixels);
    if (marked) refused_ += static_cast<std::uint64_t>(frame.mark(places, *picture.timecode, stream_->log));
    if (options_.packets) refused_ += static_cast<std::uint64_t>(frame.attach(picture.packets, stream_->log));
}

std::optional<std::int64_t> Playout::write(const OutputPicture& picture) {
    const std::lock_guard lock(writing_);
    if (!enabled_) return std::nullopt;
    OutputFrame* frame = stream_->take_free();
    if (!frame) return std::nullopt;
    try {
        fill(*frame, picture);
        const auto number = next_number();
        LG_MUST(stream_->log, stream_->output.get(), IDeckLinkOutput, ScheduleVideoFrame, frame->shown(),
                number * mode_.duration, mode_.duration, mode_.scale);
        frame = nullptr;
        next_ = number + 1;
        ++scheduled_;
        if (sound_.channels())
            sound_.play(stream_->output.get(), number, picture.samples, picture.sample_count, stream_->log);
        start_when_prerolled();
        return number;
    } catch (...) {
        if (frame) stream_->give_back(frame);
        throw;
    }
}

void Playout::start_when_prerolled() {
    if (playing_ || next_ < preroll_) return;
    IDeckLinkOutput* output = stream_->output.get();
    if (sound_.channels()) LG_MUST(stream_->log, output, IDeckLinkOutput, EndAudioPreroll);
    LG_MUST(stream_->log, output, IDeckLinkOutput, StartScheduledPlayback, 0, mode_.scale, 1.0);
    playing_ = true;
}

std::int64_t Playout::next_number() {
    const auto now = playing_ ? elapsed() : std::nullopt;
    if (!now) return next_;
    const std::int64_t free = *now / mode_.duration + 1;
    if (next_ >= free) return next_;
    underruns_ += static_cast<std::uint64_t>(free - next_);
    return free;
}

std::optional<std::int64_t> Playout::elapsed() const {
    std::int64_t time = 0;
    double speed = 0;
    const auto result = LG_CALL(stream_->log, stream_->output.get(), IDeckLinkOutput, GetScheduledStreamTime,
                                mode_.scale, &time, &speed);
    if (result != result_ok) return std::nullopt;
    return time;
}

std::pair<std::optional<bool>, std::optional<std::int64_t>> Playout::reference() const {
    constexpr std::uint32_t not_supported = 1, locked = 2;
    std::uint32_t state = 0;
    const auto result = LG_CALL(stream_->log, stream_->output.get(), IDeckLinkOutput, GetReferenceStatus, &state);
    if (result != result_ok || state & not_supported) return {};
    return {(state & locked) != 0, int_of(status_.get(), status::reference_mode)};
}

PlayoutCounters Playout::counters() const {
    PlayoutCounters told;
    const auto& results = stream_->results;
    told.scheduled = scheduled_;
    told.completed = results[completion::completed];
    told.late = results[completion::late];
    told.dropped = results[completion::dropped];
    told.flushed = results[completion::flushed];
    told.underruns = underruns_;
    told.refused = refused_;
    told.sound_lost = sound_.lost();
    told.calls = stream_->log.told();
    return told;
}

bool Playout::stop(std::chrono::nanoseconds limit) noexcept {
    const Budget budget(limit);
    const std::unique_lock lock(writing_, budget.left() / 2);  // a writer may hang in the driver
    if (!enabled_.exchange(false)) return at_rest_;
    bool ended = false;
    try {
        ended = finished_in(budget.left(), [stream = stream_, scale = mode_.scale, playing = playing_.load(),
                                            sound = sound_.channels() != 0, budget] {
            shut(*stream, scale, playing, sound, budget);
        });
    } catch (...) {  // no thread to be had: the driver is left as it is
    }
    playing_ = false;
    at_rest_ = stream_->gate.close(budget.left()) && ended;
    stream_->end();
    return at_rest_;
}

}  // namespace livegrade::decklink
