// Our own declarations of the tables through which a DeckLink client talks to its driver on Linux x86-64, for the
// driver generations 14 (14.0 to 14.2), 15 (14.3 to 15.3) and 16. Only names, identifiers, order and numbers are the
// maker's. Every object begins with a pointer to its table; the slots are in the order of the methods here, and nothing
// with a virtual destructor may stand above an interface, because that would move its slots.
#pragma once

#include <cstdint>

namespace decklink {

using Result = std::int32_t;
using Count = unsigned long;

inline constexpr Result ok = 0;
inline constexpr Result no_value = 1;
inline constexpr Result not_implemented = static_cast<Result>(0x80000001);
inline constexpr Result out_of_memory = static_cast<Result>(0x80000002);
inline constexpr Result invalid_argument = static_cast<Result>(0x80000003);
inline constexpr Result no_interface = static_cast<Result>(0x80000004);
inline constexpr Result null_pointer = static_cast<Result>(0x80000005);
inline constexpr Result failed = static_cast<Result>(0x80000008);
inline constexpr Result access_denied = static_cast<Result>(0x80000009);

constexpr std::uint32_t four(const char (&code)[5]) {
    return static_cast<std::uint32_t>(static_cast<unsigned char>(code[0])) << 24 |
           static_cast<std::uint32_t>(static_cast<unsigned char>(code[1])) << 16 |
           static_cast<std::uint32_t>(static_cast<unsigned char>(code[2])) << 8 |
           static_cast<std::uint32_t>(static_cast<unsigned char>(code[3]));
}

// Passed by value, in two integer registers, bytes in printed order.
struct Iid {
    std::uint8_t bytes[16];
    bool operator==(const Iid&) const = default;
};
static_assert(sizeof(Iid) == 16);

struct Unknown {
    virtual Result QueryInterface(Iid id, void** out) = 0;
    virtual Count AddRef() = 0;
    virtual Count Release() = 0;
};

// ---- enumeration

struct DisplayMode : Unknown {
    virtual Result GetName(const char** name) = 0;
    virtual std::uint32_t GetDisplayMode() = 0;
    virtual long GetWidth() = 0;
    virtual long GetHeight() = 0;
    virtual Result GetFrameRate(std::int64_t* duration, std::int64_t* scale) = 0;
    virtual std::uint32_t GetFieldDominance() = 0;
    virtual std::uint32_t GetFlags() = 0;
};

struct DisplayModeIterator : Unknown {
    virtual Result Next(DisplayMode** mode) = 0;
};

struct DeckLink : Unknown {
    virtual Result GetModelName(const char** name) = 0;
    virtual Result GetDisplayName(const char** name) = 0;
};

struct Iterator : Unknown {
    virtual Result Next(DeckLink** card) = 0;
};

struct NotificationCallback : Unknown {
    virtual Result DeckLinkDeviceArrived(DeckLink* card) = 0;
    virtual Result DeckLinkDeviceRemoved(DeckLink* card) = 0;
};

struct Discovery : Unknown {
    virtual Result InstallDeviceNotifications(NotificationCallback* callback) = 0;
    virtual Result UninstallDeviceNotifications() = 0;
};

struct ApiInformation : Unknown {
    virtual Result GetFlag(std::uint32_t id, bool* value) = 0;
    virtual Result GetInt(std::uint32_t id, std::int64_t* value) = 0;
    virtual Result GetFloat(std::uint32_t id, double* value) = 0;
    virtual Result GetString(std::uint32_t id, const char** value) = 0;
};

// Generation 16 adds slot 7.
struct Attributes : Unknown {
    virtual Result GetFlag(std::uint32_t id, bool* value) = 0;
    virtual Result GetInt(std::uint32_t id, std::int64_t* value) = 0;
    virtual Result GetFloat(std::uint32_t id, double* value) = 0;
    virtual Result GetString(std::uint32_t id, const char** value) = 0;
    virtual Result GetStringWithParam(std::uint32_t id, std::int64_t parameter, const char** value) = 0;
};

struct Configuration14 : Unknown {
    virtual Result SetFlag(std::uint32_t id, bool value) = 0;
    virtual Result GetFlag(std::uint32_t id, bool* value) = 0;
    virtual Result SetInt(std::uint32_t id, std::int64_t value) = 0;
    virtual Result GetInt(std::uint32_t id, std::int64_t* value) = 0;
    virtual Result SetFloat(std::uint32_t id, double value) = 0;
    virtual Result GetFloat(std::uint32_t id, double* value) = 0;
    virtual Result SetString(std::uint32_t id, const char* value) = 0;
    virtual Result GetString(std::uint32_t id, const char** value) = 0;
    virtual Result WriteConfigurationToPreferences() = 0;
};

struct Configuration16 : Unknown {
    virtual Result SetFlag(std::uint32_t id, bool value) = 0;
    virtual Result GetFlag(std::uint32_t id, bool* value) = 0;
    virtual Result SetInt(std::uint32_t id, std::int64_t value) = 0;
    virtual Result GetInt(std::uint32_t id, std::int64_t* value) = 0;
    virtual Result SetFloat(std::uint32_t id, double value) = 0;
    virtual Result GetFloat(std::uint32_t id, double* value) = 0;
    virtual Result SetString(std::uint32_t id, const char* value) = 0;
    virtual Result GetString(std::uint32_t id, const char** value) = 0;
    virtual Result SetFlagWithParam(std::uint32_t id, std::int64_t parameter, bool value) = 0;
    virtual Result GetFlagWithParam(std::uint32_t id, std::int64_t parameter, bool* value) = 0;
    virtual Result SetIntWithParam(std::uint32_t id, std::int64_t parameter, std::int64_t value) = 0;
    virtual Result GetIntWithParam(std::uint32_t id, std::int64_t parameter, std::int64_t* value) = 0;
    virtual Result SetFloatWithParam(std::uint32_t id, std::int64_t parameter, double value) = 0;
    virtual Result GetFloatWithParam(std::uint32_t id, std::int64_t parameter, double* value) = 0;
    virtual Result SetStringWithParam(std::uint32_t id, std::int64_t parameter, const char* value) = 0;
    virtual Result GetStringWithParam(std::uint32_t id, std::int64_t parameter, const char** value) = 0;
    virtual Result WriteConfigurationToPreferences() = 0;
};

struct Status14 : Unknown {
    virtual Result GetFlag(std::uint32_t id, bool* value) = 0;
    virtual Result GetInt(std::uint32_t id, std::int64_t* value) = 0;
    virtual Result GetFloat(std::uint32_t id, double* value) = 0;
    virtual Result GetString(std::uint32_t id, const char** value) = 0;
    virtual Result GetBytes(std::uint32_t id, void* buffer, std::uint32_t* size) = 0;
};

// Slots 8 and 11 were never seen in use.
struct Status16 : Unknown {
    virtual Result GetFlag(std::uint32_t id, bool* value) = 0;
    virtual Result GetInt(std::uint32_t id, std::int64_t* value) = 0;
    virtual Result GetFloat(std::uint32_t id, double* value) = 0;
    virtual Result GetString(std::uint32_t id, const char** value) = 0;
    virtual Result GetBytes(std::uint32_t id, void* buffer, std::uint32_t* size) = 0;
    virtual Result UnseenSlot8() = 0;
    virtual Result GetFlagWithParam(std::uint32_t id, std::int64_t parameter, bool* value) = 0;
    virtual Result GetIntWithParam(std::uint32_t id, std::int64_t parameter, std::int64_t* value) = 0;
    virtual Result UnseenSlot11() = 0;
    virtual Result GetStringWithParam(std::uint32_t id, std::int64_t parameter, const char** value) = 0;
};

struct Statistics16 : Unknown {
    virtual Result GetInt(std::uint32_t id, std::int64_t* value) = 0;
    virtual Result GetIntWithParam(std::uint32_t id, std::int64_t parameter, std::int64_t* value) = 0;
    virtual Result GetStringWithParam(std::uint32_t id, std::int64_t parameter, const char** value) = 0;
};

// ---- what belongs to a frame

struct Timecode : Unknown {
    virtual std::uint32_t GetBCD() = 0;
    virtual Result GetComponents(std::uint8_t* hours, std::uint8_t* minutes, std::uint8_t* seconds,
                                 std::uint8_t* frames) = 0;
    virtual Result GetString(const char** text) = 0;
    virtual std::uint32_t GetFlags() = 0;
    virtual Result GetTimecodeUserBits(std::uint32_t* bits) = 0;
};

// Slot 8 since 15.3.
struct AncillaryPacket : Unknown {
    virtual Result GetBytes(std::uint32_t format, const void** data, std::uint32_t* size) = 0;
    virtual std::uint8_t GetDID() = 0;
    virtual std::uint8_t GetSDID() = 0;
    virtual std::uint32_t GetLineNumber() = 0;
    virtual std::uint8_t GetDataStreamIndex() = 0;
    virtual std::uint32_t GetDataSpace() = 0;
};

struct AncillaryPacketIterator : Unknown {
    virtual Result Next(AncillaryPacket** packet) = 0;
};

struct AncillaryPackets : Unknown {
    virtual Result GetPacketIterator(AncillaryPacketIterator** iterator) = 0;
    virtual Result GetFirstPacketByID(std::uint8_t did, std::uint8_t sdid, AncillaryPacket** packet) = 0;
    virtual Result AttachPacket(AncillaryPacket* packet) = 0;
    virtual Result DetachPacket(AncillaryPacket* packet) = 0;
    virtual Result DetachAllPackets() = 0;
};

// One object serves the reading table and the writing one, which begins with it behind two slots of a destructor.
struct Metadata : Unknown {
    virtual Result GetInt(std::uint32_t id, std::int64_t* value) = 0;
    virtual Result GetFloat(std::uint32_t id, double* value) = 0;
    virtual Result GetFlag(std::uint32_t id, bool* value) = 0;
    virtual Result GetString(std::uint32_t id, const char** value) = 0;
    virtual Result GetBytes(std::uint32_t id, void* buffer, std::uint32_t* size) = 0;
    virtual void DestructorSlotA() {}
    virtual void DestructorSlotB() {}
};

struct MutableMetadata : Metadata {
    virtual Result SetInt(std::uint32_t id, std::int64_t value) = 0;
    virtual Result SetFloat(std::uint32_t id, double value) = 0;
    virtual Result SetFlag(std::uint32_t id, bool value) = 0;
    virtual Result SetString(std::uint32_t id, const char* value) = 0;
    virtual Result SetBytes(std::uint32_t id, void* buffer, std::uint32_t size) = 0;
};

struct AudioPacket : Unknown {
    virtual long GetSampleFrameCount() = 0;
    virtual Result GetBytes(void** bytes) = 0;
    virtual Result GetPacketTime(std::int64_t* time, std::int64_t scale) = 0;
};

struct VideoBuffer15 : Unknown {
    virtual Result GetBytes(void** bytes) = 0;
    virtual Result StartAccess(std::uint32_t flags) = 0;
    virtual Result EndAccess(std::uint32_t flags) = 0;
};

struct VideoBuffer16 : Unknown {
    virtual Result GetBytes(void** bytes) = 0;
    virtual Result GetSize(std::uint64_t* size) = 0;
    virtual Result StartAccess(std::uint32_t flags) = 0;
    virtual Result EndAccess(std::uint32_t flags) = 0;
};

struct MemoryAllocator : Unknown {
    virtual Result AllocateBuffer(std::uint32_t size, void** buffer) = 0;
    virtual Result ReleaseBuffer(void* buffer) = 0;
    virtual Result Commit() = 0;
    virtual Result Decommit() = 0;
};

// The buffer is a VideoBuffer15 or a VideoBuffer16, by the generation of the input that asks.
struct BufferAllocator : Unknown {
    virtual Result AllocateVideoBuffer(Unknown** buffer) = 0;
};

struct BufferAllocatorProvider : Unknown {
    virtual Result GetVideoBufferAllocator(std::uint32_t size, std::uint32_t width, std::uint32_t height,
                                           std::uint32_t row_bytes, std::uint32_t pixel_format,
                                           BufferAllocator** allocator) = 0;
};

// ---- frames

struct Frame14 : Unknown {
    virtual long GetWidth() = 0;
    virtual long GetHeight() = 0;
    virtual long GetRowBytes() = 0;
    virtual std::uint32_t GetPixelFormat() = 0;
    virtual std::uint32_t GetFlags() = 0;
    virtual Result GetBytes(void** bytes) = 0;
    virtual Result GetTimecode(std::uint32_t format, Timecode** timecode) = 0;
    virtual Result GetAncillaryData(Unknown** data) = 0;
    virtual void DestructorSlotA() {}
    virtual void DestructorSlotB() {}
};

// Generations 15 and 16: the pixels are asked for as a VideoBuffer.
struct Frame15 : Unknown {
    virtual long GetWidth() = 0;
    virtual long GetHeight() = 0;
    virtual long GetRowBytes() = 0;
    virtual std::uint32_t GetPixelFormat() = 0;
    virtual std::uint32_t GetFlags() = 0;
    virtual Result GetTimecode(std::uint32_t format, Timecode** timecode) = 0;
    virtual Result GetAncillaryData(Unknown** data) = 0;
    virtual void DestructorSlotA() {}
    virtual void DestructorSlotB() {}
};

template <class Frame>
struct InputFrame : Frame {
    virtual Result GetStreamTime(std::int64_t* time, std::int64_t* duration, std::int64_t scale) = 0;
    virtual Result GetHardwareReferenceTimestamp(std::int64_t scale, std::int64_t* time, std::int64_t* duration) = 0;
};

// Generation 15 adds the last slot.
template <class Frame>
struct MutableFrame : Frame {
    virtual Result SetFlags(std::uint32_t flags) = 0;
    virtual Result SetTimecode(std::uint32_t format, Timecode* timecode) = 0;
    virtual Result SetTimecodeFromComponents(std::uint32_t format, std::uint8_t hours, std::uint8_t minutes,
                                             std::uint8_t seconds, std::uint8_t frames, std::uint32_t flags) = 0;
    virtual Result SetAncillaryData(Unknown* data) = 0;
    virtual Result SetTimecodeUserBits(std::uint32_t format, std::uint32_t bits) = 0;
    virtual Result SetInterfaceProvider(Iid id, Unknown* provider) = 0;
};

}  // namespace decklink
