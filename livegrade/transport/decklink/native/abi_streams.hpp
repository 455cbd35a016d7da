// The interfaces of generation 14 that move pictures: input, output, and those that we implement ourselves (call-backs
// and the allocator). Slots as in abi.hpp.
#pragma once

#include "abi.hpp"

namespace livegrade::decklink {

// Implemented by us; called by the driver from its own threads.
struct IDeckLinkInputCallback : IUnknown {
    static constexpr Iid iid = Iid::of("c6fce4c9c4e4404782fb5d238232a902");
    LG_METHOD VideoInputFormatChanged(std::uint32_t events, IDeckLinkDisplayMode* mode, std::uint32_t flags) = 0;  // 3
    LG_METHOD VideoInputFrameArrived(IDeckLinkVideoInputFrame* frame, IDeckLinkAudioInputPacket* audio) = 0;       // 4
};

struct IDeckLinkVideoOutputCallback : IUnknown {
    static constexpr Iid iid = Iid::of("20aa5225195847cb820b80a8d521a6ee");
    LG_METHOD ScheduledFrameCompleted(IDeckLinkVideoFrame* frame, std::uint32_t result) = 0;  // 3
    LG_METHOD ScheduledPlaybackHasStopped() = 0;                                              // 4
};

struct IDeckLinkMemoryAllocator : IUnknown {
    static constexpr Iid iid = Iid::of("b36eb6e79d294aa892ef843b87a289e8");
    LG_METHOD AllocateBuffer(std::uint32_t size, void** buffer) = 0;  // 3
    LG_METHOD ReleaseBuffer(void* buffer) = 0;                        // 4
    LG_METHOD Commit() = 0;                                           // 5
    LG_METHOD Decommit() = 0;                                         // 6
};

struct IDeckLinkInput : IUnknown {
    static constexpr Iid iid = Iid::of("c21cdb6ef41446e4a63680a566e0ed37");
    LG_METHOD DoesSupportVideoMode(std::uint32_t connection, std::uint32_t mode, std::uint32_t pixel_format,
                                   std::uint32_t conversion, std::uint32_t flags, std::uint32_t* actual,
                                   Flag* supported) = 0;                                                       // 3
    LG_METHOD GetDisplayMode(std::uint32_t mode, IDeckLinkDisplayMode** found) = 0;                            // 4
    LG_METHOD GetDisplayModeIterator(IDeckLinkDisplayModeIterator** modes) = 0;                                // 5
    LG_METHOD SetScreenPreviewCallback(IUnknown* preview) = 0;                                                 // 6
    LG_METHOD EnableVideoInput(std::uint32_t mode, std::uint32_t pixel_format, std::uint32_t flags) = 0;       // 7
    LG_METHOD DisableVideoInput() = 0;                                                                         // 8
    LG_METHOD GetAvailableVideoFrameCount(std::uint32_t* count) = 0;                                           // 9
    LG_METHOD SetVideoInputFrameMemoryAllocator(IDeckLinkMemoryAllocator* allocator) = 0;                      // 10
    LG_METHOD EnableAudioInput(std::uint32_t rate, std::uint32_t sample_type, std::uint32_t channels) = 0;     // 11
    LG_METHOD DisableAudioInput() = 0;                                                                         // 12
    LG_METHOD GetAvailableAudioSampleFrameCount(std::uint32_t* count) = 0;                                     // 13
    LG_METHOD StartStreams() = 0;                                                                              // 14
    LG_METHOD StopStreams() = 0;                                                                               // 15
    LG_METHOD PauseStreams() = 0;                                                                              // 16
    LG_METHOD FlushStreams() = 0;                                                                              // 17
    LG_METHOD SetCallback(IDeckLinkInputCallback* callback) = 0;                                               // 18
    LG_METHOD GetHardwareReferenceClock(std::int64_t scale, std::int64_t* time, std::int64_t* in_frame,
                                        std::int64_t* per_frame) = 0;                                          // 19
};

struct IDeckLinkOutput : IUnknown {
    static constexpr Iid iid = Iid::of("be2d9020461e442f84b7e949cb953b9d");
    LG_METHOD DoesSupportVideoMode(std::uint32_t connection, std::uint32_t mode, std::uint32_t pixel_format,
                                   std::uint32_t conversion, std::uint32_t flags, std::uint32_t* actual,
                                   Flag* supported) = 0;                                                       // 3
    LG_METHOD GetDisplayMode(std::uint32_t mode, IDeckLinkDisplayMode** found) = 0;                            // 4
    LG_METHOD GetDisplayModeIterator(IDeckLinkDisplayModeIterator** modes) = 0;                                // 5
    LG_METHOD SetScreenPreviewCallback(IUnknown* preview) = 0;                                                 // 6
    LG_METHOD EnableVideoOutput(std::uint32_t mode, std::uint32_t flags) = 0;                                  // 7
    LG_METHOD DisableVideoOutput() = 0;                                                                        // 8
    LG_METHOD SetVideoOutputFrameMemoryAllocator(IDeckLinkMemoryAllocator* allocator) = 0;                     // 9
    LG_METHOD CreateVideoFrame(std::int32_t width, std::int32_t height, std::int32_t row_bytes,
                               std::uint32_t pixel_format, std::uint32_t flags,
                               IDeckLinkMutableVideoFrame** frame) = 0;                                        // 10
    LG_METHOD CreateAncillaryData(std::uint32_t pixel_format, IUnknown** ancillary) = 0;                       // 11
    LG_METHOD DisplayVideoFrameSync(IDeckLinkVideoFrame* frame) = 0;                                           // 12
    LG_METHOD ScheduleVideoFrame(IDeckLinkVideoFrame* frame, std::int64_t time, std::int64_t duration,
                                 std::int64_t scale) = 0;                                                      // 13
    LG_METHOD SetScheduledFrameCompletionCallback(IDeckLinkVideoOutputCallback* callback) = 0;                 // 14
    LG_METHOD GetBufferedVideoFrameCount(std::uint32_t* count) = 0;                                            // 15
    LG_METHOD EnableAudioOutput(std::uint32_t rate, std::uint32_t sample_type, std::uint32_t channels,
                                std::uint32_t stream_type) = 0;                                                // 16
    LG_METHOD DisableAudioOutput() = 0;                                                                        // 17
    LG_METHOD WriteAudioSamplesSync(void* samples, std::uint32_t count, std::uint32_t* written) = 0;           // 18
    LG_METHOD BeginAudioPreroll() = 0;                                                                         // 19
    LG_METHOD EndAudioPreroll() = 0;                                                                           // 20
    LG_METHOD ScheduleAudioSamples(void* samples, std::uint32_t count, std::int64_t time, std::int64_t scale,
                                   std::uint32_t* written) = 0;                                                // 21
    LG_METHOD GetBufferedAudioSampleFrameCount(std::uint32_t* count) = 0;                                      // 22
    LG_METHOD FlushBufferedAudioSamples() = 0;                                                                 // 23
    LG_METHOD SetAudioCallback(IUnknown* callback) = 0;                                                        // 24
    LG_METHOD StartScheduledPlayback(std::int64_t start, std::int64_t scale, double speed) = 0;                // 25
    LG_METHOD StopScheduledPlayback(std::int64_t at, std::int64_t* actual, std::int64_t scale) = 0;            // 26
    LG_METHOD IsScheduledPlaybackRunning(Flag* running) = 0;                                                   // 27
    LG_METHOD GetScheduledStreamTime(std::int64_t scale, std::int64_t* time, double* speed) = 0;               // 28
    LG_METHOD GetReferenceStatus(std::uint32_t* status) = 0;                                                   // 29
    LG_METHOD GetHardwareReferenceClock(std::int64_t scale, std::int64_t* time, std::int64_t* in_frame,
                                        std::int64_t* per_frame) = 0;                                          // 30
};

}  // namespace livegrade::decklink
