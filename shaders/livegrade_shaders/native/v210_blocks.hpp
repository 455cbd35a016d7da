// v210 many groups at a time where the instruction set has the shuffles for it. Each function works from the start of a
// row and returns how many pixels it did, a multiple of 6 or the whole row; the caller does the rest group by group.
// Nothing outside the row's codes and groups is read or written. Only packed_rows.hpp includes this.
//
// A word holds three samples. Two of them become the 16-bit halves of one vector word (`pair`), the third its own
// (`third`); after that, putting samples in order is one two-source permutation of 16-bit lanes.
#pragma once

#include "livegrade/pack.h"

#if defined(__AVX512BW__) || defined(__AVX2__)
#include <immintrin.h>
#endif

#if defined(__GNUC__) && !defined(__clang__)
// GCC 12 takes the undefined operands inside its own AVX-512 intrinsics for a mistake (GCC bug 105593).
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif

namespace livegrade::LG_ISA {

namespace {

#if defined(__AVX512BW__)

// Lane of sample `s` (0 to 11, memory order) of group `g` in the pair of vectors (pair, third).
constexpr int lane_of_sample(int g, int s) {
    const int word = 4 * g + s / 3;
    return s % 3 < 2 ? 2 * word + s % 3 : 32 + 2 * word;
}
// Lane of the same sample in the pair of vectors (Y', Cb and Cr halves).
constexpr int lane_of_code(int g, int s) {
    if (s & 1) return 6 * g + s / 2;
    return (s & 2 ? 48 : 32) + 3 * g + s / 4;
}

struct V210Lanes {
    alignas(64) lg_u16 luma[32], chroma[32], pair[32], third[32];
};

constexpr V210Lanes v210_lanes_of() {
    V210Lanes lanes{};
    for (int i = 0; i < 24; ++i) lanes.luma[i] = static_cast<lg_u16>(lane_of_sample(i / 6, 2 * (i % 6) + 1));
    for (int i = 0; i < 12; ++i) {
        lanes.chroma[i] = static_cast<lg_u16>(lane_of_sample(i / 3, 4 * (i % 3)));
        lanes.chroma[16 + i] = static_cast<lg_u16>(lane_of_sample(i / 3, 4 * (i % 3) + 2));
    }
    for (int word = 0; word < 16; ++word)
        for (int third = 0; third < 3; ++third) {
            const auto lane = static_cast<lg_u16>(lane_of_code(word / 4, 3 * (word % 4) + third));
            if (third < 2)
                lanes.pair[2 * word + third] = lane;
            else
                lanes.third[2 * word] = lane;
        }
    return lanes;
}
constexpr V210Lanes v210_lanes = v210_lanes_of();

// Up to 24 pixels: which lanes of luma, of each chroma, and which words of memory take part.
struct V210Masks {
    __mmask32 luma;
    __mmask16 chroma, words;
};

static V210Masks v210_masks(int pixels) {
    return {(1u << pixels) - 1u, static_cast<__mmask16>((1u << ((pixels + 1) / 2)) - 1u),
            static_cast<__mmask16>((1u << ((pixels + 5) / 6 * 4)) - 1u)};
}

static int v210_unpack_blocks(const lg_u8* row, int width, lg_u16* c0, lg_u16* c1, lg_u16* c2) {
    const __m512i luma = _mm512_load_si512(v210_lanes.luma), chroma = _mm512_load_si512(v210_lanes.chroma);
    const __m512i low = _mm512_set1_epi32(1023), high = _mm512_set1_epi32(1023 << 16);
    for (int x = 0; x < width; x += 24, row += 64) {
        const V210Masks mask = v210_masks(width - x < 24 ? width - x : 24);
        const __m512i words = _mm512_maskz_loadu_epi32(mask.words, row);
        const __m512i pair = _mm512_or_si512(_mm512_and_si512(words, low),
                                             _mm512_and_si512(_mm512_slli_epi32(words, 6), high));
        const __m512i third = _mm512_and_si512(_mm512_srli_epi32(words, 20), low);
        const __m512i y = _mm512_permutex2var_epi16(pair, luma, third);
        const __m512i c = _mm512_permutex2var_epi16(pair, chroma, third);
        _mm512_mask_storeu_epi16(c0 + x, mask.luma, y);
        _mm256_mask_storeu_epi16(c1 + x / 2, mask.chroma, _mm512_castsi512_si256(c));
        _mm256_mask_storeu_epi16(c2 + x / 2, mask.chroma, _mm512_extracti64x4_epi64(c, 1));
    }
    return width;
}

static int v210_pack_blocks(const lg_u16* c0, const lg_u16* c1, const lg_u16* c2, int width, lg_u8* row) {
    const __m512i pair_lanes = _mm512_load_si512(v210_lanes.pair), third_lanes = _mm512_load_si512(v210_lanes.third);
    const __m512i top = _mm512_set1_epi16(1023);
    const __m512i weights = _mm512_set1_epi32(1 | (1024 << 16));
    for (int x = 0; x < width; x += 24, row += 64) {
        const V210Masks mask = v210_masks(width - x < 24 ? width - x : 24);
        const __m512i y = _mm512_min_epu16(_mm512_maskz_loadu_epi16(mask.luma, c0 + x), top);
        const __m512i cb = _mm512_castsi256_si512(_mm256_maskz_loadu_epi16(mask.chroma, c1 + x / 2));
        const __m256i cr = _mm256_maskz_loadu_epi16(mask.chroma, c2 + x / 2);
        const __m512i c = _mm512_min_epu16(_mm512_inserti64x4(cb, cr, 1), top);
        const __m512i pair = _mm512_permutex2var_epi16(y, pair_lanes, c);
        const __m512i third = _mm512_permutex2var_epi16(y, third_lanes, c);
        const __m512i words = _mm512_or_si512(_mm512_madd_epi16(pair, weights), _mm512_slli_epi32(third, 20));
        _mm512_mask_storeu_epi32(row, mask.words, words);
    }
    return width;
}

#elif defined(__AVX2__)

// One group per 128-bit lane. Loads and stores take 8 luma and 4 chroma samples where 6 and 3 count, so the last
// groups of a row are left to the caller.
static __m256i both_lanes(__m128i lane) { return _mm256_broadcastsi128_si256(lane); }

static __m256i two_lanes(__m128i first, __m128i second) {
    return _mm256_inserti128_si256(_mm256_castsi128_si256(first), second, 1);
}

static int v210_unpack_blocks(const lg_u8* row, int width, lg_u16* c0, lg_u16* c1, lg_u16* c2) {
    // Halves of `pair`: Cb0 Y0 | Y1 Cb1 | Cr1 Y3 | Y4 Cr2; words of `third`: Cr0 Y2 Cb2 Y5.
    const __m256i y_pair = both_lanes(_mm_setr_epi8(2, 3, 4, 5, -1, -1, 10, 11, 12, 13, -1, -1, -1, -1, -1, -1));
    const __m256i y_third = both_lanes(_mm_setr_epi8(-1, -1, -1, -1, 4, 5, -1, -1, -1, -1, 12, 13, -1, -1, -1, -1));
    const __m256i c_pair = both_lanes(_mm_setr_epi8(0, 1, 6, 7, -1, -1, -1, -1, -1, -1, 8, 9, 14, 15, -1, -1));
    const __m256i c_third = both_lanes(_mm_setr_epi8(-1, -1, -1, -1, 8, 9, -1, -1, 0, 1, -1, -1, -1, -1, -1, -1));
    const __m256i low = _mm256_set1_epi32(1023), high = _mm256_set1_epi32(1023 << 16);
    int x = 0;
    for (; x + 14 <= width; x += 12, row += 32) {
        const __m256i words = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(row));
        const __m256i pair = _mm256_or_si256(_mm256_and_si256(words, low),
                                             _mm256_and_si256(_mm256_slli_epi32(words, 6), high));
        const __m256i third = _mm256_and_si256(_mm256_srli_epi32(words, 20), low);
        const __m256i y = _mm256_or_si256(_mm256_shuffle_epi8(pair, y_pair), _mm256_shuffle_epi8(third, y_third));
        const __m256i c = _mm256_or_si256(_mm256_shuffle_epi8(pair, c_pair), _mm256_shuffle_epi8(third, c_third));
        const __m128i first = _mm256_castsi256_si128(c), second = _mm256_extracti128_si256(c, 1);
        _mm_storeu_si128(reinterpret_cast<__m128i*>(c0 + x), _mm256_castsi256_si128(y));
        _mm_storeu_si128(reinterpret_cast<__m128i*>(c0 + x + 6), _mm256_extracti128_si256(y, 1));
        _mm_storel_epi64(reinterpret_cast<__m128i*>(c1 + x / 2), first);
        _mm_storel_epi64(reinterpret_cast<__m128i*>(c1 + x / 2 + 3), second);
        _mm_storel_epi64(reinterpret_cast<__m128i*>(c2 + x / 2), _mm_unpackhi_epi64(first, first));
        _mm_storel_epi64(reinterpret_cast<__m128i*>(c2 + x / 2 + 3), _mm_unpackhi_epi64(second, second));
    }
    return x;
}

static __m128i load_chroma(const lg_u16* c1, const lg_u16* c2) {
    return _mm_unpacklo_epi64(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(c1)),
                              _mm_loadl_epi64(reinterpret_cast<const __m128i*>(c2)));
}

