#include "slots.hpp"

#include <bit>
#include <cstdint>
#include <utility>

#include "abi_streams.hpp"

namespace livegrade::decklink {

namespace {

#if defined(__x86_64__) && !defined(_WIN32)
// Itanium ABI 2.3: a pointer to a virtual method is one plus its offset in the table, and an adjustment of `this`.
template <class Method>
int slot_of(Method method) {
    struct Pointer {
        std::intptr_t offset_plus_one, adjustment;
    };
    const auto pointer = std::bit_cast<Pointer>(method);
    return static_cast<int>((pointer.offset_plus_one - 1) / static_cast<std::intptr_t>(sizeof(void*)));
}
#endif

}  // namespace

#define LG_SLOT(Interface, Method) {#Interface "::" #Method, slot_of(&Interface::Method)}

std::vector<std::pair<std::string, int>> slots() {
#if defined(__x86_64__) && !defined(_WIN32)
    return {
        LG_SLOT(IUnknown, QueryInterface),
        LG_SLOT(IUnknown, AddRef),
        LG_SLOT(IUnknown, Release),
        LG_SLOT(IDeckLinkIterator, Next),
        LG_SLOT(IDeckLink, GetDisplayName),
        LG_SLOT(IDeckLinkAPIInformation, GetString),
        LG_SLOT(IDeckLinkProfileAttributes, GetString),
        LG_SLOT(IDeckLinkStatus, GetString),
        LG_SLOT(IDeckLinkConfiguration, GetInt),
        LG_SLOT(IDeckLinkDisplayMode, GetFlags),
        LG_SLOT(IDeckLinkTimecode, GetTimecodeUserBits),
        LG_SLOT(IDeckLinkAncillaryPacket, GetDataStreamIndex),
        LG_SLOT(IDeckLinkAncillaryPacketIterator, Next),
        LG_SLOT(IDeckLinkVideoFrameAncillaryPackets, DetachAllPackets),
        LG_SLOT(IDeckLinkVideoFrameMetadataExtensions, GetBytes),
        LG_SLOT(IDeckLinkVideoFrame, GetBytes),
        LG_SLOT(IDeckLinkVideoFrame, GetAncillaryData),
        LG_SLOT(IDeckLinkMutableVideoFrame, SetFlags),
        LG_SLOT(IDeckLinkMutableVideoFrame, SetTimecodeUserBits),
        LG_SLOT(IDeckLinkVideoInputFrame, GetStreamTime),
        LG_SLOT(IDeckLinkVideoInputFrame, GetHardwareReferenceTimestamp),
        LG_SLOT(IDeckLinkAudioInputPacket, GetPacketTime),
        LG_SLOT(IDeckLinkInputCallback, VideoInputFormatChanged),
        LG_SLOT(IDeckLinkInputCallback, VideoInputFrameArrived),
        LG_SLOT(IDeckLinkVideoOutputCallback, ScheduledFrameCompleted),
        LG_SLOT(IDeckLinkVideoOutputCallback, ScheduledPlaybackHasStopped),
        LG_SLOT(IDeckLinkMemoryAllocator, AllocateBuffer),
        LG_SLOT(IDeckLinkMemoryAllocator, Decommit),
        LG_SLOT(IDeckLinkInput, DoesSupportVideoMode),
        LG_SLOT(IDeckLinkInput, EnableVideoInput),
        LG_SLOT(IDeckLinkInput, SetVideoInputFrameMemoryAllocator),
        LG_SLOT(IDeckLinkInput, EnableAudioInput),
        LG_SLOT(IDeckLinkInput, StartStreams),
        LG_SLOT(IDeckLinkInput, SetCallback),
        LG_SLOT(IDeckLinkInput, GetHardwareReferenceClock),
        LG_SLOT(IDeckLinkOutput, EnableVideoOutput),
        LG_SLOT(IDeckLinkOutput, CreateVideoFrame),
        LG_SLOT(IDeckLinkOutput, ScheduleVideoFrame),
        LG_SLOT(IDeckLinkOutput, SetScheduledFrameCompletionCallback),
        LG_SLOT(IDeckLinkOutput, EnableAudioOutput),
        LG_SLOT(IDeckLinkOutput, ScheduleAudioSamples),
        LG_SLOT(IDeckLinkOutput, StartScheduledPlayback),
        LG_SLOT(IDeckLinkOutput, GetScheduledStreamTime),
        LG_SLOT(IDeckLinkOutput, GetHardwareReferenceClock),
    };
#else
    return {};
#endif
}

}  // namespace livegrade::decklink
