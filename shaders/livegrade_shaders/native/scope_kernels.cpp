// Counting one strip of columns, for one instruction-set level.
#include "layouts.hpp"
#include "livegrade/pack.h"
#include "scopes.hpp"

#if defined(__x86_64__) || defined(_M_X64)
#include <immintrin.h>
#endif

namespace livegrade::LG_ISA {

namespace {

using u16 = std::uint16_t;
using u32 = std::uint32_t;

constexpr int rows_ahead = 8;  // prefetched: a strip is too narrow for the processor to see the pattern
constexpr int look_right = 6;  // pixels unpacked beyond the strip, for the chroma sample after its last

// Columns of a strip that are counted, and the waveform's column of the strip's first one, which may lie before it.
struct Columns {
    int begin, end, to;
};

// The part of the picture that a strip reads.
struct Strip {
    Image image;          // begins at the strip's first pixel
    int unpacked;         // pixels of `image`
    int bytes[3];         // of a row of each plane
    Columns full, chroma; // of Y R G B, of Cb Cr
    bool last;
};

int counted(int samples, int offset, int step) { return samples > offset ? (samples - offset + step - 1) / step : 0; }

// first: sample at which the strip begins; samples: in the strip; left, right: of the area, all of one plane.
Columns columns_of(const ScopeJob& job, int first, int samples, int left, int right) {
    const int before = left > first ? (left - first) / job.step : 0;
    const int inside = right - first < samples ? right - first : samples;
    return {before, counted(inside, job.offset_x, job.step), (first - left) / job.step};
}

Strip strip_of(const ScopeJob& job, int index) {
    const int width = strip_columns * job.step, x = (job.first_strip + index) * width;
    Strip s{};
    s.image = job.image;
    const int left = job.image.width - x, pixels = left < width ? left : width;
    s.last = x + width >= job.right;
    s.unpacked = left < width + look_right ? left : width + look_right;
    s.image.width = s.unpacked;
    const LayoutInfo& layout = info(job.image.layout);
    for (int p = 0; p < layout.planes; ++p) {
        const PlaneRule& rule = layout.plane[p];
        s.image.plane[p].data += x / rule.pixels * rule.bytes;
        s.bytes[p] = (s.unpacked + rule.pixels - 1) / rule.pixels * rule.bytes;
    }
    s.full = columns_of(job, x, pixels, job.left, job.right);
    s.chroma = job.halved ? columns_of(job, x / 2, (pixels + 1) / 2, job.left / 2, (job.right + 1) / 2) : s.full;
    return s;
}

void prefetch_row(const ScopeJob& job, const Strip& s, int y) {
#if defined(__GNUC__) || defined(__clang__)
    if (y >= job.bottom) return;
    const int row = job.halved && info(job.image.layout).chroma_shift_y ? y / 2 : y;
    for (int p = 0; p < 3 && s.image.plane[p].data != nullptr; ++p) {
        const std::uint8_t* at = row_of(s.image.plane[p], p == 0 ? y : row);
        for (int byte = 0; byte < s.bytes[p]; byte += 64) __builtin_prefetch(at + byte);
    }
#endif
}

// Everything between unpacking and counting works on a full strip whatever its width: loops of constant length have no
// tails, and what lies behind the strip's end is worked out but never counted.

// n codes from `offset`, every step-th, as 10 bits.
template <int step, int n>
void take_samples(const u16* LG_RESTRICT code, int offset, int bits, u16* LG_RESTRICT level) {
    code += offset;
    if (bits == 10)
        for (int i = 0; i < n; ++i) level[i] = code[step * i];
    else if (bits > 10)
        for (int i = 0; i < n; ++i) level[i] = static_cast<u16>(code[step * i] >> (bits - 10));
    else
        for (int i = 0; i < n; ++i) level[i] = static_cast<u16>(code[step * i] << (10 - bits));
}

// Twice the chroma minus 1024 at the counted pixels, from 10-bit chroma of every pixel or of every second one.
template <int step, bool halved>
void double_chroma(const u16* LG_RESTRICT chroma, int offset, std::int16_t* LG_RESTRICT out) {
    if constexpr (!halved) {
        chroma += offset;
        for (int i = 0; i < strip_columns; ++i) out[i] = static_cast<std::int16_t>(2 * chroma[step * i] - 1024);
    } else if constexpr (step == 2) {
        const u16* LG_RESTRICT next = chroma + offset;
        for (int i = 0; i < strip_columns; ++i) out[i] = static_cast<std::int16_t>(chroma[i] + next[i] - 1024);
    } else {
        for (int i = 0; i < strip_columns / 2; ++i) {
            out[2 * i] = static_cast<std::int16_t>(2 * chroma[i] - 1024);
            out[2 * i + 1] = static_cast<std::int16_t>(chroma[i] + chroma[i + 1] - 1024);
        }
    }
}

void decode(const lg_wire w, const u16* LG_RESTRICT y, const std::int16_t* LG_RESTRICT u,
            const std::int16_t* LG_RESTRICT v, u16* LG_RESTRICT red, u16* LG_RESTRICT green, u16* LG_RESTRICT blue) {
    for (int i = 0; i < strip_columns; ++i) {
        red[i] = static_cast<u16>(lg_wire_red(w, y[i], v[i]));
        green[i] = static_cast<u16>(lg_wire_green(w, y[i], u[i], v[i]));
        blue[i] = static_cast<u16>(lg_wire_blue(w, y[i], u[i]));
    }
}

template <int step, bool halved>
void levels_of_ycbcr(const ScopeJob& job, const Strip& s, StripScratch& t) {
    constexpr int most = (halved ? strip_columns / 2 : strip_columns) * step + 1;  // chroma samples that are read
    take_samples<step, strip_columns>(t.code[0], job.offset_x, job.bits, t.level[0]);
    const int samples = halved ? (s.unpacked + 1) / 2 : s.unpacked;
    for (int c = 1; c < 3; ++c) {
        u16* code = t.code[c];
        code[samples] = code[samples - 1];  // at the picture's edge the last sample is repeated
        if (job.bits != 10) {
            take_samples<1, most>(code, 0, job.bits, t.chroma);
            code = t.chroma;
        }
        take_samples<step, halved ? strip_columns / 2 : strip_columns>(code, job.offset_x, 10, t.level[3 + c]);
        if (job.decoded) double_chroma<step, halved>(code, job.offset_x, t.doubled[c - 1]);
    }
    if (job.decoded)
        decode(job.wire, t.level[0], t.doubled[0], t.doubled[1], t.level[1], t.level[2], t.level[3]);
}

template <int step>
void levels_of_rgb(const ScopeJob& job, StripScratch& t) {
    const lg_wire w = job.wire;
    const u16 *r = t.code[0] + job.offset_x, *g = t.code[1] + job.offset_x, *b = t.code[2] + job.offset_x;
    u16* luma = t.chroma;
    for (int i = 0; i < strip_columns; ++i)
        luma[i] = static_cast<u16>(lg_wire_luma(w, r[step * i], g[step * i], b[step * i]));
    take_samples<1, strip_columns>(luma, 0, job.bits, t.level[0]);
    for (int c = 0; c < 3; ++c) take_samples<step, strip_columns>(t.code[c], job.offset_x, job.bits, t.level[1 + c]);
    if (!job.vectorscope && job.waveform[4] == nullptr && job.plot.kind != LG_PLOT_BALANCE) return;
    const u16 *red = t.level[1], *green = t.level[2], *blue = t.level[3];
    for (int i = 0; i < strip_columns; ++i) {
        t.level[4][i] = static_cast<u16>(lg_wire_chroma(w.cb, red[i], green[i], blue[i]));
        t.level[5][i] = static_cast<u16>(lg_wire_chroma(w.cr, red[i], green[i], blue[i]));
    }
}

template <int n>
void places(const u16* LG_RESTRICT cb, const u16* LG_RESTRICT cr, u32* LG_RESTRICT place) {
    for (int i = 0; i < n; ++i) place[i] = (u32{cr[i]} >> 1) * vectorscope_side + (cb[i] >> 1);
}

void plot_chromaticities(const ScopeJob& job, StripScratch& t) {
    const float* table = job.plot_values;
    const u16 *red = t.level[1], *green = t.level[2], *blue = t.level[3];
    alignas(64) float sum[strip_columns][4];
    for (int i = 0; i < strip_columns; ++i) {
        const float *r = table + 4 * red[i], *g = table + 4 * (scope_levels + green[i]);
        const float* b = table + 4 * (2 * scope_levels + blue[i]);
        for (int k = 0; k < 4; ++k) sum[i][k] = (r[k] + g[k]) + b[k];
    }
    // The sums are made: in their place of a table there is one entry, and nothing is added to it.
    constexpr float none[4] = {};
    for (int i = 0; i < strip_columns; ++i)
        t.plotted[i] = static_cast<u32>(lg_chromaticity_place(job.plot.least, sum[i], none, none));
}

// Y' of the pixel at each chroma sample; of halved chroma that is every second one, counted or not.
template <int step, bool halved>
void plot_balance(const ScopeJob& job, StripScratch& t) {
    constexpr int n = halved ? strip_columns / 2 : strip_columns;
    const u16 *luma = t.level[0], *cb = t.level[4], *cr = t.level[5];
    if constexpr (halved) {
        take_samples<2 * step, n>(t.code[0], 2 * job.offset_x, job.bits, t.chroma);
        luma = t.chroma;
    }
    for (int i = 0; i < n; ++i)
        t.plotted[i] = static_cast<u32>(lg_balance_place(job.plot.low, job.plot.high, luma[i], cb[i], cr[i]));
}

template <int step, bool halved>
void places_of_row(const ScopeJob& job, StripScratch& t) {
    if (job.vectorscope) places<halved ? strip_columns / 2 : strip_columns>(t.level[4], t.level[5], t.place);
    if (job.plot.kind == LG_PLOT_CHROMATICITY) plot_chromaticities(job, t);
    if (job.plot.kind == LG_PLOT_BALANCE) plot_balance<step, halved>(job, t);
}

template <int step>
void levels_of_row(const ScopeJob& job, const Strip& s, StripScratch& t) {
    if (job.ycbcr && job.halved) {
        levels_of_ycbcr<step, true>(job, s, t);
        places_of_row<step, true>(job, t);
        return;
    }
    if (job.ycbcr)
        levels_of_ycbcr<step, false>(job, s, t);
    else
        levels_of_rgb<step>(job, t);
    places_of_row<step, false>(job, t);
}

template <int channels>
void count_full(const u16 (*level)[strip_pixels + 64], u16 (*count)[strip_columns * strip_stride]) {
#if defined(__GNUC__)
#pragma GCC unroll 48
#endif
    for (int i = 0; i < strip_columns; ++i)
        for (int c = 0; c < channels; ++c) ++count[c][i * strip_stride + level[c][i]];
}

void count_row(const ScopeJob& job, const Strip& s, StripScratch& t) {
    if (s.full.begin == 0 && s.full.end == strip_columns && job.waveform[0] != nullptr && job.waveform[1] != nullptr) {
        count_full<4>(t.level, t.count);
    } else {
        for (int c = 0; c < 4; ++c)
            if (job.waveform[c] != nullptr)
                for (int i = s.full.begin; i < s.full.end; ++i) ++t.count[c][i * strip_stride + t.level[c][i]];
    }
    if (job.waveform[4] != nullptr)
        for (int c = 4; c < 6; ++c)
            for (int i = s.chroma.begin; i < s.chroma.end; ++i) ++t.count[c][i * strip_stride + t.level[c][i]];
    if (job.vectorscope)
        for (int i = s.chroma.begin; i < s.chroma.end; ++i) ++t.vectorscope[t.place[i]];
    if (job.plot.kind == LG_PLOT_NONE) return;
    const Columns& plotted = job.plot.kind == LG_PLOT_BALANCE ? s.chroma : s.full;
    for (int i = plotted.begin; i < plotted.end; ++i) ++t.plot[t.plotted[i]];
}

// One column out of the accumulator: stored past the caches, added to the histogram, cleared.
void flush_column(u16* from, u16* to, u32* histogram) {
#if defined(__AVX512BW__)
    const bool aligned = (reinterpret_cast<std::uintptr_t>(to) & 63u) == 0;
    for (int i = 0; i < scope_levels; i += 32) {
        const __m512i v = _mm512_load_si512(from + i);
        _mm512_store_si512(from + i, _mm512_setzero_si512());
        if (aligned)
            _mm512_stream_si512(reinterpret_cast<__m512i*>(to + i), v);
        else
            _mm512_storeu_si512(to + i, v);
        if (_mm512_test_epi16_mask(v, v) == 0) continue;
        const __m512i low = _mm512_cvtepu16_epi32(_mm512_castsi512_si256(v));
        const __m512i high = _mm512_cvtepu16_epi32(_mm512_extracti64x4_epi64(v, 1));
        _mm512_store_si512(histogram + i, _mm512_add_epi32(_mm512_load_si512(histogram + i), low));
        _mm512_store_si512(histogram + i + 16, _mm512_add_epi32(_mm512_load_si512(histogram + i + 16), high));
    }
#elif defined(__x86_64__) || defined(_M_X64)
    const bool aligned = (reinterpret_cast<std::uintptr_t>(to) & 15u) == 0;
    const __m128i zero = _mm_setzero_si128();
    for (int i = 0; i < scope_levels; i += 8) {
        const __m128i v = _mm_load_si128(reinterpret_cast<const __m128i*>(from + i));
        _mm_store_si128(reinterpret_cast<__m128i*>(from + i), zero);
        if (aligned)
            _mm_stream_si128(reinterpret_cast<__m128i*>(to + i), v);
        else
            _mm_storeu_si128(reinterpret_cast<__m128i*>(to + i), v);
        if (_mm_movemask_epi8(_mm_cmpeq_epi16(v, zero)) == 0xffff) continue;
        auto* h = reinterpret_cast<__m128i*>(histogram + i);
        _mm_store_si128(h, _mm_add_epi32(_mm_load_si128(h), _mm_unpacklo_epi16(v, zero)));
        _mm_store_si128(h + 1, _mm_add_epi32(_mm_load_si128(h + 1), _mm_unpackhi_epi16(v, zero)));
    }
#else
    for (int i = 0; i < scope_levels; ++i) {
        to[i] = from[i];
        histogram[i] += from[i];
        from[i] = 0;
    }
#endif
}

void clear_column(u16* to) {
    for (int i = 0; i < scope_levels; ++i) to[i] = 0;
}

void flush(const ScopeJob& job, const Strip& s, StripScratch& t) {
    for (int c = 0; c < scope_channels; ++c) {
        if (job.waveform[c] == nullptr) continue;
        const bool chroma = c >= 4;
        const Columns& own = chroma ? s.chroma : s.full;
        for (int i = own.begin; i < own.end; ++i)
            flush_column(t.count[c] + i * strip_stride, job.waveform[c] + std::ptrdiff_t{own.to + i} * scope_levels,
                         t.histogram[c]);
        // Columns that nothing is counted in are zeroed by the last strip.
        const int all = chroma ? job.chroma_columns : job.columns;
        const int after = own.end > own.begin ? own.to + own.end : own.to + own.begin;
        if (s.last)
            for (int i = after; i < all; ++i) clear_column(job.waveform[c] + std::ptrdiff_t{i} * scope_levels);
    }
#if defined(__x86_64__) || defined(_M_X64)
    _mm_sfence();
#endif
}

// A row is counted between the unpacking of the next one and its decoding: unpacked codes have then left the store
// queue, from which loads across two stores cannot be served.
void strip(const ScopeJob& job, int index, StripScratch& t) {
    const Strip s = strip_of(job, index);
    for (int y = job.top + job.offset_y, before = -1; before < job.bottom; before = y, y += job.step) {
        prefetch_row(job, s, y + rows_ahead * job.step);
        if (y < job.bottom) job.unpack(s.image, y, t.code[0], t.code[1], t.code[2]);
        if (before >= 0) count_row(job, s, t);
        if (y >= job.bottom) continue;
        if (job.step == 2)
            levels_of_row<2>(job, s, t);
        else
            levels_of_row<1>(job, s, t);
    }
    flush(job, s, t);
}

}  // namespace

extern const ScopeKernels scope_kernels;
constexpr ScopeKernels scope_kernels = {strip};

}  // namespace livegrade::LG_ISA
