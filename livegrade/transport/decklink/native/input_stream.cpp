#include "input_stream.hpp"

#include <algorithm>
#include <utility>

#include "counted.hpp"
#include "host_clock.hpp"

namespace livegrade::decklink {

namespace {

constexpr std::size_t most_pending_samples = audio::rate;  // a second of sound without a picture is nobody's

class InputCallback final : public Counted<IDeckLinkInputCallback> {
  public:
    explicit InputCallback(std::shared_ptr<InputStream> stream) : stream_(std::move(stream)) {}

    Result LG_DRIVER_CALL VideoInputFormatChanged(std::uint32_t events, IDeckLinkDisplayMode* mode,
                                                  std::uint32_t flags) override {
        stream_->changed(events, mode, flags);
        return result_ok;
    }
    Result LG_DRIVER_CALL VideoInputFrameArrived(IDeckLinkVideoInputFrame* frame,
                                                 IDeckLinkAudioInputPacket* audio) override {
        stream_->arrived(frame, audio);
        return result_ok;
    }

  private:
    ~InputCallback() override = default;
    const std::shared_ptr<InputStream> stream_;
};

bool is_ycbcr(std::uint32_t pixel_format) { return pixel_format == pixel::v210 || pixel_format == pixel::uyvy; }

}  // namespace

std::uint32_t CaptureOptions::pixel_format_of(std::uint32_t detected_flags) const {
    if (detected_flags & detected::rgb444) return detected_flags & detected::depth12 ? rgb12_format : rgb_format;
    return is_ycbcr(pixel_format) ? pixel_format : pixel::v210;
}

InputStream::InputStream(Ref<IDeckLinkInput> card_input, Ref<BufferAllocator> memory, const CaptureOptions& chosen)
    : input(std::move(card_input)), allocator(std::move(memory)), options(chosen), queue(chosen.queue) {}

void InputStream::begin(Mode mode) {
    mode_ = std::make_shared<const Mode>(std::move(mode));
    pixel_format_ = options.pixel_format;
    refused_ = false;
    pending_ = AudioBlock(store_);
    pictures = no_source = changes = errors = 0;
    queue.open();
    gate.open();
}

void InputStream::arrived(IDeckLinkVideoInputFrame* frame, IDeckLinkAudioInputPacket* audio) noexcept {
    const auto now = host_ns();
    const Gate::Pass pass(gate);
    if (!pass) return;
    try {
        if (audio && options.audio_channels) take_audio(audio);
        if (frame) take_picture(frame, now);
    } catch (...) {  // out of memory; the driver must not see it
        ++errors;
    }
}

void InputStream::changed(std::uint32_t events, IDeckLinkDisplayMode* mode, std::uint32_t flags) noexcept {
    const Gate::Pass pass(gate);
    if (!pass || !mode) return;
    try {
        take_change(events, mode, flags);
    } catch (...) {
        ++errors;
    }
}

void InputStream::take_picture(IDeckLinkVideoInputFrame* frame, std::int64_t arrived_ns) {
    Arrived picture;
    picture.flags = LG_CALL(log, frame, IDeckLinkVideoInputFrame, GetFlags);
    picture.frame = Ref<IDeckLinkVideoInputFrame>::shared(frame);
    picture.mode = mode_;
    picture.arrived_ns = arrived_ns;
    picture.number = pictures++;
    picture.audio = std::exchange(pending_, AudioBlock(store_));
    if (picture.flags & frame_flag::no_input_source) ++no_source;
    queue.push(std::move(picture));
}

void InputStream::take_audio(IDeckLinkAudioInputPacket* packet) {
    void* bytes = nullptr;
    std::int64_t time = 0;
    const long count = LG_CALL(log, packet, IDeckLinkAudioInputPacket, GetSampleFrameCount);
    if (count <= 0 || LG_CALL(log, packet, IDeckLinkAudioInputPacket, GetBytes, &bytes) != result_ok || !bytes ||
        LG_CALL(log, packet, IDeckLinkAudioInputPacket, GetPacketTime, &time, audio::rate) != result_ok)
        return;
    const std::size_t samples = std::min<std::size_t>(static_cast<std::size_t>(count), most_pending_samples);
    if (pending_.size() / options.audio_channels + samples > most_pending_samples) pending_ = AudioBlock(store_);
    pending_.append(static_cast<const std::int32_t*>(bytes), samples * options.audio_channels, time);
}

// An event that changes neither mode nor pixel format (the depth of the signal) needs no restart, unless the one before
// was refused. A card that does not take all 12 bits of RGB is asked for 10.
void InputStream::take_change(std::uint32_t events, IDeckLinkDisplayMode* mode, std::uint32_t flags) {
    ++changes;
    Changed change;
    change.events = events;
    change.flags = flags;
    change.pixel_format = options.pixel_format_of(flags);
    change.mode = std::make_shared<const Mode>(mode_of(mode));
    change.restarted = (events & (change::mode | change::dominance)) || change.pixel_format != pixel_format_ || refused_;
    if (change.restarted) {
        change.failed = enabled_again(change.mode->code, change.pixel_format);
        if (change.failed && change.pixel_format == options.rgb12_format && options.rgb_format != options.rgb12_format) {
            change.pixel_format = options.rgb_format;
            change.failed = enabled_again(change.mode->code, change.pixel_format);
        }
        refused_ = change.failed.has_value();
        if (refused_) ++errors;
        pending_ = AudioBlock(store_);
        mode_ = change.mode;
        pixel_format_ = change.pixel_format;
    }
    queue.push(std::move(change));
}

// The allocator is given again: enabling may let go of it. The streams start also after a failure: the driver then goes
// on telling of changes.
std::optional<DriverFailure> InputStream::enabled_again(std::uint32_t mode, std::uint32_t pixel_format) {
    std::optional<DriverFailure> failed;
    LG_CALL(log, input.get(), IDeckLinkInput, PauseStreams);
    if (allocator) LG_CALL(log, input.get(), IDeckLinkInput, SetVideoInputFrameMemoryAllocator, allocator.get());
    try {
        LG_MUST(log, input.get(), IDeckLinkInput, EnableVideoInput, mode, pixel_format, options.input_flags());
    } catch (const DriverFailure& failure) {
        failed = failure;
    }
    LG_CALL(log, input.get(), IDeckLinkInput, FlushStreams);
    const auto started = LG_CALL(log, input.get(), IDeckLinkInput, StartStreams);
    if (started < 0 && !failed) failed = DriverFailure("IDeckLinkInput::StartStreams", started);
    return failed;
}

Ref<IDeckLinkInputCallback> callback_of(std::shared_ptr<InputStream> stream) {
    return Ref<IDeckLinkInputCallback>::taken(new InputCallback(std::move(stream)));
}

}  // namespace livegrade::decklink
