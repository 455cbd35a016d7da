// The arithmetic of a look for one pixel in float, shared by the CPU kernels and the CUDA text. No includes, no
// memory but what the caller points at, so that it compiles under NVRTC as it stands. What the operations mean, and
// in which order they come, is said in livegrade/engine/program.py.
#pragma once

#ifndef LG_HD
#ifdef __CUDACC__
#define LG_HD __host__ __device__ __forceinline__
#else
#define LG_HD static inline
#endif
#endif

LG_HD int lg_bits(float x) {
#ifdef __CUDA_ARCH__
    return __float_as_int(x);
#else
    return __builtin_bit_cast(int, x);
#endif
}

LG_HD float lg_float(int bits) {
#ifdef __CUDA_ARCH__
    return __int_as_float(bits);
#else
    return __builtin_bit_cast(float, bits);
#endif
}

LG_HD float lg_min(float a, float b) { return a < b ? a : b; }
LG_HD float lg_max(float a, float b) { return a > b ? a : b; }

// One row of a 3 x 4 matrix: m[0..2] . (a, b, c) + m[3].
LG_HD float lg_mix(const float* m, float a, float b, float c) { return m[0] * a + (m[1] * b + (m[2] * c + m[3])); }

LG_HD float lg_ramp(float x, float scale, float offset, float low, float high) {
    return lg_min(lg_max(x * scale + offset, low), high);
}

// log2 of a positive normal number, error below 6e-8 + rounding. The mantissa m is taken in sqrt(1/2)..sqrt(2), so that
// nothing cancels near 1; minimax polynomial of log2(m) / (m - 1), degree 7, found by Lawson's iteration.
LG_HD float lg_log2(float x) {
    const int bits = lg_bits(x) - 0x3f3504f3;  // bit pattern of sqrt(1/2)
    const float exponent = (float)(bits >> 23);
    const float t = lg_float((bits & 0x007fffff) + 0x3f3504f3) - 1.0f;
    float p = -1.457458458e-01f;
    p = p * t + 2.368905686e-01f;
    p = p * t + -2.500686151e-01f;
    p = p * t + 2.867074077e-01f;
    p = p * t + -3.600872558e-01f;
    p = p * t + 4.809394478e-01f;
    p = p * t + -7.213571478e-01f;
    p = p * t + 1.442694772e+00f;
    return p * t + exponent;
}

// 2^x for x in -126..127, held there; relative error below 1e-7. Adding 1.5 * 2^23 rounds x to an integer: needs
// IEEE additions, so never -ffast-math. Minimax polynomial of degree 5 on -0.5..0.5.
LG_HD float lg_exp2(float x) {
    x = lg_min(lg_max(x, -126.0f), 127.0f);
    const float shifted = x + 12582912.0f;
    const float f = x - (shifted - 12582912.0f);
    float p = 1.341000012e-03f;
    p = p * f + 9.676036362e-03f;
    p = p * f + 5.550297314e-02f;
    p = p * f + 2.402210737e-01f;
    p = p * f + 6.931472254e-01f;
    p = p * f + 1.0f;
    return lg_float(lg_bits(p) + (int)((unsigned)lg_bits(shifted) << 23));
}

// x^exponent above zero, x at and below it (livegrade/color/slots.py, Power).
LG_HD float lg_power(float x, float exponent) {
    const float positive = lg_exp2(exponent * lg_log2(lg_max(x, 1.17549435e-38f)));
    return x > 0.0f ? positive : x;
}

// Linear interpolation in `count` values (2 or more) at position (x - first) * per_x, held at the ends. values[count]
// must be readable: it is multiplied by zero.
LG_HD float lg_lookup(float x, const float* values, int count, float first, float per_x) {
    const float position = lg_min(lg_max((x - first) * per_x, 0.0f), (float)(count - 1));
    const int index = (int)position;
    const float low = values[index];
    return low + (values[index + 1] - low) * (position - (float)index);
}

// Tetrahedral interpolation in a lattice of n points a side, index (r * n + g) * n + b: four points and their weights.
struct lg_corners {
    int point[4];
    float weight[4];
};

// Input is held at 0..1. Ties between fractions are settled so that the axis of the largest is never that of the
// smallest; which axis wins does not matter, because the point in doubt has weight zero.
LG_HD lg_corners lg_tetrahedron(float r, float g, float b, int n) {
    const float top = (float)(n - 1);
    const float last_cell = (float)(n - 2);
    const float x = lg_min(lg_max(r, 0.0f), 1.0f) * top;
    const float y = lg_min(lg_max(g, 0.0f), 1.0f) * top;
    const float z = lg_min(lg_max(b, 0.0f), 1.0f) * top;
    const int i = (int)lg_min(x, last_cell), j = (int)lg_min(y, last_cell), k = (int)lg_min(z, last_cell);
    const float fx = x - (float)i, fy = y - (float)j, fz = z - (float)k;
    const float most = lg_max(fx, lg_max(fy, fz)), least = lg_min(fx, lg_min(fy, fz));
    const float middle = lg_max(lg_min(fx, fy), lg_min(lg_max(fx, fy), fz));
    const int sx = n * n, sy = n, sz = 1;
    // One comparison a select: compilers turn these into masks, and nested conditions into jumps.
    const int not_x = fy >= fz ? sy : sz, first = fx >= lg_max(fy, fz) ? sx : not_x;
    const int not_z = fy <= fx ? sy : sx, last = fz <= lg_min(fx, fy) ? sz : not_z;
    lg_corners c;
    c.point[0] = (i * n + j) * n + k;
    c.point[3] = c.point[0] + sx + sy + sz;
    c.point[1] = c.point[0] + first;
    c.point[2] = c.point[3] - last;
    c.weight[0] = 1.0f - most;
    c.weight[1] = most - middle;
    c.weight[2] = middle - least;
    c.weight[3] = least;
    return c;
}

// The integer code of an unrounded one: nearest, halves up, held at low..high; not-a-number gives low.
LG_HD int lg_code(float x, float low, float high) { return (int)(lg_min(lg_max(x, low), high) + 0.5f); }
