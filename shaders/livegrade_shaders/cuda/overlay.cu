// False colour and zebra: livegrade/scopes/falsecolor.py, which makes the tables and the numbers. Grid as in look.cu.
// Two pictures as one: livegrade/engine/compare.py.
#include "levels.h"
#include "livegrade/chroma.h"
#include "livegrade/falsecolor.h"
#include "livegrade/scopes.h"
#include "picture.h"
#include "segment.h"

// table: three rows of 2 ^ code_bits of the source, the target's codes for every luma code. classes: three rows of
// LG_CLASSES codes, then LG_CLASSES + 16 bytes of segments, then what lg_light_class calls light.
struct lg_false_color_arguments {
    lg_picture source, target;
    lg_wire wire;
    lg_class_rule rule;
    int low, high, row;
    lg_u64 table, classes;
};
static_assert(sizeof(lg_false_color_arguments) == 304, "as cuda_arguments.py says");

struct lg_zebra_arguments {
    lg_picture picture;
    lg_wire wire;
    lg_stripes stripes;
    int unused;
};
static_assert(sizeof(lg_zebra_arguments) == 200, "as cuda_arguments.py says");

// Y' of pixel x, y at the depth code_bits; of R'G'B' the luma of its matrix.
LG_D int lg_luma_at(const lg_picture& p, const lg_wire& wire, int x, int y) {
    const lg_u32 first = lg_code_at(p, 0, x, y);
    if (p.layout.ycbcr) return (int)first;
    return lg_wire_luma(wire, first, lg_code_at(p, 1, x, y), lg_code_at(p, 2, x, y));
}

// Luma codes and classes of a segment and two pixels either side of it, from index 0 on.
struct lg_wide_luma {
    lg_u16 code[LG_SEGMENT + 4];
    lg_u8 kind[LG_SEGMENT + 4];
};

LG_D int lg_class_at(const lg_false_color_arguments& a, int x, int y) {
    const lg_picture& p = a.source;
    if (a.rule.kind == LG_CLASS_NONE) return 0;
    int r = lg_level_at(p, 0, x, y), g, b;
    if (p.layout.ycbcr) {
        const int luma = r, u = lg_doubled(p, 1, x, y), v = lg_doubled(p, 2, x, y);
        r = lg_open_red(a.wire, luma, v);
        g = lg_open_green(a.wire, luma, u, v);
        b = lg_open_blue(a.wire, luma, u);
    } else {
        g = lg_level_at(p, 1, x, y);
        b = lg_level_at(p, 2, x, y);
    }
    if (a.rule.kind == LG_CLASS_LIMITS) return lg_limit_class(a.rule, r, g, b);
    const lg_u8* segments = (const lg_u8*)a.classes + 3 * LG_CLASSES * sizeof(lg_u16);
    const float* light = (const float*)(segments + LG_CLASSES + 16);
    return lg_light_class(a.rule, light, segments, lg_level(r), lg_level(g), lg_level(b));
}

// The target's code of component k of a pixel, at its place in the segment.
LG_D int lg_color_code(const lg_false_color_arguments& a, int k, const lg_wide_luma& luma, int at) {
    const int kind = luma.kind[at];
    if (kind) return ((const lg_u16*)a.classes)[k * LG_CLASSES + kind];
    return ((const lg_u16*)a.table)[k * a.row + luma.code[at]];
}

LG_D lg_u16 lg_halved(const lg_false_color_arguments& a, int component, const lg_wide_luma& luma, int x0, int x) {
    const int last = a.target.width - 1;
    int c[5];
#pragma unroll
    for (int k = 0; k < 5; ++k) c[k] = lg_color_code(a, component, luma, lg_edge(x + k - 2, last) - x0 + 2);
    return (lg_u16)lg_chroma_code(lg_chroma_down8(c[0], c[1], c[2], c[3], c[4]), a.low, a.high);
}

