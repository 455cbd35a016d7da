// R12B and R12L several groups at a time with AVX2 byte shuffles. As v210_blocks.hpp: each function works from the start
// of a row and returns how many pixels it did; the caller does the rest. Only packed_rows.hpp includes this.
#pragma once

#include "livegrade/pack.h"

#if defined(__AVX2__)
#include <immintrin.h>
#endif

namespace livegrade::LG_ISA {

namespace {

#if defined(__AVX2__)

// Where byte `b` of the stream of samples lies in memory.
constexpr int stream_byte(int b, bool big_endian) { return big_endian ? b ^ 3 : b; }

// Byte shuffles for a group of 8 pixels, 4 to a lane. Unpacking sees memory through two windows: bytes 0 to 15 (lane 0)
// and 16 to 31 (lane 1), and the same 4 bytes later. Packing works on samples in their order, 8 to a vector.
struct Rgb12Shuffles {
    alignas(32) signed char red_green[2][32], blue[2][32];  // [window]
    alignas(16) signed char ordered[3][3][16];              // [eighth sample][channel]
    alignas(16) signed char joined[16];                     // four 24-bit pairs to 12 bytes
};

template <bool big_endian>
constexpr Rgb12Shuffles rgb12_shuffles_of() {
    Rgb12Shuffles s{};
    for (int lane = 0; lane < 2; ++lane)
        for (int i = 0; i < 8; ++i) {  // sample slots of a lane: 4 red, 4 green; then 4 blue, 4 unused
            const int pixel = 4 * lane + i % 4;
            for (int half = 0; half < 2; ++half) {
                const int slot = 16 * lane + 2 * i + half;
                const int red_green = stream_byte((36 * pixel + 12 * (i / 4)) / 8 + half, big_endian) - 16 * lane;
                const int blue = stream_byte((36 * pixel + 24) / 8 + half, big_endian) - 16 * lane;
                for (int window = 0; window < 2; ++window) {
                    const bool here = window == (red_green > 15), blue_here = i < 4 && window == (blue > 15);
                    s.red_green[window][slot] = static_cast<signed char>(here ? red_green - 4 * window : -1);
                    s.blue[window][slot] = static_cast<signed char>(blue_here ? blue - 4 * window : -1);
                }
            }
        }
    for (int part = 0; part < 3; ++part)
        for (int byte = 0; byte < 16; ++byte)
            for (int channel = 0; channel < 3; ++channel) {
                const int sample = 8 * part + byte / 2;
                s.ordered[part][channel][byte] =
                    static_cast<signed char>(sample % 3 == channel ? 2 * (sample / 3) + byte % 2 : -1);
            }
    for (int byte = 0; byte < 16; ++byte) {
        const int from = stream_byte(byte, big_endian);
        s.joined[byte] = static_cast<signed char>(byte < 12 ? from / 3 * 4 + from % 3 : -1);
    }
    return s;
}
template <bool big_endian>
constexpr Rgb12Shuffles rgb12_shuffles = rgb12_shuffles_of<big_endian>();

static __m256i load_shuffle(const signed char* bytes) {
    return _mm256_load_si256(reinterpret_cast<const __m256i*>(bytes));
}
static __m256i load_shuffle_twice(const signed char* bytes) {
    return _mm256_broadcastsi128_si256(_mm_load_si128(reinterpret_cast<const __m128i*>(bytes)));
}

// Samples that begin in the middle of a byte are 4 bits too high, the others carry 4 bits of the next sample on top:
// `factor` 1 or 16, then 4 bits down, puts both right.
static __m256i aligned_samples(__m256i windows, __m256i factor) {
    return _mm256_srli_epi16(_mm256_mullo_epi16(windows, factor), 4);
}

template <bool big_endian>
int rgb12_unpack_blocks(const lg_u8* row, int width, lg_u16* c0, lg_u16* c1, lg_u16* c2) {
    const Rgb12Shuffles& s = rgb12_shuffles<big_endian>;
    const __m256i red_green_0 = load_shuffle(s.red_green[0]), red_green_1 = load_shuffle(s.red_green[1]);
    const __m256i blue_0 = load_shuffle(s.blue[0]), blue_1 = load_shuffle(s.blue[1]);
    const __m256i red_green_factor = _mm256_broadcastsi128_si256(_mm_setr_epi16(16, 1, 16, 1, 1, 16, 1, 16));
    const __m256i blue_factor = _mm256_broadcastsi128_si256(_mm_setr_epi16(16, 1, 16, 1, 0, 0, 0, 0));
    int x = 0;
    for (; x + 8 <= width; x += 8, row += 36) {
        const __m256i window_0 = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(row));
        const __m256i window_1 = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(row + 4));
        const __m256i red_green = aligned_samples(_mm256_or_si256(_mm256_shuffle_epi8(window_0, red_green_0),
                                                                  _mm256_shuffle_epi8(window_1, red_green_1)),
                                                  red_green_factor);
        const __m256i blue = aligned_samples(_mm256_or_si256(_mm256_shuffle_epi8(window_0, blue_0),
                                                             _mm256_shuffle_epi8(window_1, blue_1)),
                                             blue_factor);
        const __m256i whole = _mm256_permute4x64_epi64(red_green, 0xd8);
        _mm_storeu_si128(reinterpret_cast<__m128i*>(c0 + x), _mm256_castsi256_si128(whole));
        _mm_storeu_si128(reinterpret_cast<__m128i*>(c1 + x), _mm256_extracti128_si256(whole, 1));
        _mm_storeu_si128(reinterpret_cast<__m128i*>(c2 + x),
                         _mm_unpacklo_epi64(_mm256_castsi256_si128(blue), _mm256_extracti128_si256(blue, 1)));
    }
    return x;
}

