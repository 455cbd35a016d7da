// What differs between systems in the binary interface of the driver: the calling convention, the widths of a few
// types, strings, and how an interface identifier is passed. Linux x86-64: proved against an emulated driver. macOS
// and Windows: written from the same facts, untested.
#pragma once

#include <array>
#include <cstdint>

#if defined(_WIN32)
#define LG_DRIVER_CALL __stdcall
#else
#define LG_DRIVER_CALL
#endif

namespace livegrade::decklink {

using Result = std::int32_t;

#if defined(_WIN32)
using Flag = std::int32_t;      // BOOL
using Count = unsigned long;    // 32 bit there
using Text = wchar_t*;          // BSTR
#elif defined(__APPLE__)
using Flag = bool;
using Count = std::uint32_t;
using Text = const void*;       // CFStringRef
#else
using Flag = bool;
using Count = unsigned long;    // 64 bit there
using Text = const char*;       // made with malloc; whoever got it frees it
#endif

// An interface identifier in the memory order of the system: the printed order, except that COM on Windows keeps the
// first three fields little endian.
struct Iid {
    std::array<std::uint8_t, 16> bytes{};

    constexpr bool operator==(const Iid&) const = default;

    static constexpr Iid of(const char (&digits)[33]) {
        Iid id;
        for (std::size_t i = 0; i < 16; ++i)
            id.bytes[at(i)] = static_cast<std::uint8_t>(nibble(digits[2 * i]) << 4 | nibble(digits[2 * i + 1]));
        return id;
    }

  private:
    static constexpr unsigned nibble(char digit) {
        return static_cast<unsigned>(digit <= '9' ? digit - '0' : digit - 'a' + 10);
    }
    static constexpr std::size_t at(std::size_t i) {
#if defined(_WIN32)
        constexpr std::array<std::size_t, 16> little{3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15};
        return little[i];
#else
        return i;
#endif
    }
};

#if defined(_WIN32)
using IidArgument = const Iid&;
#else
using IidArgument = Iid;
#endif

static_assert(sizeof(Iid) == 16 && sizeof(Result) == 4);
#if defined(__linux__) && defined(__x86_64__)
static_assert(sizeof(Flag) == 1 && sizeof(long) == 8 && sizeof(Count) == 8);
#endif

// Result codes of Linux and macOS; Windows has other numbers for those that we return, see there.
inline constexpr Result result_ok = 0;
inline constexpr Result result_false = 1;
#if defined(_WIN32)
inline constexpr Result result_not_implemented = static_cast<Result>(0x80004001);
inline constexpr Result result_no_interface = static_cast<Result>(0x80004002);
inline constexpr Result result_fail = static_cast<Result>(0x80004005);
inline constexpr Result result_abort = static_cast<Result>(0x80004004);
inline constexpr Result result_out_of_memory = static_cast<Result>(0x8007000E);
inline constexpr Result result_invalid_argument = static_cast<Result>(0x80070057);
#else
inline constexpr Result result_not_implemented = static_cast<Result>(0x80000001);
inline constexpr Result result_out_of_memory = static_cast<Result>(0x80000002);
inline constexpr Result result_invalid_argument = static_cast<Result>(0x80000003);
inline constexpr Result result_no_interface = static_cast<Result>(0x80000004);
inline constexpr Result result_abort = static_cast<Result>(0x80000007);
inline constexpr Result result_fail = static_cast<Result>(0x80000008);
#endif

}  // namespace livegrade::decklink