LG_D void lg_color(const lg_false_color_arguments& a, int x0, const lg_wide_luma& luma, lg_u16 (*out)[LG_SEGMENT]) {
    for (int j = threadIdx.x; j < LG_SEGMENT; j += LG_THREADS) {
        const int x = x0 + j, inside = x < a.target.width;
        out[0][j] = (lg_u16)(inside ? lg_color_code(a, 0, luma, j + 2) : 0);
        for (int k = 1; k < 3; ++k) {
            if (!a.target.layout.shift_x)
                out[k][j] = (lg_u16)(inside ? lg_color_code(a, k, luma, j + 2) : 0);
            else if (!(j & 1))
                out[k][j >> 1] = inside ? lg_halved(a, k, luma, x0, x) : 0;
        }
    }
}

extern "C" __global__ void __launch_bounds__(LG_THREADS) lg_false_color(const lg_false_color_arguments a) {
    __shared__ lg_wide_luma luma;
    __shared__ lg_segment segment;
    const int x0 = blockIdx.x * LG_SEGMENT, y0 = lg_first_row(a.target, blockIdx.y), apart = lg_row_apart(a.target);
    if (y0 >= a.target.height) return;
    for (int r = 0; r < lg_rows_a_block(a.target) && y0 + r * apart < a.target.height; ++r) {
        for (int j = threadIdx.x; j < LG_SEGMENT + 4; j += LG_THREADS) {
            const int x = x0 - 2 + j;
            if (x < 0 || x >= a.target.width) continue;
            luma.code[j] = (lg_u16)lg_luma_at(a.source, a.wire, x, y0 + r * apart);
            luma.kind[j] = (lg_u8)lg_class_at(a, x, y0 + r * apart);
        }
        __syncthreads();
        lg_color(a, x0, luma, segment.code[r]);
        __syncthreads();
    }
    lg_pack_segment(a.target, x0, y0, segment);
}

// -1 where there is no stripe, else the code of Y' or R'G'B'.
LG_D int lg_paint(const lg_zebra_arguments& a, int x, int y) {
    const int luma = lg_to_10(lg_luma_at(a.picture, a.wire, x, y), a.picture.layout.code_bits);
    return lg_striped(a.stripes, x, y, luma) ? lg_stripe_paint(a.stripes, luma) : -1;
}

// 4:2:0 in its own planes: unpacked chroma is interpolated and would not come back the same. Chroma goes with the even
// pixels of the first of its two rows.
LG_D void lg_zebra_420(const lg_zebra_arguments& a, int x0, int y) {
    const lg_place420 place = lg_gather420(y, a.picture.interlaced);
    const int sited = !place.second && place.row < (a.picture.height + 1) >> 1;
    for (int x = x0 + threadIdx.x; x < x0 + LG_SEGMENT && x < a.picture.width; x += LG_THREADS) {
        const int paint = lg_paint(a, x, y);
        if (paint < 0) continue;
        lg_put_sample(a.picture, 0, x, y, (lg_u32)paint);
        for (int k = 1; k < 3; ++k)
            if (sited && !(x & 1)) lg_put_sample(a.picture, k, x >> 1, place.row, (lg_u32)(a.stripes.neutral));
    }
}

LG_D void lg_zebra_codes(const lg_zebra_arguments& a, int x0, int y, lg_u16 (*out)[LG_SEGMENT]) {
    const lg_picture& p = a.picture;
    for (int j = threadIdx.x; j < LG_SEGMENT; j += LG_THREADS) {
        const int x = x0 + j, inside = x < p.width, paint = inside ? lg_paint(a, x, y) : -1;
        const int drawn = p.layout.ycbcr ? a.stripes.neutral : paint;
        out[0][j] = (lg_u16)(!inside ? 0 : (paint >= 0 ? paint : lg_code_at(p, 0, x, y)));
        for (int k = 1; k < 3; ++k) {
            if (p.layout.shift_x && (j & 1)) continue;
            const int i = p.layout.shift_x ? x >> 1 : x;
            out[k][j >> p.layout.shift_x] = (lg_u16)(!inside ? 0 : (paint >= 0 ? drawn : lg_code_at(p, k, i, y)));
        }
    }
}

