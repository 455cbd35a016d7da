// The driver's interfaces of generation 14 as C++ declarations of our own: only what we call or implement, each method
// in its slot (the comments count from 0; 0 to 2 are those of IUnknown). Newer drivers go on serving them under the
// same identifiers. Sections of the facts: tables 4 and 5, ABI 3.
//
// The interfaces of streams are in abi_streams.hpp, numbers in constants.hpp.
#pragma once

#include <cstdint>

#include "platform.hpp"

namespace livegrade::decklink {

#define LG_METHOD virtual Result LG_DRIVER_CALL
// Where an interface that others derive from declares a destructor, it takes two slots of the Itanium table and none
// of a COM table. Nobody calls them.
#if defined(_WIN32)
#define LG_DESTRUCTOR_SLOTS
#else
#define LG_DESTRUCTOR_SLOTS                 \
    virtual void destructor_slot_0() {}     \
    virtual void destructor_slot_1() {}
#endif

struct IUnknown {
    static constexpr Iid iid = Iid::of("0000000000000000c000000000000046");
    LG_METHOD QueryInterface(IidArgument id, void** found) = 0;  // 0
    virtual Count LG_DRIVER_CALL AddRef() = 0;                   // 1
    virtual Count LG_DRIVER_CALL Release() = 0;                  // 2
};

struct IDeckLink : IUnknown {
    static constexpr Iid iid = Iid::of("c418fbdd058748ed8fe5640f0a14af91");
    LG_METHOD GetModelName(Text* name) = 0;    // 3
    LG_METHOD GetDisplayName(Text* name) = 0;  // 4
};

struct IDeckLinkIterator : IUnknown {
    static constexpr Iid iid = Iid::of("50fb36cd30634b73bdbb958087f2d8ba");
    LG_METHOD Next(IDeckLink** card) = 0;  // 3
};

struct IDeckLinkAPIInformation : IUnknown {
    static constexpr Iid iid = Iid::of("7bea3c68730d4322af348a7152b532a4");
    LG_METHOD GetFlag(std::uint32_t id, Flag* value) = 0;         // 3
    LG_METHOD GetInt(std::uint32_t id, std::int64_t* value) = 0;  // 4
    LG_METHOD GetFloat(std::uint32_t id, double* value) = 0;      // 5
    LG_METHOD GetString(std::uint32_t id, Text* value) = 0;       // 6
};

struct IDeckLinkProfileAttributes : IUnknown {
    static constexpr Iid iid = Iid::of("17d4bf8e4911473a80a0731cf6ff345b");
    LG_METHOD GetFlag(std::uint32_t id, Flag* value) = 0;         // 3
    LG_METHOD GetInt(std::uint32_t id, std::int64_t* value) = 0;  // 4
    LG_METHOD GetFloat(std::uint32_t id, double* value) = 0;      // 5
    LG_METHOD GetString(std::uint32_t id, Text* value) = 0;       // 6
};

struct IDeckLinkStatus : IUnknown {
    static constexpr Iid iid = Iid::of("5f558200402849bcbeacdb3fa4a96e46");
    LG_METHOD GetFlag(std::uint32_t id, Flag* value) = 0;         // 3
    LG_METHOD GetInt(std::uint32_t id, std::int64_t* value) = 0;  // 4
    LG_METHOD GetFloat(std::uint32_t id, double* value) = 0;      // 5
    LG_METHOD GetString(std::uint32_t id, Text* value) = 0;       // 6
};

struct IDeckLinkConfiguration : IUnknown {
    static constexpr Iid iid = Iid::of("912f634b2d4e40a48aab8d80b73f1289");
    LG_METHOD SetFlag(std::uint32_t id, Flag value) = 0;          // 3
    LG_METHOD GetFlag(std::uint32_t id, Flag* value) = 0;         // 4
    LG_METHOD SetInt(std::uint32_t id, std::int64_t value) = 0;   // 5
    LG_METHOD GetInt(std::uint32_t id, std::int64_t* value) = 0;  // 6
};

struct IDeckLinkDisplayMode : IUnknown {
    static constexpr Iid iid = Iid::of("3eb2c1ab0a3d4523a3adf40d7fb14e78");
    LG_METHOD GetName(Text* name) = 0;                                           // 3
    virtual std::uint32_t LG_DRIVER_CALL GetDisplayMode() = 0;                   // 4
    virtual long LG_DRIVER_CALL GetWidth() = 0;                                  // 5
    virtual long LG_DRIVER_CALL GetHeight() = 0;                                 // 6
    LG_METHOD GetFrameRate(std::int64_t* duration, std::int64_t* scale) = 0;     // 7
    virtual std::uint32_t LG_DRIVER_CALL GetFieldDominance() = 0;                // 8
    virtual std::uint32_t LG_DRIVER_CALL GetFlags() = 0;                         // 9
};

struct IDeckLinkDisplayModeIterator : IUnknown {
    static constexpr Iid iid = Iid::of("9c88499ff6014021b80b032e4eb41c35");
    LG_METHOD Next(IDeckLinkDisplayMode** mode) = 0;  // 3
};

struct IDeckLinkTimecode : IUnknown {
    static constexpr Iid iid = Iid::of("bc6cfbd383174325ac1c1216391e9340");
    virtual std::uint32_t LG_DRIVER_CALL GetBCD() = 0;  // 3
    LG_METHOD GetComponents(std::uint8_t* hours, std::uint8_t* minutes, std::uint8_t* seconds,
                            std::uint8_t* frames) = 0;             // 4
    LG_METHOD GetString(Text* text) = 0;                           // 5
    virtual std::uint32_t LG_DRIVER_CALL GetFlags() = 0;           // 6
    LG_METHOD GetTimecodeUserBits(std::uint32_t* user_bits) = 0;   // 7
};

struct IDeckLinkAncillaryPacket : IUnknown {
    static constexpr Iid iid = Iid::of("cc5bbf7e029c4d3b91586000ef5e3670");
    LG_METHOD GetBytes(std::uint32_t format, const void** data, std::uint32_t* size) = 0;  // 3
    virtual std::uint8_t LG_DRIVER_CALL GetDID() = 0;                                      // 4
    virtual std::uint8_t LG_DRIVER_CALL GetSDID() = 0;                                     // 5
    virtual std::uint32_t LG_DRIVER_CALL GetLineNumber() = 0;                              // 6
    virtual std::uint8_t LG_DRIVER_CALL GetDataStreamIndex() = 0;                          // 7
};

struct IDeckLinkAncillaryPacketIterator : IUnknown {
    static constexpr Iid iid = Iid::of("3fc8994b88fb4c17968f9aab69d964a7");
    LG_METHOD Next(IDeckLinkAncillaryPacket** packet) = 0;  // 3
};

struct IDeckLinkVideoFrameAncillaryPackets : IUnknown {
    static constexpr Iid iid = Iid::of("6c186c0f459e41d8aee24812d81aee68");
    LG_METHOD GetPacketIterator(IDeckLinkAncillaryPacketIterator** packets) = 0;  // 3
    LG_METHOD GetFirstPacketByID(std::uint8_t did, std::uint8_t sdid, IDeckLinkAncillaryPacket** packet) = 0;  // 4
    LG_METHOD AttachPacket(IDeckLinkAncillaryPacket* packet) = 0;                 // 5
    LG_METHOD DetachPacket(IDeckLinkAncillaryPacket* packet) = 0;                 // 6
    LG_METHOD DetachAllPackets() = 0;                                             // 7
};

struct IDeckLinkVideoFrameMetadataExtensions : IUnknown {
    static constexpr Iid iid = Iid::of("e232a5b74db444c99152f47c12e5f051");
    LG_METHOD GetInt(std::uint32_t id, std::int64_t* value) = 0;                   // 3
    LG_METHOD GetFloat(std::uint32_t id, double* value) = 0;                       // 4
    LG_METHOD GetFlag(std::uint32_t id, Flag* value) = 0;                          // 5
    LG_METHOD GetString(std::uint32_t id, Text* value) = 0;                        // 6
    LG_METHOD GetBytes(std::uint32_t id, void* buffer, std::uint32_t* size) = 0;   // 7
};

struct IDeckLinkVideoFrame : IUnknown {
    static constexpr Iid iid = Iid::of("3f716fe0f0234111be5def4414c05b17");
    virtual long LG_DRIVER_CALL GetWidth() = 0;                                     // 3
    virtual long LG_DRIVER_CALL GetHeight() = 0;                                    // 4
    virtual long LG_DRIVER_CALL GetRowBytes() = 0;                                  // 5
    virtual std::uint32_t LG_DRIVER_CALL GetPixelFormat() = 0;                      // 6
    virtual std::uint32_t LG_DRIVER_CALL GetFlags() = 0;                            // 7
    LG_METHOD GetBytes(void** bytes) = 0;                                           // 8
    LG_METHOD GetTimecode(std::uint32_t format, IDeckLinkTimecode** timecode) = 0;  // 9
    LG_METHOD GetAncillaryData(IUnknown** ancillary) = 0;                           // 10
    LG_DESTRUCTOR_SLOTS                                                             // 11, 12
};

struct IDeckLinkMutableVideoFrame : IDeckLinkVideoFrame {
    static constexpr Iid iid = Iid::of("69e2639f40da4e19b6f220ace815c390");
    LG_METHOD SetFlags(std::uint32_t flags) = 0;                                          // 13
    LG_METHOD SetTimecode(std::uint32_t format, IDeckLinkTimecode* timecode) = 0;         // 14
    LG_METHOD SetTimecodeFromComponents(std::uint32_t format, std::uint8_t hours, std::uint8_t minutes,
                                        std::uint8_t seconds, std::uint8_t frames, std::uint32_t flags) = 0;  // 15
    LG_METHOD SetAncillaryData(IUnknown* ancillary) = 0;                                  // 16
    LG_METHOD SetTimecodeUserBits(std::uint32_t format, std::uint32_t user_bits) = 0;     // 17
};

struct IDeckLinkVideoInputFrame : IDeckLinkVideoFrame {
    static constexpr Iid iid = Iid::of("05cfe374537c40949a57680525118f44");
    LG_METHOD GetStreamTime(std::int64_t* time, std::int64_t* duration, std::int64_t scale) = 0;                // 13
    LG_METHOD GetHardwareReferenceTimestamp(std::int64_t scale, std::int64_t* time, std::int64_t* duration) = 0;  // 14
};

struct IDeckLinkAudioInputPacket : IUnknown {
    static constexpr Iid iid = Iid::of("e43d5870289411de8c300800200c9a66");
    virtual long LG_DRIVER_CALL GetSampleFrameCount() = 0;                       // 3
    LG_METHOD GetBytes(void** samples) = 0;                                      // 4
    LG_METHOD GetPacketTime(std::int64_t* time, std::int64_t scale) = 0;         // 5
};

}  // namespace livegrade::decklink
