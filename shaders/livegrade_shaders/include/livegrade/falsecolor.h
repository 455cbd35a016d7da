// False colour and zebra for one pixel, shared by the CPU kernels and the CUDA text; what they mean is said in
// livegrade/scopes/falsecolor.py and classes.py, which also make the tables and numbers. No includes.
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
    int first, after, second, second_after, middle, black, white, neutral, period, shift;
};

LG_HD int lg_held(int code, int low, int high) { return code < low ? low : (code > high ? high : code); }

// An eighth of a sum of eight weights (lg_chroma_down8), halves up, as a code the encoder may write.
LG_HD int lg_chroma_code(int sum8, int low, int high) { return lg_held((sum8 + 4) >> 3, low, high); }

// Whether the pixel at x, y with this 10-bit luma is striped: the second band leans the other way, and goes first.
LG_HD int lg_striped(lg_stripes s, int x, int y, int luma10) {
    const int first = (luma10 >= s.first) & (luma10 < s.after);
    const int second = (luma10 >= s.second) & (luma10 < s.second_after);
    const int rising = ((x + y + s.shift) & (s.period - 1)) < s.period / 2;
    const int falling = ((x - y + s.shift) & (s.period - 1)) < s.period / 2;
    return (second & falling) | (first & (second ^ 1) & rising);
}

// The code of Y' (or of R', G' and B') of a striped pixel.
LG_HD int lg_stripe_paint(lg_stripes s, int luma10) { return luma10 >= s.middle ? s.black : s.white; }

// Classes of classes.py: 0 is coloured by luma, the others have a colour each.
#define LG_CLASS_NONE 0
#define LG_CLASS_LIMITS 1
#define LG_CLASS_LIGHT 2
#define LG_CLASSES 64

// low: the first code that is not under; high: the first that is over; count: edges between the segments of light.
struct lg_class_rule {
    int kind, low, high, count;
};

// Of R'G'B' as it comes (lg_open_red...).
LG_HD int lg_limit_class(lg_class_rule rule, int r, int g, int b) {
    return (r < rule.low) | (g < rule.low) << 1 | (b < rule.low) << 2 | (r >= rule.high) << 3 |
           (g >= rule.high) << 4 | (b >= rule.high) << 5;
}

// Of R'G'B' held to 0..1023. light: three tables of 1024, then the edges, rising; segments: the class below the first
// edge, from it on, from the second on and so forth. Sums in this order: the reference has the same bits.
LG_HD float lg_light_sum(const float* light, int r, int g, int b) {
    return (light[r] + light[1024 + g]) + light[2048 + b];
}

LG_HD int lg_light_class(lg_class_rule rule, const float* light, const unsigned char* segments, int r, int g, int b) {
    const float sum = lg_light_sum(light, r, g, b);
    int segment = 0;
    for (int i = 0; i < rule.count; ++i) segment += sum >= light[3072 + i];
    return segments[segment];
}