// In place: a block reads nothing that another one writes. Grid: one row high for 4:2:0 too.
extern "C" __global__ void __launch_bounds__(LG_THREADS) lg_zebra(const lg_zebra_arguments a) {
    __shared__ lg_segment segment;
    const int x0 = blockIdx.x * LG_SEGMENT, y = blockIdx.y;
    if (a.picture.layout.shift_y) return lg_zebra_420(a, x0, y);
    lg_zebra_codes(a, x0, y, segment.code[0]);
    __syncthreads();
    lg_pack_segment(a.picture, x0, y, segment);
}

// Rows of one plane: `count` bytes of each from `from` put at `into`.
struct lg_place_arguments {
    lg_u64 from, into;
    long long stride;
    int count, unused;
};
static_assert(sizeof(lg_place_arguments) == 32, "as cuda_arguments.py says");

// Grid: groups of LG_THREADS bytes by rows.
extern "C" __global__ void __launch_bounds__(LG_THREADS) lg_place(const lg_place_arguments a) {
    const int i = blockIdx.x * LG_THREADS + threadIdx.x;
    const lg_u64 at = (lg_u64)(blockIdx.y * a.stride + i);
    if (i < a.count) ((lg_u8*)a.into)[at] = ((const lg_u8*)a.from)[at];
}

// livegrade/engine/compare.py, Mix: (one * a + other * b + bias) / 256, rounded down and held.
struct lg_mix_arguments {
    lg_picture a, b, into;
    int one, other, bias, chroma_bias, low, high;
};
static_assert(sizeof(lg_mix_arguments) == 336, "as cuda_arguments.py says");

LG_D lg_u16 lg_mixed(const lg_mix_arguments& m, int k, lg_u32 a, lg_u32 b) {
    const int bias = k && m.into.layout.ycbcr ? m.chroma_bias : m.bias;
    const int sum = (m.one * (int)a + m.other * (int)b + bias) >> 8;
    return (lg_u16)(sum < m.low ? m.low : (sum > m.high ? m.high : sum));
}

// 4:2:0 in its own planes: unpacked chroma is interpolated and would not come back the same.
LG_D void lg_mix_420(const lg_mix_arguments& m, int x0, int y) {
    const int rows = (m.into.height + 1) >> 1, width = lg_chroma_width(m.into);
    const int samples = (int)(m.into.plane[0].stride / m.into.layout.bytes);
    for (int x = x0 + threadIdx.x; x < x0 + LG_SEGMENT; x += LG_THREADS) {
        if (x < samples)
            lg_put_sample(m.into, 0, x, y,
                          x < m.into.width
                              ? lg_mixed(m, 0, lg_planar_sample(m.a, 0, x, y), lg_planar_sample(m.b, 0, x, y))
                              : (lg_u16)0);
        for (int k = 1; k < 3 && y < rows; ++k)
            if (x < width)
                lg_put_sample(m.into, k, x, y,
                              lg_mixed(m, k, lg_planar_sample(m.a, k, x, y), lg_planar_sample(m.b, k, x, y)));
    }
}

// Grid: one row high for 4:2:0 too.
extern "C" __global__ void __launch_bounds__(LG_THREADS) lg_mix_pictures(const lg_mix_arguments a) {
    __shared__ lg_segment segment;
    const int x0 = blockIdx.x * LG_SEGMENT, y = blockIdx.y;
    if (a.into.layout.shift_y) return lg_mix_420(a, x0, y);
    for (int j = threadIdx.x; j < LG_SEGMENT; j += LG_THREADS)
        for (int k = 0; k < 3; ++k) {
            const int shift = k ? a.into.layout.shift_x : 0, i = (x0 >> shift) + j;
            if (j >= LG_SEGMENT >> shift) continue;
            const int inside = i < (k ? lg_chroma_width(a.into) : a.into.width);
            segment.code[0][k][j] =
                inside ? lg_mixed(a, k, lg_code_at(a.a, k, i, y), lg_code_at(a.b, k, i, y)) : (lg_u16)0;
        }
    __syncthreads();
    lg_pack_segment(a.into, x0, y, segment);
}
