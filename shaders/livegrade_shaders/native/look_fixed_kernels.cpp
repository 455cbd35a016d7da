// The fixed-point paths: the lattice in 16-bit lanes behind float or fixed-point arithmetic, for targets of 8 and 10 bits.
#include "fixed_vector.hpp"
#include "look.hpp"

#if defined(LG_FIXED)
#include "fixed_lattice.hpp"
#include "fixed_setup.hpp"
#include "float_tile.hpp"
#endif

namespace livegrade::LG_ISA {

namespace {

#if defined(LG_FIXED)

static_assert(tile == fixed_tile);

// Codes of interpolated values: (v + bias) >> shift, held at low..high. What the sum saturates at lies beyond high.
void store_fixed(V v, std::uint16_t* out, const FixedLook& look) {
    const V code = LG_V(sra_epi16)(LG_V(adds_epi16)(v, all16(look.bias)), _mm_cvtsi32_si128(look.shift));
    store(out, min16(max16(code, all16(look.low)), all16(look.high)));
}

// Chroma of a row at every pixel to every second: [-1 2 6 2 -1] / 8. row[-2..width + 2] is written here.
void store_fixed_halved(std::int16_t* row, std::uint16_t* out, const FixedLook& look) {
    const int width = look.front.width;
    row[-2] = row[-1] = row[0];
    row[width] = row[width + 1] = row[width + 2] = row[width - 1];
    const V before = pairs(-1, 2), middle = pairs(6, 2), after = pairs(-1, 0);
    const V rounding = all32(look.chroma_bias), lowest = all16(look.low), highest = all16(look.high);
    const __m128i shift = _mm_cvtsi32_si128(look.shift + 3);
    const auto eighths = [&](const std::int16_t* at) {
        const V sum = add32(dot(load(at - 2), before), add32(dot(load(at), middle), dot(load(at + 2), after)));
        return LG_V(sra_epi32)(add32(sum, rounding), shift);
    };
    for (int i = 0; i < (width + 1) / 2; i += lanes) {
        const V codes = pack(eighths(row + 2 * i), eighths(row + 2 * i + lanes));
        store(out + i, unscramble(min16(max16(codes, lowest), highest)));
    }
}

// Cells and keys of one channel of float R'G'B': position in Q15 cells.
struct Position {
    V cell, key;
};

Position position(const float* x, float scale, int axis) {
#if defined(__AVX512BW__)
    const __m512 zero = _mm512_setzero_ps(), one = _mm512_set1_ps(1.0f), by = _mm512_set1_ps(scale);
    const auto fixed = [&](const float* at) {
        return _mm512_cvtps_epi32(_mm512_mul_ps(_mm512_min_ps(_mm512_max_ps(_mm512_loadu_ps(at), zero), one), by));
    };
#else
    const __m256 zero = _mm256_setzero_ps(), one = _mm256_set1_ps(1.0f), by = _mm256_set1_ps(scale);
    const auto fixed = [&](const float* at) {
        return _mm256_cvtps_epi32(_mm256_mul_ps(_mm256_min_ps(_mm256_max_ps(_mm256_loadu_ps(at), zero), one), by));
    };
#endif
    const V first = fixed(x), second = fixed(x + lanes / 2), mask = all32(0x7ffc);
    const V keys = unscramble(pack(both(first, mask), both(second, mask)));
    return {unscramble(pack(LG_V(srli_epi32)(first, 15), LG_V(srli_epi32)(second, 15))), add16(keys, all16(axis))};
}

void corners_of_float(const Tile& t, const LatticeShape& shape, int n, Corners& corners) {
    const float scale = 32768.0f * static_cast<float>(n - 1);
    for (int block = 0; block < t.n / lanes; ++block) {
        const int i = block * lanes;
        const Position r = position(t.plane[0] + i, scale, 2), g = position(t.plane[1] + i, scale, 1);
        const Position b = position(t.plane[2] + i, scale, 0);
        find_corners(r.cell, g.cell, b.cell, r.key, g.key, b.key, shape, corners.word[block]);
    }
}

void fetch_tile(const FixedLook& look, const Corners& corners, int n, std::uint16_t* out0, std::int16_t* full1,
                std::int16_t* full2) {
    const char* base = reinterpret_cast<const char*>(look.records);
    for (int block = 0; block < n / lanes; ++block) {
        V a, b, c;
        fetch(base, corners.word[block], a, b, c);
        store_fixed(a, out0 + block * lanes, look);
        if (look.front.target_halved) {
            store(full1 + block * lanes, b);
            store(full2 + block * lanes, c);
        } else {
            store_fixed(b, reinterpret_cast<std::uint16_t*>(full1) + block * lanes, look);
            store_fixed(c, reinterpret_cast<std::uint16_t*>(full2) + block * lanes, look);
        }
    }
}

// Where chroma goes: rows of the scratch that are halved at the row's end, or the output itself.
struct ChromaRows {
    std::int16_t* row[2];
};

ChromaRows chroma_rows(const FixedLook& look, std::uint16_t* const out[3], float* scratch) {
    if (!look.front.target_halved)
        return {{reinterpret_cast<std::int16_t*>(out[1]), reinterpret_cast<std::int16_t*>(out[2])}};
    auto* full = reinterpret_cast<std::int16_t*>(scratch + 16 * tile) + row_slack;
    return {{full, full + look.front.width + 3 * row_slack}};
}

// setup(x, n, corners) finds the corners of the n pixels from x on.
template <class Setup>
void lattice_row(const FixedLook& look, std::uint16_t* const out[3], float* scratch, Corners& corners,
                 const Setup& setup) {
    const int width = look.front.width;
    const ChromaRows chroma = chroma_rows(look, out, scratch);
    for (int x = 0; x < width; x += tile) {
        const int left = width - x < tile ? width - x : tile;
        const int n = (left + lanes - 1) / lanes * lanes;
        setup(x, n);
        fetch_tile(look, corners, n, out[0] + x, chroma.row[0] + x, chroma.row[1] + x);
    }
    if (look.front.target_halved)
        for (int k = 0; k < 2; ++k) store_fixed_halved(chroma.row[k], out[k + 1], look);
}

void mixed_row(const FixedLook& look, const std::uint16_t* const in[3], std::uint16_t* const out[3], float* scratch) {
    Tile t = carve(scratch);
    auto& corners = *reinterpret_cast<Corners*>(scratch + 3 * tile);
    const LatticeShape shape = shape_of(look.n);
    lattice_row(look, out, scratch, corners, [&](int x, int n) {
        t.n = n;
        load_tile(look.front, in, x, t);
        for (int k = 0; k < look.front.count; ++k) run(look.front.ops[k], t);
        corners_of_float(t, shape, look.n, corners);
    });
}

FixedTile carve_fixed(float* scratch) {
    FixedTile t{};
    auto* words = reinterpret_cast<std::int16_t*>(scratch);
    for (int k = 0; k < 3; ++k) t.plane[k] = words + k * tile;
    for (int k = 0; k < 2; ++k) t.chroma[k] = words + (3 + k) * tile;
    return t;
}

void fixed_row(const FixedLook& look, const std::uint16_t* const in[3], std::uint16_t* const out[3], float* scratch) {
    const FixedSetup& s = *look.setup;
    FixedTile t = carve_fixed(scratch);
    auto& corners = *reinterpret_cast<Corners*>(scratch + 3 * tile);
    const LatticeShape shape = shape_of(look.n);
    const bool halved = look.front.source_halved;
    lattice_row(look, out, scratch, corners, [&](int x, int n) {
        t.n = n;
        for (int k = 0; k < 2; ++k) double_chroma(in[k + 1] + (halved ? x / 2 : x), halved, t.chroma[k], n);
        decode(s, in[0] + x, t);
        for (int k = 0; k < 3; ++k)
            if (s.first[k] != nullptr) curve(*s.first[k], t.plane[k], n);
        if (s.saturates) saturate(s, t);
        for (int k = 0; k < 3; ++k)
            if (s.second[k] != nullptr) curve(*s.second[k], t.plane[k], n);
        corners_of_fixed(t, shape, look.n, corners);
    });
}

constexpr FixedKernels kernels{mixed_row, fixed_row};

#else

constexpr FixedKernels kernels{nullptr, nullptr};

#endif

}  // namespace

extern const FixedKernels fixed_kernels;
const FixedKernels fixed_kernels = kernels;

}  // namespace livegrade::LG_ISA
