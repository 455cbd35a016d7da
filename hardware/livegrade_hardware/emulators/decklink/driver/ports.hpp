// The tables of an input and an output, which differ between generation 14 and the later two, and the clients' call-backs.
#pragma once

#include "abi.hpp"

namespace decklink {

// The frame is an InputFrame<Frame14> or InputFrame<Frame15>, by the generation of the input.
struct InputCallback : Unknown {
    virtual Result VideoInputFormatChanged(std::uint32_t events, DisplayMode* mode, std::uint32_t detected) = 0;
    virtual Result VideoInputFrameArrived(Unknown* frame, AudioPacket* audio) = 0;
};

struct OutputCallback : Unknown {
    virtual Result ScheduledFrameCompleted(Unknown* frame, std::uint32_t result) = 0;
    virtual Result ScheduledPlaybackHasStopped() = 0;
};

struct AudioOutputCallback : Unknown {
    virtual Result RenderAudioSamples(bool preroll) = 0;
};

struct Port : Unknown {
    virtual Result DoesSupportVideoMode(std::uint32_t connection, std::uint32_t mode, std::uint32_t pixel_format,
                                        std::uint32_t conversion, std::uint32_t flags, std::uint32_t* actual,
                                        bool* supported) = 0;
    virtual Result GetDisplayMode(std::uint32_t mode, DisplayMode** found) = 0;
    virtual Result GetDisplayModeIterator(DisplayModeIterator** iterator) = 0;
    virtual Result SetScreenPreviewCallback(Unknown* callback) = 0;
};

struct Input14 : Port {
    virtual Result EnableVideoInput(std::uint32_t mode, std::uint32_t pixel_format, std::uint32_t flags) = 0;
    virtual Result DisableVideoInput() = 0;
    virtual Result GetAvailableVideoFrameCount(std::uint32_t* count) = 0;
    virtual Result SetVideoInputFrameMemoryAllocator(MemoryAllocator* allocator) = 0;
    virtual Result EnableAudioInput(std::uint32_t rate, std::uint32_t type, std::uint32_t channels) = 0;
    virtual Result DisableAudioInput() = 0;
    virtual Result GetAvailableAudioSampleFrameCount(std::uint32_t* count) = 0;
    virtual Result StartStreams() = 0;
    virtual Result StopStreams() = 0;
    virtual Result PauseStreams() = 0;
    virtual Result FlushStreams() = 0;
    virtual Result SetCallback(InputCallback* callback) = 0;
    virtual Result GetHardwareReferenceClock(std::int64_t scale, std::int64_t* time, std::int64_t* in_frame,
                                             std::int64_t* per_frame) = 0;
};

struct Input15 : Port {
    virtual Result EnableVideoInput(std::uint32_t mode, std::uint32_t pixel_format, std::uint32_t flags) = 0;
    virtual Result EnableVideoInputWithAllocatorProvider(std::uint32_t mode, std::uint32_t pixel_format,
                                                         std::uint32_t flags, BufferAllocatorProvider* provider) = 0;
    virtual Result DisableVideoInput() = 0;
    virtual Result GetAvailableVideoFrameCount(std::uint32_t* count) = 0;
    virtual Result EnableAudioInput(std::uint32_t rate, std::uint32_t type, std::uint32_t channels) = 0;
    virtual Result DisableAudioInput() = 0;
    virtual Result GetAvailableAudioSampleFrameCount(std::uint32_t* count) = 0;
    virtual Result StartStreams() = 0;
    virtual Result StopStreams() = 0;
    virtual Result PauseStreams() = 0;
    virtual Result FlushStreams() = 0;
    virtual Result SetCallback(InputCallback* callback) = 0;
    virtual Result GetHardwareReferenceClock(std::int64_t scale, std::int64_t* time, std::int64_t* in_frame,
                                             std::int64_t* per_frame) = 0;
};

// Where the generations agree again: from ScheduleVideoFrame to the end.
template <class First>
struct OutputRest : First {
    virtual Result ScheduleVideoFrame(Unknown* frame, std::int64_t time, std::int64_t duration, std::int64_t scale) = 0;
    virtual Result SetScheduledFrameCompletionCallback(OutputCallback* callback) = 0;
    virtual Result GetBufferedVideoFrameCount(std::uint32_t* count) = 0;
    virtual Result EnableAudioOutput(std::uint32_t rate, std::uint32_t type, std::uint32_t channels,
                                     std::uint32_t stream) = 0;
    virtual Result DisableAudioOutput() = 0;
    virtual Result WriteAudioSamplesSync(void* samples, std::uint32_t count, std::uint32_t* written) = 0;
    virtual Result BeginAudioPreroll() = 0;
    virtual Result EndAudioPreroll() = 0;
    virtual Result ScheduleAudioSamples(void* samples, std::uint32_t count, std::int64_t time, std::int64_t scale,
                                        std::uint32_t* written) = 0;
    virtual Result GetBufferedAudioSampleFrameCount(std::uint32_t* count) = 0;
    virtual Result FlushBufferedAudioSamples() = 0;
    virtual Result SetAudioCallback(AudioOutputCallback* callback) = 0;
    virtual Result StartScheduledPlayback(std::int64_t start, std::int64_t scale, double speed) = 0;
    virtual Result StopScheduledPlayback(std::int64_t at, std::int64_t* actual, std::int64_t scale) = 0;
    virtual Result IsScheduledPlaybackRunning(bool* running) = 0;
    virtual Result GetScheduledStreamTime(std::int64_t scale, std::int64_t* time, double* speed) = 0;
    virtual Result GetReferenceStatus(std::uint32_t* status) = 0;
    virtual Result GetHardwareReferenceClock(std::int64_t scale, std::int64_t* time, std::int64_t* in_frame,
                                             std::int64_t* per_frame) = 0;
    virtual Result GetFrameCompletionReferenceTimestamp(Unknown* frame, std::int64_t scale, std::int64_t* time) = 0;
};

struct OutputFirst14 : Port {
    virtual Result EnableVideoOutput(std::uint32_t mode, std::uint32_t flags) = 0;
    virtual Result DisableVideoOutput() = 0;
    virtual Result SetVideoOutputFrameMemoryAllocator(MemoryAllocator* allocator) = 0;
    virtual Result CreateVideoFrame(std::int32_t width, std::int32_t height, std::int32_t row_bytes,
                                    std::uint32_t pixel_format, std::uint32_t flags, Unknown** frame) = 0;
    virtual Result CreateAncillaryData(std::uint32_t pixel_format, Unknown** data) = 0;
    virtual Result DisplayVideoFrameSync(Unknown* frame) = 0;
};

struct OutputFirst15 : Port {
    virtual Result EnableVideoOutput(std::uint32_t mode, std::uint32_t flags) = 0;
    virtual Result DisableVideoOutput() = 0;
    virtual Result CreateVideoFrame(std::int32_t width, std::int32_t height, std::int32_t row_bytes,
                                    std::uint32_t pixel_format, std::uint32_t flags, Unknown** frame) = 0;
    virtual Result CreateVideoFrameWithBuffer(std::int32_t width, std::int32_t height, std::int32_t row_bytes,
                                              std::uint32_t pixel_format, std::uint32_t flags, Unknown* buffer,
                                              Unknown** frame) = 0;
    virtual Result RowBytesForPixelFormat(std::uint32_t pixel_format, std::int32_t width, std::int32_t* row_bytes) = 0;
    virtual Result CreateAncillaryData(std::uint32_t pixel_format, Unknown** data) = 0;
    virtual Result DisplayVideoFrameSync(Unknown* frame) = 0;
};

using Output14 = OutputRest<OutputFirst14>;
using Output15 = OutputRest<OutputFirst15>;

}  // namespace decklink
