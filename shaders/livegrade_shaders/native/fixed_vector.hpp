// Vectors of 16-bit lanes under one name for AVX2 (16 lanes) and AVX-512BW (32 lanes), for the fixed-point kernels.
// Unpacks and packs work inside 128-bit lanes, as the instructions do: pack(low(a, b), high(a, b)) restores the order.
// Included by *_kernels.cpp only; LG_FIXED says whether this build has them.
#pragma once

#include <cstdint>

#if defined(__AVX512BW__) || defined(__AVX2__)
#define LG_FIXED 1
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"  // GCC 12 finds it in its own AVX-512 header
#endif
#include <immintrin.h>

namespace livegrade::LG_ISA {

namespace {

#if defined(__AVX512BW__)
using V = __m512i;
#define LG_V(name) _mm512_##name
inline V load(const void* p) { return _mm512_loadu_si512(p); }
inline void store(void* p, V v) { _mm512_storeu_si512(p, v); }
inline V both(V a, V b) { return _mm512_and_si512(a, b); }
// Lane by lane: the upper 16 bits of each 32 from `upper`, the lower from `lower`.
inline V halves(V lower, V upper) { return _mm512_mask_blend_epi16(0xaaaaaaaau, lower, upper); }
// `b` where x is the largest value, else `a`.
inline V where_top(V x, V b, V a) {
    return _mm512_mask_mov_epi16(a, _mm512_cmpeq_epi16_mask(x, _mm512_set1_epi16(32767)), b);
}
inline V unscramble(V v) { return _mm512_permutexvar_epi64(_mm512_setr_epi64(0, 2, 4, 6, 1, 3, 5, 7), v); }
inline V all64(long long x) { return _mm512_set1_epi64(x); }
#else
using V = __m256i;
#define LG_V(name) _mm256_##name
inline V load(const void* p) { return _mm256_loadu_si256(static_cast<const __m256i*>(p)); }
inline void store(void* p, V v) { _mm256_storeu_si256(static_cast<__m256i*>(p), v); }
inline V both(V a, V b) { return _mm256_and_si256(a, b); }
inline V halves(V lower, V upper) { return _mm256_blend_epi16(lower, upper, 0xaa); }
inline V where_top(V x, V b, V a) {
    return _mm256_blendv_epi8(a, b, _mm256_cmpeq_epi16(x, _mm256_set1_epi16(32767)));
}
inline V unscramble(V v) { return _mm256_permute4x64_epi64(v, 0xd8); }
inline V all64(long long x) { return _mm256_set1_epi64x(x); }
inline V shuffle8(V table, V index) { return _mm256_shuffle_epi8(table, index); }
#endif

constexpr int lanes = sizeof(V) / 2;

inline V all16(int x) { return LG_V(set1_epi16)(static_cast<short>(x)); }
inline V all32(int x) { return LG_V(set1_epi32)(x); }
// Every 32-bit lane: x in its lower half, y in its upper.
inline V pairs(int x, int y) { return all32(static_cast<int>((static_cast<unsigned>(y) << 16) | (x & 0xffff))); }
inline V low(V a, V b) { return LG_V(unpacklo_epi16)(a, b); }
inline V high(V a, V b) { return LG_V(unpackhi_epi16)(a, b); }
inline V pack(V a, V b) { return LG_V(packs_epi32)(a, b); }
inline V dot(V a, V b) { return LG_V(madd_epi16)(a, b); }
inline V add16(V a, V b) { return LG_V(add_epi16)(a, b); }
inline V add32(V a, V b) { return LG_V(add_epi32)(a, b); }
inline V sub16(V a, V b) { return LG_V(sub_epi16)(a, b); }
inline V min16(V a, V b) { return LG_V(min_epi16)(a, b); }
inline V max16(V a, V b) { return LG_V(max_epi16)(a, b); }

}  // namespace

}  // namespace livegrade::LG_ISA
#endif
