// The integer formulas of scopes and of luma for false colour, shared by the CPU kernels and the CUDA text; written out
// and sourced in livegrade/scopes/wire.py, which also makes the factors. No includes; >> of a negative number rounds
// down (C++20, and every compiler that CUDA knows).
#pragma once

#ifndef LG_HD
#ifdef __CUDACC__
#define LG_HD __host__ __device__ __forceinline__
#else
#define LG_HD static inline
#endif
#endif

// WireFactors of wire.py, in its order.
struct lg_wire {
    int red_v, green_u, green_v, blue_u;
    int luma[3], cb[3], cr[3];
};

LG_HD int lg_level(int code) { return code < 0 ? 0 : (code > 1023 ? 1023 : code); }

// A code of `bits` bits as one of 10.
LG_HD int lg_to_10(int code, int bits) { return bits >= 10 ? code >> (bits - 10) : code << (10 - bits); }

// 10-bit R'G'B' from 10-bit Y' and doubled chroma minus 1024, as it comes: below 0 and above 1023 too.
LG_HD int lg_open_red(lg_wire w, int y, int v) { return y + ((w.red_v * v + (1 << 18)) >> 19); }
LG_HD int lg_open_green(lg_wire w, int y, int u, int v) {
    return y + ((w.green_u * u + w.green_v * v + (1 << 19)) >> 20);
}
LG_HD int lg_open_blue(lg_wire w, int y, int u) { return y + ((w.blue_u * u + (1 << 18)) >> 19); }

// The same held to 0..1023.
LG_HD int lg_wire_red(lg_wire w, int y, int v) { return lg_level(lg_open_red(w, y, v)); }
LG_HD int lg_wire_green(lg_wire w, int y, int u, int v) { return lg_level(lg_open_green(w, y, u, v)); }
LG_HD int lg_wire_blue(lg_wire w, int y, int u) { return lg_level(lg_open_blue(w, y, u)); }

// Y' of R'G'B' codes at their own depth.
LG_HD int lg_wire_luma(lg_wire w, unsigned r, unsigned g, unsigned b) {
    return (int)(((unsigned)w.luma[0] * r + (unsigned)w.luma[1] * g + (unsigned)w.luma[2] * b + (1u << 14)) >> 15);
}

// 10-bit Cb or Cr of 10-bit R'G'B' codes, `k` being cb or cr of the factors.
LG_HD int lg_wire_chroma(const int* k, int r, int g, int b) {
    return lg_level(512 + ((k[0] * r + k[1] * g + k[2] * b + (1 << 19)) >> 20));
}

// Plots of livegrade/scopes/plot.py. The rule of one: kind; of balance the codes of Y' that lie between its zones; of
// chromaticity the least d that has a colour.
#define LG_PLOT_NONE 0
#define LG_PLOT_CHROMATICITY 1
#define LG_PLOT_BALANCE 2
#define LG_PLOT_SIDE 512

struct lg_plot_rule {
    int kind, low, high;
    float least;
};

// r, g, b: the entries of a pixel's codes in the three tables, 4 floats each. Sums and a division alone: nothing that
// two compilers could round differently.
LG_HD int lg_chromaticity_place(float least, const float* r, const float* g, const float* b) {
    const float across = (r[0] + g[0]) + b[0], up = (r[1] + g[1]) + b[1], whole = (r[2] + g[2]) + b[2];
    const float by = whole < least ? 1.0f : whole;
    float x = across / by, y = up / by;
    x = x < 1.0f ? 1.0f : (x > 511.0f ? 511.0f : x);
    y = y < 1.0f ? 1.0f : (y > 511.0f ? 511.0f : y);
    return whole < least ? 0 : (int)y * LG_PLOT_SIDE + (int)x;
}

LG_HD int lg_balance_place(int low, int high, int y, int cb, int cr) {
    const int zone = (y >= low) + (y >= high);
    return ((zone >> 1) * (LG_PLOT_SIDE / 2) + (cr >> 2)) * LG_PLOT_SIDE + (zone & 1) * (LG_PLOT_SIDE / 2) + (cb >> 2);
}
