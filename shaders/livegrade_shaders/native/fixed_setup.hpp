// From codes to the lattice in 16-bit lanes, one tile: decoding, curves and saturation in Q15 (32768 = 1, held at 0 and
// 32767). 32767 is taken for 1 by curves and lattice: clipped white is the commonest value there is. Included by *_kernels.cpp only, where LG_FIXED is defined. Each stage is a pass of its own over the tile: in
// one loop constants spill and the chain of a pixel is too long to overlap with the next.
#pragma once

#include "fixed_lattice.hpp"
#include "look.hpp"

namespace livegrade::LG_ISA {

namespace {

struct FixedTile {
    std::int16_t* plane[3];  // R', G', B' in Q15
    std::int16_t* chroma[2];  // Cb, Cr at every pixel, doubled
    int n;
};

// Doubled chroma at every pixel: 2 c at even ones, the sum of the neighbours at odd ones.
inline void double_chroma(const std::uint16_t* in, bool halved, std::int16_t* out, int n) {
    if (!halved) {
        for (int i = 0; i < n; ++i) out[i] = static_cast<std::int16_t>(2 * in[i]);
        return;
    }
    for (int i = 0; i < n / 2; ++i) {
        out[2 * i] = static_cast<std::int16_t>(2 * in[i]);
        out[2 * i + 1] = static_cast<std::int16_t>(in[i] + in[i + 1]);
    }
}

// Saturation of the packs is the clamp at white, max the one at black.
inline void decode(const FixedSetup& s, const std::uint16_t* luma, const FixedTile& t) {
    const V red = pairs(s.luma[0], s.cr[0]), blue = pairs(s.luma[2], s.cb[2]);
    const V green_u = pairs(s.luma[1], s.cb[1]), green_v = pairs(0, s.cr[1]);
    const V offset_r = all32(s.offset[0]), offset_g = all32(s.offset[1]), offset_b = all32(s.offset[2]);
    const __m128i shift_r = _mm_cvtsi32_si128(s.shift[0]), shift_g = _mm_cvtsi32_si128(s.shift[1]);
    const __m128i shift_b = _mm_cvtsi32_si128(s.shift[2]);
    const V zero = all16(0);
    for (int i = 0; i < t.n; i += lanes) {
        const V y = load(luma + i), u = load(t.chroma[0] + i), v = load(t.chroma[1] + i);
        const V yu0 = low(y, u), yu1 = high(y, u), yv0 = low(y, v), yv1 = high(y, v);
        const V r0 = LG_V(sra_epi32)(add32(dot(yv0, red), offset_r), shift_r);
        const V r1 = LG_V(sra_epi32)(add32(dot(yv1, red), offset_r), shift_r);
        store(t.plane[0] + i, max16(pack(r0, r1), zero));
        const V g0 = add32(add32(dot(yu0, green_u), dot(yv0, green_v)), offset_g);
        const V g1 = add32(add32(dot(yu1, green_u), dot(yv1, green_v)), offset_g);
        store(t.plane[1] + i, max16(pack(LG_V(sra_epi32)(g0, shift_g), LG_V(sra_epi32)(g1, shift_g)), zero));
        const V b0 = LG_V(sra_epi32)(add32(dot(yu0, blue), offset_b), shift_b);
        const V b1 = LG_V(sra_epi32)(add32(dot(yu1, blue), offset_b), shift_b);
        store(t.plane[2] + i, max16(pack(b0, b1), zero));
    }
}

// c0 + t (c1 + t c2), t in Q15 inside the segment.
inline V quadratic(V t, V c0, V c1, V c2) {
    const V slope = LG_V(adds_epi16)(c1, LG_V(mulhrs_epi16)(t, c2));
    return max16(LG_V(adds_epi16)(c0, LG_V(mulhrs_epi16)(t, slope)), all16(0));
}

#if defined(__AVX512BW__)

// Three sets of segments in one 64-entry table, looked up by one instruction for each coefficient.
inline void curve(const FixedCurveTable& table, std::int16_t* x, int n) {
    const V a0 = load(table.c0), b0 = load(table.c0 + 32), a1 = load(table.c1), b1 = load(table.c1 + 32);
    const V a2 = load(table.c2), b2 = load(table.c2 + 32), top = all16(table.top);
    for (int i = 0; i < n; i += lanes) {
        const V v = load(x + i);
        const __mmask32 dark = _mm512_cmplt_epi16_mask(v, all16(4096)), black = _mm512_cmplt_epi16_mask(v, all16(256));
        const V down = _mm512_mask_mov_epi16(_mm512_mask_mov_epi16(all16(11), dark, all16(8)), black, all16(4));
        const V up = _mm512_sub_epi16(all16(15), down);
        const V base = _mm512_mask_mov_epi16(_mm512_maskz_mov_epi16(dark, all16(16)), black, all16(32));
        const V index = add16(_mm512_srlv_epi16(v, down), base);
        const V t = both(_mm512_sllv_epi16(v, up), all16(0x7fff));
        const V c0 = _mm512_permutex2var_epi16(a0, index, b0), c1 = _mm512_permutex2var_epi16(a1, index, b1);
        store(x + i, where_top(v, top, quadratic(t, c0, c1, _mm512_permutex2var_epi16(a2, index, b2))));
    }
}

#else

// 16 entries of one coefficient as two byte tables, the same in both 128-bit lanes.
struct ByteTables {
    V low, high;
};

inline ByteTables byte_tables(const std::int16_t* entries) {
    alignas(16) std::uint8_t bytes[2][16];
    for (int i = 0; i < 16; ++i) {
        bytes[0][i] = static_cast<std::uint8_t>(entries[i] & 0xff);
        bytes[1][i] = static_cast<std::uint8_t>((entries[i] >> 8) & 0xff);
    }
    const auto twice = [](const std::uint8_t* b) {
        return _mm256_broadcastsi128_si256(_mm_load_si128(reinterpret_cast<const __m128i*>(b)));
    };
    return {twice(bytes[0]), twice(bytes[1])};
}

struct SegmentSet {
    ByteTables c0, c1, c2;
};

inline SegmentSet segment_set(const FixedCurveTable& table, int first) {
    return {byte_tables(table.c0 + first), byte_tables(table.c1 + first), byte_tables(table.c2 + first)};
}

// `index`: segment 0..15 in each lane. A byte index with its top bit set gives zero.
inline V pick16(const ByteTables& t, V low_index, V high_index) {
    return _mm256_or_si256(shuffle8(t.low, low_index), shuffle8(t.high, high_index));
}

template <bool near_black>
inline void curve_sets(const FixedCurveTable& table, std::int16_t* x, int n) {
    const SegmentSet wide = segment_set(table, 0), dark = segment_set(table, 16), black = segment_set(table, 32);
    for (int i = 0; i < n; i += lanes) {
        const V v = load(x + i);
        const V is_dark = _mm256_cmpgt_epi16(all16(4096), v), is_black = _mm256_cmpgt_epi16(all16(256), v);
        V scaled = _mm256_blendv_epi8(v, _mm256_slli_epi16(v, 3), is_dark);
        if constexpr (near_black) scaled = _mm256_blendv_epi8(scaled, _mm256_slli_epi16(v, 7), is_black);
        const V segment = _mm256_srli_epi16(scaled, 11);
        const V t = both(_mm256_slli_epi16(scaled, 4), all16(0x7fff));
        const V low_index = _mm256_or_si256(segment, all16(0x8000));
        const V high_index = _mm256_or_si256(_mm256_slli_epi16(segment, 8), all16(0x80));
        const auto coefficient = [&](const ByteTables& a, const ByteTables& b, const ByteTables& c) {
            V value = _mm256_blendv_epi8(pick16(a, low_index, high_index), pick16(b, low_index, high_index), is_dark);
            if constexpr (near_black) value = _mm256_blendv_epi8(value, pick16(c, low_index, high_index), is_black);
            return value;
        };
        const V c0 = coefficient(wide.c0, dark.c0, black.c0), c1 = coefficient(wide.c1, dark.c1, black.c1);
        const V value = quadratic(t, c0, c1, coefficient(wide.c2, dark.c2, black.c2));
        store(x + i, where_top(v, all16(table.top), value));
    }
}

inline void curve(const FixedCurveTable& table, std::int16_t* x, int n) {
    if (table.near_black)
        curve_sets<true>(table, x, n);
    else
        curve_sets<false>(table, x, n);
}

#endif

// c + (saturation - 1) (c - luma), held at 0 and 32767.
inline void saturate(const FixedSetup& s, const FixedTile& t) {
    const V wr = all16(s.weight[0]), wg = all16(s.weight[1]), wb = all16(s.weight[2]), more = all16(s.more_saturation);
    const V zero = all16(0);
    for (int i = 0; i < t.n; i += lanes) {
        const V r = load(t.plane[0] + i), g = load(t.plane[1] + i), b = load(t.plane[2] + i);
        const V luma = add16(add16(LG_V(mulhrs_epi16)(r, wr), LG_V(mulhrs_epi16)(g, wg)), LG_V(mulhrs_epi16)(b, wb));
        const auto changed = [&](V c) {
            return max16(LG_V(adds_epi16)(c, LG_V(mulhrs_epi16)(sub16(c, luma), more)), zero);
        };
        store(t.plane[0] + i, changed(r));
        store(t.plane[1] + i, changed(g));
        store(t.plane[2] + i, changed(b));
    }
}

inline void corners_of_fixed(const FixedTile& t, const LatticeShape& shape, int n, Corners& corners) {
    const V cells = all16(n - 1), mask = all16(0x7ffc);
    for (int block = 0; block < t.n / lanes; ++block) {
        V cell[3], key[3];
        for (int k = 0; k < 3; ++k) {
            const V x = load(t.plane[k] + block * lanes), twice = LG_V(slli_epi16)(x, 1);
            cell[k] = LG_V(mulhi_epu16)(twice, cells);
            const V fraction = LG_V(srli_epi16)(LG_V(mullo_epi16)(twice, cells), 1);
            key[k] = add16(where_top(x, mask, both(fraction, mask)), all16(2 - k));
        }
        find_corners(cell[0], cell[1], cell[2], key[0], key[1], key[2], shape, corners.word[block]);
    }
}

}  // namespace

}  // namespace livegrade::LG_ISA
