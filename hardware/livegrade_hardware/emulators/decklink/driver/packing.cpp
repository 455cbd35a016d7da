#include "packing.hpp"

#include <algorithm>
#include <cstring>

#include "modes.hpp"

namespace decklink {

namespace {

void store(std::uint8_t* out, std::uint32_t word) { std::memcpy(out, &word, 4); }
void store_swapped(std::uint8_t* out, std::uint32_t word) { store(out, __builtin_bswap32(word)); }

std::uint32_t load(const std::uint8_t* in) {
    std::uint32_t word;
    std::memcpy(&word, in, 4);
    return word;
}

void pack_v210(std::span<const Triple> row, std::uint8_t* out) {
    const auto at = [&](std::size_t x) { return row[std::min(x, row.size() - 1)]; };
    const auto word = [](int low, int middle, int high) {
        return static_cast<std::uint32_t>(low >> 2 | middle >> 2 << 10 | high >> 2 << 20);
    };
    for (std::size_t x = 0; x < row.size(); x += 6, out += 16) {
        store(out, word(at(x).b, at(x).a, at(x).c));
        store(out + 4, word(at(x + 1).a, at(x + 2).b, at(x + 2).a));
        store(out + 8, word(at(x + 2).c, at(x + 3).a, at(x + 4).b));
        store(out + 12, word(at(x + 4).a, at(x + 4).c, at(x + 5).a));
    }
}

// Samples R', G', B' as a stream of 12 bits, low bits first, in words of 32 bits.
void pack_rgb12(std::span<const Triple> row, std::uint8_t* out, bool big_endian) {
    std::uint64_t held = 0;
    int bits = 0;
    for (const Triple& pixel : row)
        for (const std::uint16_t value : {pixel.a, pixel.b, pixel.c}) {
            held |= static_cast<std::uint64_t>(value) << bits;
            bits += 12;
            if (bits < 32) continue;
            const auto word = static_cast<std::uint32_t>(held);
            store(out, big_endian ? __builtin_bswap32(word) : word);
            out += 4;
            held >>= 32;
            bits -= 32;
        }
}

std::uint32_t ten_bits(const Triple& pixel) {
    return static_cast<std::uint32_t>(pixel.a >> 2 << 20 | pixel.b >> 2 << 10 | pixel.c >> 2);
}

}  // namespace

void pack_row(std::uint32_t format, std::span<const Triple> row, std::uint8_t* out) {
    switch (format) {
        case pixel::yuv10: return pack_v210(row, out);
        case pixel::rgb12: return pack_rgb12(row, out, true);
        case pixel::rgb12_le: return pack_rgb12(row, out, false);
        default: break;
    }
    for (std::size_t x = 0; x < row.size(); ++x) {
        const Triple& pixel = row[x];
        const auto a = static_cast<std::uint8_t>(pixel.a >> 4), b = static_cast<std::uint8_t>(pixel.b >> 4),
                   c = static_cast<std::uint8_t>(pixel.c >> 4);
        switch (format) {
            case pixel::yuv8:
                out[2 * x] = x % 2 ? static_cast<std::uint8_t>(row[x - 1].c >> 4) : b;
                out[2 * x + 1] = a;
                break;
            case pixel::argb8: store(out + 4 * x, 255u | a << 8u | b << 16u | static_cast<std::uint32_t>(c) << 24); break;
            case pixel::bgra8: store(out + 4 * x, c | b << 8u | a << 16u | 255u << 24); break;
            case pixel::rgb10: store_swapped(out + 4 * x, ten_bits(pixel)); break;
            case pixel::rgb10x: store_swapped(out + 4 * x, ten_bits(pixel) << 2); break;
            case pixel::rgb10x_le: store(out + 4 * x, ten_bits(pixel) << 2); break;
            default: break;
        }
    }
}

int brightness(std::uint32_t format, const std::uint8_t* row, int x) {
    switch (format) {
        case pixel::yuv8: return row[2 * x + 1];
        case pixel::argb8: return row[4 * x + 2];
        case pixel::bgra8: return row[4 * x + 1];
        case pixel::rgb10: return static_cast<int>(__builtin_bswap32(load(row + 4 * x)) >> 10 & 0x3ff);
        case pixel::rgb10x: return static_cast<int>(__builtin_bswap32(load(row + 4 * x)) >> 12 & 0x3ff);
        case pixel::rgb10x_le: return static_cast<int>(load(row + 4 * x) >> 12 & 0x3ff);
        case pixel::rgb12:
        case pixel::rgb12_le: {
            const int bit = 36 * x + 12;
            const auto byte = [&](int at) { return row[format == pixel::rgb12 ? at ^ 3 : at]; };
            return (byte(bit / 8) | byte(bit / 8 + 1) << 8) >> bit % 8 & 0xfff;
        }
        case pixel::yuv10: {
            // Y0 .. Y5 of a group of 16 bytes: which word, which third of it.
            constexpr int word[6] = {0, 1, 1, 2, 3, 3}, shift[6] = {10, 0, 20, 10, 0, 20};
            return static_cast<int>(load(row + x / 6 * 16 + 4 * word[x % 6]) >> shift[x % 6] & 0x3ff);
        }
        default: return 0;
    }
}

}  // namespace decklink
