// The output tables of the generations before one output of a card.
#pragma once

#include "inputport.hpp"

namespace decklink {

template <class Interface>
class OutputPort : public PortTable<Interface> {
 public:
    using PortTable<Interface>::PortTable;
    Result EnableVideoOutput(std::uint32_t mode, std::uint32_t flags) override {
        ledger().call("IDeckLinkOutput::EnableVideoOutput");
        if (!this->device_.alive()) return failed;
        return output().enable(owner(), mode, flags, this->generation_);
    }
    Result DisableVideoOutput() override {
        ledger().call("IDeckLinkOutput::DisableVideoOutput");
        return output().disable(owner());
    }
    Result CreateVideoFrame(std::int32_t width, std::int32_t height, std::int32_t row_bytes, std::uint32_t format,
                            std::uint32_t flags, Unknown** frame) override {
        ledger().call("IDeckLinkOutput::CreateVideoFrame");
        return create(width, height, row_bytes, format, flags, nullptr, frame);
    }
    Result CreateAncillaryData(std::uint32_t, Unknown** data) override {
        if (data) *data = nullptr;
        return not_implemented;
    }
    Result DisplayVideoFrameSync(Unknown* frame) override {
        ledger().call("IDeckLinkOutput::DisplayVideoFrameSync");
        return output().display(owner(), frame);
    }
    Result ScheduleVideoFrame(Unknown* frame, std::int64_t time, std::int64_t duration, std::int64_t scale) override {
        ledger().call("IDeckLinkOutput::ScheduleVideoFrame");
        return output().schedule(owner(), frame, time, duration, scale);
    }
    Result SetScheduledFrameCompletionCallback(OutputCallback* callback) override {
        ledger().call("IDeckLinkOutput::SetScheduledFrameCompletionCallback");
        return output().set_callback(owner(), callback);
    }
    Result GetBufferedVideoFrameCount(std::uint32_t* count) override {
        ledger().call("IDeckLinkOutput::GetBufferedVideoFrameCount");
        if (!count) return null_pointer;
        *count = output().buffered();
        return ok;
    }
    Result EnableAudioOutput(std::uint32_t rate, std::uint32_t type, std::uint32_t channels,
                             std::uint32_t stream) override {
        ledger().call("IDeckLinkOutput::EnableAudioOutput");
        return output().enable_audio(owner(), rate, type, channels, stream);
    }
    Result DisableAudioOutput() override {
        ledger().call("IDeckLinkOutput::DisableAudioOutput");
        return output().disable_audio(owner());
    }
    Result WriteAudioSamplesSync(void* samples, std::uint32_t count, std::uint32_t* written) override {
        ledger().call("IDeckLinkOutput::WriteAudioSamplesSync");
        return output().write_audio(owner(), samples, count, nullptr, 0, written);
    }
    Result BeginAudioPreroll() override {
        ledger().call("IDeckLinkOutput::BeginAudioPreroll");
        return ok;
    }
    Result EndAudioPreroll() override {
        ledger().call("IDeckLinkOutput::EndAudioPreroll");
        return ok;
    }
    Result ScheduleAudioSamples(void* samples, std::uint32_t count, std::int64_t time, std::int64_t scale,
                                std::uint32_t* written) override {
        ledger().call("IDeckLinkOutput::ScheduleAudioSamples");
        return output().write_audio(owner(), samples, count, &time, scale, written);
    }
    Result GetBufferedAudioSampleFrameCount(std::uint32_t* count) override {
        ledger().call("IDeckLinkOutput::GetBufferedAudioSampleFrameCount");
        if (!count) return null_pointer;
        *count = output().audio_buffered();
        return ok;
    }
    Result FlushBufferedAudioSamples() override {
        ledger().call("IDeckLinkOutput::FlushBufferedAudioSamples");
        output().flush_audio();
        return ok;
    }
    Result SetAudioCallback(AudioOutputCallback* callback) override { return callback ? not_implemented : ok; }
    Result StartScheduledPlayback(std::int64_t start, std::int64_t scale, double speed) override {
        ledger().call("IDeckLinkOutput::StartScheduledPlayback");
        return output().start(owner(), start, scale, speed);
    }
    Result StopScheduledPlayback(std::int64_t at, std::int64_t* actual, std::int64_t scale) override {
        ledger().call("IDeckLinkOutput::StopScheduledPlayback");
        return output().stop(owner(), at, actual, scale);
    }
    Result IsScheduledPlaybackRunning(bool* running) override {
        ledger().call("IDeckLinkOutput::IsScheduledPlaybackRunning");
        if (!running) return null_pointer;
        *running = output().playing();
        return ok;
    }
    Result GetScheduledStreamTime(std::int64_t scale, std::int64_t* time, double* speed) override {
        ledger().call("IDeckLinkOutput::GetScheduledStreamTime");
        if (!time) return null_pointer;
        if (!output().playing()) return failed;
        *time = output().stream_time(scale);
        if (speed) *speed = 1;
        return ok;
    }
    Result GetReferenceStatus(std::uint32_t* status) override {
        ledger().call("IDeckLinkOutput::GetReferenceStatus");
        if (!status) return null_pointer;
        const Reference reference = this->card().reference;
        *status = reference == Reference::none ? 1 : reference == Reference::locked ? 2 : 0;
        return ok;
    }
    Result GetHardwareReferenceClock(std::int64_t scale, std::int64_t* time, std::int64_t* in_frame,
                                     std::int64_t* per_frame) override {
        ledger().call("IDeckLinkOutput::GetHardwareReferenceClock");
        if (!time || !in_frame || !per_frame) return null_pointer;
        if (!this->device_.alive()) return failed;
        output().clock(scale, time, in_frame, per_frame);
        return ok;
    }
    Result GetFrameCompletionReferenceTimestamp(Unknown* frame, std::int64_t scale, std::int64_t* time) override {
        ledger().call("IDeckLinkOutput::GetFrameCompletionReferenceTimestamp");
        return output().completed_at(frame, scale, time);
    }

