// The float path: one row of a look, tile by tile in planar scratch that stays in the first-level cache. Plain loops
// for the compiler to vectorise; only the lattice fetch says what its vectors are.
#include "float_tile.hpp"

namespace livegrade::LG_ISA {

namespace {

void store_codes(const float* in, std::uint16_t* out, int n, float low, float high) {
    for (int i = 0; i < n; ++i) out[i] = static_cast<std::uint16_t>(lg_code(in[i], low, high));
}

// `row`: chroma at every pixel, row[-2], row[-1], row[width], row[width + 1] writable.
void store_halved(float* row, std::uint16_t* out, const FloatLook& look) {
    const int width = look.width;
    row[-2] = row[-1] = row[0];
    row[width] = row[width + 1] = row[width + 2] = row[width - 1];
    for (int i = 0; i < (width + 1) / 2; ++i) {
        const float* at = row + 2 * i;
        out[i] = static_cast<std::uint16_t>(
            lg_code(lg_chroma_down(at[-2], at[-1], at[0], at[1], at[2]), look.low, look.high));
    }
}

void float_row(const FloatLook& look, const std::uint16_t* const in[3], std::uint16_t* const out[3], float* scratch) {
    Tile t = carve(scratch);
    float* full[3] = {nullptr, scratch + 11 * tile + row_slack, scratch + 11 * tile + look.width + 3 * row_slack};
    for (int x = 0; x < look.width; x += tile) {
        const int n = look.width - x < tile ? look.width - x : tile;
        t.n = (n + 15) & ~15;
        load_tile(look, in, x, t);
        for (int k = 0; k < look.count; ++k) run(look.ops[k], t);
        store_codes(t.plane[0], out[0] + x, t.n, look.low, look.high);
        for (int k = 1; k < 3; ++k) {
            if (look.target_halved)
                __builtin_memcpy(full[k] + x, t.plane[k], static_cast<std::size_t>(t.n) * sizeof(float));
            else
                store_codes(t.plane[k], out[k] + x, t.n, look.low, look.high);
        }
    }
    if (look.target_halved)
        for (int k = 1; k < 3; ++k) store_halved(full[k], out[k], look);
}

void run_scalars(const FloatOp* ops, int count, float* x, int n) {
    Tile t{};
    t.plane[0] = t.plane[1] = t.plane[2] = x;
    t.n = n;
    for (int k = 0; k < count; ++k) run(ops[k], t);
}

void run_colours(const FloatOp* ops, int count, float* rgb, std::size_t n, float* scratch) {
    Tile t = carve(scratch);
    float *r = t.plane[0], *g = t.plane[1], *b = t.plane[2];
    for (std::size_t at = 0; at < n; at += tile) {
        const int here = n - at < tile ? static_cast<int>(n - at) : tile;
        float* colours = rgb + 3 * at;
        for (int i = 0; i < here; ++i) {
            r[i] = colours[3 * i];
            g[i] = colours[3 * i + 1];
            b[i] = colours[3 * i + 2];
        }
        t.n = (here + 15) & ~15;
        for (int i = here; i < t.n; ++i) r[i] = g[i] = b[i] = 0;
        for (int k = 0; k < count; ++k) run(ops[k], t);
        for (int i = 0; i < here; ++i) {
            colours[3 * i] = r[i];
            colours[3 * i + 1] = g[i];
            colours[3 * i + 2] = b[i];
        }
    }
}

}  // namespace

extern const LookKernels look_kernels;
const LookKernels look_kernels{float_row, run_scalars, run_colours};

}  // namespace livegrade::LG_ISA