// Two groups at a time, one a lane. The last store of a group writes 4 bytes of the next one, which comes later.
template <bool big_endian>
int rgb12_pack_blocks(const lg_u16* c0, const lg_u16* c1, const lg_u16* c2, int width, lg_u8* row) {
    const Rgb12Shuffles& s = rgb12_shuffles<big_endian>;
    const lg_u16* const codes[3] = {c0, c1, c2};
    const __m256i top = _mm256_set1_epi16(4095), weights = _mm256_set1_epi32(1 | (4096 << 16));
    const __m256i joined = load_shuffle_twice(s.joined);
    int x = 0;
    for (; x + 24 <= width; x += 16, row += 72) {
        __m256i channel[3], part[3];
        for (int i = 0; i < 3; ++i)
            channel[i] = _mm256_min_epu16(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(codes[i] + x)), top);
        for (int i = 0; i < 3; ++i) {
            const __m256i red = _mm256_shuffle_epi8(channel[0], load_shuffle_twice(s.ordered[i][0]));
            const __m256i green = _mm256_shuffle_epi8(channel[1], load_shuffle_twice(s.ordered[i][1]));
            const __m256i blue = _mm256_shuffle_epi8(channel[2], load_shuffle_twice(s.ordered[i][2]));
            const __m256i samples = _mm256_or_si256(_mm256_or_si256(red, green), blue);
            part[i] = _mm256_shuffle_epi8(_mm256_madd_epi16(samples, weights), joined);
        }
        for (int i = 0; i < 3; ++i)
            _mm_storeu_si128(reinterpret_cast<__m128i*>(row + 12 * i), _mm256_castsi256_si128(part[i]));
        for (int i = 0; i < 3; ++i)
            _mm_storeu_si128(reinterpret_cast<__m128i*>(row + 36 + 12 * i), _mm256_extracti128_si256(part[i], 1));
    }
    return x;
}

#else

template <bool big_endian>
int rgb12_unpack_blocks(const lg_u8*, int, lg_u16*, lg_u16*, lg_u16*) {
    return 0;
}
template <bool big_endian>
int rgb12_pack_blocks(const lg_u16*, const lg_u16*, const lg_u16*, int, lg_u8*) {
    return 0;
}

#endif

}  // namespace

}  // namespace livegrade::LG_ISA