static int v210_pack_blocks(const lg_u16* c0, const lg_u16* c1, const lg_u16* c2, int width, lg_u8* row) {
    const __m256i pair_y = both_lanes(_mm_setr_epi8(-1, -1, 0, 1, 2, 3, -1, -1, -1, -1, 6, 7, 8, 9, -1, -1));
    const __m256i pair_c = both_lanes(_mm_setr_epi8(0, 1, -1, -1, -1, -1, 2, 3, 10, 11, -1, -1, -1, -1, 12, 13));
    const __m256i third_y = both_lanes(_mm_setr_epi8(-1, -1, -1, -1, 4, 5, -1, -1, -1, -1, -1, -1, 10, 11, -1, -1));
    const __m256i third_c = both_lanes(_mm_setr_epi8(8, 9, -1, -1, -1, -1, -1, -1, 4, 5, -1, -1, -1, -1, -1, -1));
    const __m256i top = _mm256_set1_epi16(1023), weights = _mm256_set1_epi32(1 | (1024 << 16));
    int x = 0;
    for (; x + 14 <= width; x += 12, row += 32) {
        const __m256i luma = two_lanes(_mm_loadu_si128(reinterpret_cast<const __m128i*>(c0 + x)),
                                       _mm_loadu_si128(reinterpret_cast<const __m128i*>(c0 + x + 6)));
        const __m256i chroma = two_lanes(load_chroma(c1 + x / 2, c2 + x / 2), load_chroma(c1 + x / 2 + 3, c2 + x / 2 + 3));
        const __m256i y = _mm256_min_epu16(luma, top), c = _mm256_min_epu16(chroma, top);
        const __m256i pair = _mm256_or_si256(_mm256_shuffle_epi8(y, pair_y), _mm256_shuffle_epi8(c, pair_c));
        const __m256i third = _mm256_or_si256(_mm256_shuffle_epi8(y, third_y), _mm256_shuffle_epi8(c, third_c));
        const __m256i words = _mm256_or_si256(_mm256_madd_epi16(pair, weights), _mm256_slli_epi32(third, 20));
        _mm256_storeu_si256(reinterpret_cast<__m256i*>(row), words);
    }
    return x;
}

#else

static int v210_unpack_blocks(const lg_u8*, int, lg_u16*, lg_u16*, lg_u16*) { return 0; }
static int v210_pack_blocks(const lg_u16*, const lg_u16*, const lg_u16*, int, lg_u8*) { return 0; }

#endif

}  // namespace

}  // namespace livegrade::LG_ISA

#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic pop
#endif
