#include "capture.hpp"

#include "frame_reader.hpp"

namespace livegrade::decklink {

namespace {

constexpr std::int64_t nanoseconds = 1'000'000'000;

// What is undone, in this order, whether or not it was done.
void shut(InputStream& stream) {
    auto& log = stream.log;
    IDeckLinkInput* input = stream.input.get();
    LG_CALL(log, input, IDeckLinkInput, StopStreams);
    LG_CALL(log, input, IDeckLinkInput, SetCallback, nullptr);
    if (stream.options.audio_channels) LG_CALL(log, input, IDeckLinkInput, DisableAudioInput);
    LG_CALL(log, input, IDeckLinkInput, DisableVideoInput);
    if (stream.allocator) LG_CALL(log, input, IDeckLinkInput, SetVideoInputFrameMemoryAllocator, nullptr);
}

}  // namespace

Capture::Capture(int card, const CaptureOptions& options, const std::vector<Span>& given) : card_(card_at(card)) {
    auto input = interface_of<IDeckLinkInput>(card_.get());
    if (!input) throw DriverFailure("IDeckLink::QueryInterface(IDeckLinkInput)", result_no_interface);
    Ref<BufferAllocator> allocator;
    if (!given.empty()) allocator = Ref<BufferAllocator>::taken(new BufferAllocator(given));
    stream_ = std::make_shared<InputStream>(std::move(input), std::move(allocator), options);
    status_ = interface_of<IDeckLinkStatus>(card_.get());
    settings_ = interface_of<IDeckLinkConfiguration>(card_.get());
    if (options.connection && settings_)
        LG_MUST(stream_->log, settings_.get(), IDeckLinkConfiguration, SetInt, setting::input_connection,
                *options.connection);
}

Capture::~Capture() { stop(longest_wait); }

void Capture::start() {
    if (running_) return;
    Ref<IDeckLinkDisplayMode> mode;
    LG_MUST(stream_->log, stream_->input.get(), IDeckLinkInput, GetDisplayMode, stream_->options.mode, mode.out());
    if (!mode) throw DriverFailure("IDeckLinkInput::GetDisplayMode", result_fail);
    stream_->begin(mode_of(mode.get()));
    running_ = true;
    try {
        enable();
    } catch (...) {
        stop(longest_wait);
        throw;
    }
}

void Capture::enable() {
    auto& log = stream_->log;
    const auto& options = stream_->options;
    IDeckLinkInput* input = stream_->input.get();
    if (stream_->allocator)
        LG_MUST(log, input, IDeckLinkInput, SetVideoInputFrameMemoryAllocator, stream_->allocator.get());
    LG_MUST(log, input, IDeckLinkInput, EnableVideoInput, options.mode, options.pixel_format, options.input_flags());
    if (options.audio_channels)
        LG_MUST(log, input, IDeckLinkInput, EnableAudioInput, audio::rate, audio::bits32, options.audio_channels);
    LG_MUST(log, input, IDeckLinkInput, SetCallback, callback_of(stream_).get());
    LG_MUST(log, input, IDeckLinkInput, StartStreams);
}

std::optional<std::variant<PictureValue, Changed>> Capture::take(std::chrono::nanoseconds timeout) {
    auto entry = stream_->queue.take(timeout);
    if (!entry) return std::nullopt;
    if (auto* change = std::get_if<Changed>(&*entry)) return std::move(*change);
    return read(std::get<Arrived>(*entry));
}

PictureValue Capture::read(Arrived& arrived) {
    auto& log = stream_->log;
    IDeckLinkVideoInputFrame* frame = arrived.frame.get();
    PictureValue picture;
    void* bytes = nullptr;
    LG_MUST(log, frame, IDeckLinkVideoInputFrame, GetBytes, &bytes);
    picture.bytes = static_cast<const std::uint8_t*>(bytes);
    picture.width = static_cast<int>(LG_CALL(log, frame, IDeckLinkVideoInputFrame, GetWidth));
    picture.height = static_cast<int>(LG_CALL(log, frame, IDeckLinkVideoInputFrame, GetHeight));
    picture.stride = static_cast<int>(LG_CALL(log, frame, IDeckLinkVideoInputFrame, GetRowBytes));
    if (!bytes || picture.width <= 0 || picture.height <= 0 || picture.stride <= 0)
        throw DriverFailure("IDeckLinkVideoInputFrame::GetBytes", result_fail);
    picture.pixel_format = LG_CALL(log, frame, IDeckLinkVideoInputFrame, GetPixelFormat);
    picture.flags = arrived.flags;
    picture.arrived_ns = arrived.arrived_ns;
    std::int64_t duration = 0;
    LG_CALL(log, frame, IDeckLinkVideoInputFrame, GetStreamTime, &picture.stream_time, &picture.stream_duration,
            arrived.mode->scale);
    LG_CALL(log, frame, IDeckLinkVideoInputFrame, GetHardwareReferenceTimestamp, nanoseconds, &picture.hardware_ns,
            &duration);
    picture.timecodes = timecodes_of(frame, log);
    if (stream_->options.packets) picture.packets = packets_of(frame, log);
    picture.metadata = metadata_of(frame, arrived.flags, log);
    picture.number = arrived.number;
    picture.missed = stream_->queue.missed();
    picture.mode = std::move(arrived.mode);
    picture.audio_time = arrived.audio.time();
    picture.audio = std::move(arrived.audio);
    picture.frame = std::move(arrived.frame);
    return picture;
}

std::pair<std::optional<bool>, std::optional<std::int64_t>> Capture::status() const {
    return {flag_of(status_.get(), status::input_locked), int_of(status_.get(), status::detected_mode)};
}

CaptureCounters Capture::counters() const {
    CaptureCounters told;
    told.pictures = stream_->pictures;
    told.missed = stream_->queue.missed();
    told.no_source = stream_->no_source;
    told.changes = stream_->changes;
    told.errors = stream_->errors;
    told.own_memory = stream_->allocator ? stream_->allocator->own_memory() : 0;
    told.calls = stream_->log.told();
    return told;
}

// The gate closes first: a change of format that is being carried out would start the streams again behind the stop.
bool Capture::stop(std::chrono::nanoseconds limit) noexcept {
    if (!running_.exchange(false)) return at_rest_;
    const Budget budget(limit);
    const bool left = stream_->gate.close(budget.left());
    bool ended = false;
    try {
        ended = finished_in(budget.left(), [stream = stream_] { shut(*stream); });
    } catch (...) {  // no thread to be had: the driver is left as it is
        ++stream_->errors;
    }
    stream_->queue.close();
    if (!left || !ended) at_rest_ = false;
    return at_rest_;
}

}  // namespace livegrade::decklink
