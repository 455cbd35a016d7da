// What is laid over a picture, for one pixel, shared by the CPU kernels and the CUDA text. What it means is said in
// livegrade/scopes/peaking.py and livegrade/engine/marks.py and squeeze.py, which make the numbers. No includes.
#pragma once

#ifndef LG_HD
#ifdef __CUDACC__
#define LG_HD __host__ __device__ __forceinline__
#else
#define LG_HD static inline
#endif
#endif

// Edges of peaking.py, in its order. `limit`: the least sum of squares of an edge; grey: all else loses its colour;
// top, bottom: rows of the picture, those outside are no part of it; apart: rows to the next one of the same moment;
// codes of the colour, and of no chroma.
struct lg_edges {
    int limit, grey, top, bottom, apart, first, second, third, neutral;
};

// Sobel's sums over nine 10-bit lumas, squared; `a` above, `b` at, `c` below the pixel.
LG_HD int lg_edge_squares(int a0, int a1, int a2, int b0, int b2, int c0, int c1, int c2) {
    const int across = (a2 + 2 * b2 + c2) - (a0 + 2 * b0 + c0);
    const int down = (c0 + 2 * c1 + c2) - (a0 + 2 * a1 + a2);
    return across * across + down * down;
}

// `alpha` 256ths of the way from one code to another, halves up.
LG_HD int lg_mixed(int code, int other, int alpha) { return code + (((other - code) * alpha + 128) >> 8); }

// Of one row, from x up to but not with `end`: the colour of this number in the palette, so many 256ths.
struct lg_span {
    int x, end, alpha, color;
};

// The chroma samples of two pixels each that a span touches.
LG_HD int lg_span_chroma(int x) { return x >> 1; }
LG_HD int lg_span_chroma_end(int end) { return (end + 1) >> 1; }

// Up to LG_TAPS rows of a picture make one of a lower picture; weights add up to LG_WHOLE, or all are zero.
#define LG_TAPS 4
#define LG_WHOLE 4096
struct lg_taps {
    int row[LG_TAPS], weight[LG_TAPS];
};
