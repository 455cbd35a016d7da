// False colour and zebra for one pixel, shared by the CPU kernels and the CUDA text; what they mean is said in
// livegrade/scopes/falsecolor.py, which also makes the tables and numbers. No includes.
#pragma once

#ifndef LG_HD
#ifdef __CUDACC__
#define LG_HD __host__ __device__ __forceinline__
#else
#define LG_HD static inline
#endif
#endif

// Stripes of falsecolor.py, in its order. Periods are powers of two.
struct lg_stripes {
    int first, after, middle, black, white, neutral, period, shift;
};

LG_HD int lg_held(int code, int low, int high) { return code < low ? low : (code > high ? high : code); }

// An eighth of a sum of eight weights (lg_chroma_down8), halves up, as a code the encoder may write.
LG_HD int lg_chroma_code(int sum8, int low, int high) { return lg_held((sum8 + 4) >> 3, low, high); }

// Whether the pixel at x, y with this 10-bit luma is striped.
LG_HD int lg_striped(lg_stripes s, int x, int y, int luma10) {
    return (((x + y + s.shift) & (s.period - 1)) < s.period / 2) & (luma10 >= s.first) & (luma10 < s.after);
}

// The code of Y' (or of R', G' and B') of a striped pixel.
LG_HD int lg_stripe_paint(lg_stripes s, int luma10) { return luma10 >= s.middle ? s.black : s.white; }