 protected:
    Output& output() { return this->card().output; }
    const void* owner() { return &this->device_; }
    void let_go() override { output().abandon(owner()); }
    // `buffer`: the client's own, null for one of the driver.
    Result create(int width, int height, int stride, std::uint32_t format, std::uint32_t flags, Unknown* buffer,
                  Unknown** frame);
};

class OutputPort14 final : public OutputPort<Output14> {
 public:
    using OutputPort::OutputPort;
    Result SetVideoOutputFrameMemoryAllocator(MemoryAllocator*) override { return not_implemented; }
};

class OutputPort15 final : public OutputPort<Output15> {  // of generation 16 too
 public:
    using OutputPort::OutputPort;
    Result CreateVideoFrameWithBuffer(std::int32_t width, std::int32_t height, std::int32_t row_bytes,
                                      std::uint32_t format, std::uint32_t flags, Unknown* buffer,
                                      Unknown** frame) override {
        ledger().call("IDeckLinkOutput::CreateVideoFrameWithBuffer");
        return buffer ? create(width, height, row_bytes, format, flags, buffer, frame) : null_pointer;
    }
    Result RowBytesForPixelFormat(std::uint32_t format, std::int32_t width, std::int32_t* bytes) override {
        ledger().call("IDeckLinkOutput::RowBytesForPixelFormat");
        if (!bytes) return null_pointer;
        const auto found = row_bytes(format, width);
        *bytes = found.value_or(0);
        return found ? ok : invalid_argument;
    }
};

template <class Interface>
Result OutputPort<Interface>::create(int width, int height, int stride, std::uint32_t format, std::uint32_t flags,
                                     Unknown* buffer, Unknown** frame) {
    if (!frame) return null_pointer;
    *frame = nullptr;
    if (!this->device_.alive()) return failed;
    if (width <= 0 || height <= 0 || width > 16384 || height > 8640 || stride <= 0 || stride > 16384 * 8)
        return invalid_argument;
    if (!row_bytes(format, width) || stride < width) return invalid_argument;
    const Geometry geometry{width, height, stride, format};
    Pixels pixels;
    if (buffer) {
        pixels.client = Ref<Unknown>::sharing(buffer);
    } else {
        pixels.bytes = new std::uint8_t[geometry.bytes()]();
        pixels.give_back = [bytes = pixels.bytes] { delete[] bytes; };
    }
    *frame = (new Frame("OutputFrame", this->generation_, geometry, flags, std::move(pixels)))->mutable_table();
    return ok;
}

}  // namespace decklink
