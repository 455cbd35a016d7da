// Tetrahedral interpolation in 16-bit lanes: from cells and fractions to codes, for one tile. Included by
// *_kernels.cpp only, where LG_FIXED is defined.
//
// A lattice record is 16 bytes: three channels of point i interleaved with those of its neighbour along one axis,
// (a0 a1 b0 b1 c0 c1 0 0). A pixel needs two records, one along the axis of its largest fraction from the near corner,
// one along the axis of its smallest fraction to the far corner; each is one load and one multiply-add.
#pragma once

#include "fixed_vector.hpp"
#include "look.hpp"

namespace livegrade::LG_ISA {

namespace {

constexpr int fixed_tile = 256;

// Corners of one tile: for each block of `lanes` pixels eight vectors: offsets of the first record (low, high half of
// the lanes), of the second, weights (w0, w1) low and high, (w2, w3) low and high.
struct Corners {
    alignas(64) std::int16_t word[fixed_tile / lanes][8][lanes];
};

// What the block loop needs of a lattice, in registers.
struct LatticeShape {
    V steps_rg, steps_b, first_axis, second_offset;
};

// 16-bit entries by the low two bits of an index lane.
inline V by_axis(V table, V index) {
#if defined(__AVX512BW__)
    return _mm512_permutexvar_epi16(index, table);  // table repeats every four lanes
#else
    const V axis = both(index, all16(3));
    return shuffle8(table, add16(LG_V(mullo_epi16)(axis, all16(0x0202)), all16(0x0100)));
#endif
}

inline V axis_table(int blue, int green, int red) {
    return all64(static_cast<long long>((static_cast<unsigned long long>(red) << 32) |
                                                    (static_cast<unsigned long long>(green) << 16) |
                                                    static_cast<unsigned long long>(blue)));
}

// Offsets count 8 bytes, so that an address is base + 8 * offset; a point has 3 records of 2 such units.
inline LatticeShape shape_of(int n) {
    const int far = n * n + n + 1;
    return {pairs(6 * n * n, 6 * n), pairs(6, 1), axis_table(0, 2, 4),
            axis_table(6 * (far - 1), 6 * (far - n) + 2, 6 * (far - n * n) + 4)};
}

// Keys: fraction in Q15 with the axis (blue 0, green 1, red 2) in its two lowest bits. Sorting keys sorts fractions and
// axes at once; where fractions tie, the corner in doubt has weight zero. Weights are made without the axes: left in,
// they cost a fiftieth of a code where a saturated colour lies next to very different points.
inline void find_corners(V cell_r, V cell_g, V cell_b, V key_r, V key_g, V key_b, const LatticeShape& shape,
                         std::int16_t (*out)[lanes]) {
    const V rg_low = min16(key_r, key_g), rg_high = max16(key_r, key_g);
    const V most = max16(rg_high, key_b), least = min16(rg_low, key_b);
    const V middle = max16(rg_low, min16(rg_high, key_b));
    const V fractions = all16(0x7ffc);
    const V f0 = both(most, fractions), f1 = both(middle, fractions), f2 = both(least, fractions);
    const V w0 = sub16(all16(32767), f0), w1 = sub16(f0, f1), w2 = sub16(f1, f2);
    const V near_low = dot(low(cell_r, cell_g), shape.steps_rg), near_high = dot(high(cell_r, cell_g), shape.steps_rg);
    const V first = by_axis(shape.first_axis, most), second = by_axis(shape.second_offset, least);
    store(out[0], add32(near_low, dot(low(cell_b, first), shape.steps_b)));
    store(out[1], add32(near_high, dot(high(cell_b, first), shape.steps_b)));
    store(out[2], add32(near_low, dot(low(cell_b, second), shape.steps_b)));
    store(out[3], add32(near_high, dot(high(cell_b, second), shape.steps_b)));
    store(out[4], low(w0, w1));
    store(out[5], high(w0, w1));
    store(out[6], low(w2, f2));
    store(out[7], high(w2, f2));
}

inline __m128i record(const char* base, int offset) {
    return _mm_load_si128(reinterpret_cast<const __m128i*>(base + 8 * static_cast<std::ptrdiff_t>(offset)));
}

// The records of pixels at, at + 8, ... of a block, one in each 128-bit lane.
inline V records(const char* base, const std::int32_t* at) {
    const __m256i lower =
        _mm256_inserti128_si256(_mm256_castsi128_si256(record(base, at[0])), record(base, at[4]), 1);
#if defined(__AVX512BW__)
    const __m256i upper =
        _mm256_inserti128_si256(_mm256_castsi128_si256(record(base, at[8])), record(base, at[12]), 1);
    return _mm512_inserti64x4(_mm512_castsi256_si512(lower), upper, 1);
#else
    return lower;
#endif
}

// Pixel `step` of each lane of a block: 32-bit channels (a, b, c, 0), entries times 32767.
template <int step>
inline V blend_one(const char* base, const std::int16_t (*block)[lanes]) {
    constexpr int half = step / 4, spread = (step % 4) * 0x55;
    const auto* first = reinterpret_cast<const std::int32_t*>(block[half]) + step % 4;
    const auto* second = reinterpret_cast<const std::int32_t*>(block[2 + half]) + step % 4;
#if defined(__AVX512BW__)
    const V w01 = _mm512_shuffle_epi32(load(block[4 + half]), static_cast<_MM_PERM_ENUM>(spread));
    const V w23 = _mm512_shuffle_epi32(load(block[6 + half]), static_cast<_MM_PERM_ENUM>(spread));
#else
    const V w01 = _mm256_shuffle_epi32(load(block[4 + half]), spread);
    const V w23 = _mm256_shuffle_epi32(load(block[6 + half]), spread);
#endif
    return add32(dot(records(base, first), w01), dot(records(base, second), w23));
}

// Two pixels of each lane, 16-bit (a a' b b' c c' 0 0): the upper halves, so entries / 2.
template <int step>
inline V blend_two(const char* base, const std::int16_t (*block)[lanes]) {
    return halves(LG_V(srli_epi32)(blend_one<step>(base, block), 16), blend_one<step + 1>(base, block));
}

// Interpolated entries / 2, truncated, of a block of `lanes` pixels in order.
inline void fetch(const char* base, const std::int16_t (*block)[lanes], V& a, V& b, V& c) {
    const V p01 = blend_two<0>(base, block), p23 = blend_two<2>(base, block);
    const V ab0 = LG_V(unpacklo_epi32)(p01, p23), c0 = LG_V(unpackhi_epi32)(p01, p23);
    const V p45 = blend_two<4>(base, block), p67 = blend_two<6>(base, block);
    const V ab1 = LG_V(unpacklo_epi32)(p45, p67), c1 = LG_V(unpackhi_epi32)(p45, p67);
    a = LG_V(unpacklo_epi64)(ab0, ab1);
    b = LG_V(unpackhi_epi64)(ab0, ab1);
    c = LG_V(unpacklo_epi64)(c0, c1);
}

}  // namespace

}  // namespace livegrade::LG_ISA
