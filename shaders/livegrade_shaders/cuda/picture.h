// Pictures in device memory: what the host says about one, and the code of any sample of any layout. Included by every
// kernel text; host counterpart: livegrade/engine/cuda_arguments.py, which has the same members in the same order.
#pragma once

#include "livegrade/pack.h"

// A header offers more than each text uses.
#define LG_D [[maybe_unused]] static __device__ __forceinline__

enum { lg_v210 = 0, lg_uyvy = 1, lg_rgb10 = 2, lg_rgb12 = 3, lg_bgra = 4, lg_planar = 5 };

// One layout. `family` is one of the above; the rest makes members of a family differ:
// swap: words are big endian; low: unused bits below a sample (planar, rgb10); bytes: container of a planar sample;
// step: containers from one chroma sample to the next (2: CbCr pairs); shift_x, shift_y: chroma subsampling.
struct lg_layout {
    int family, ycbcr, bits, code_bits, low, swap, bytes, step, shift_x, shift_y;
};

struct lg_plane {
    lg_u64 data;  // device address; 0: the plane does not exist, and its samples are neutral
    long long stride;
};

// Planes in the order of codes (Y' Cb Cr or R G B), whatever their order in memory; layouts of words have one.
struct lg_picture {
    lg_plane plane[3];
    lg_layout layout;
    int width, height;
    int interlaced;  // chroma of 4:2:0 belongs to one of two fields
    int unused;
};
static_assert(sizeof(lg_layout) == 40 && sizeof(lg_picture) == 104, "as cuda_arguments.py says");

LG_D lg_u8* lg_row(const lg_plane& plane, int y) { return (lg_u8*)(plane.data + (lg_u64)(plane.stride * y)); }

// Index i of 0..last, held at the ends.
LG_D int lg_edge(int i, int last) { return i < 0 ? 0 : (i > last ? last : i); }

LG_D int lg_chroma_width(const lg_picture& p) { return (p.width + p.layout.shift_x) >> p.layout.shift_x; }

// The chroma sample right of pixel x, or the one that x is sited with; held at the last.
LG_D int lg_next_chroma(const lg_picture& p, int x) {
    return lg_edge((x + p.layout.shift_x) >> p.layout.shift_x, lg_chroma_width(p) - 1);
}

LG_D lg_u32 lg_word(const lg_picture& p, int i, int y) {
    const lg_u32 word = ((const lg_u32*)lg_row(p.plane[0], y))[i];
    return p.layout.swap ? lg_swap32(word) : word;
}

LG_D lg_u32 lg_word_sample(lg_u32 r, lg_u32 g, lg_u32 b, int k) { return k == 0 ? r : (k == 1 ? g : b); }

// Stored sample i of component k in row y of its plane; samples above the depth read as the largest.
LG_D lg_u32 lg_planar_sample(const lg_picture& p, int k, int i, int y) {
    const lg_layout& layout = p.layout;
    if (p.plane[k].data == 0) return 1u << (layout.bits - 1);
    const lg_u8* row = lg_row(p.plane[k], y);
    const int at = k == 0 ? i : i * layout.step;
    const lg_u32 word = layout.bytes == 1 ? row[at] : ((const lg_u16*)row)[at];
    return lg_at_most(word >> layout.low, (1u << layout.bits) - 1u);
}

LG_D lg_u32 lg_planar_code(const lg_picture& p, int k, int i, int y) {
    if (!p.layout.shift_y) return lg_planar_sample(p, k, i, y);
    if (k == 0) return lg_luma420(lg_planar_sample(p, 0, i, y), p.layout.bits);
    const lg_rows420 rows = lg_spread420(y, (p.height + 1) >> 1, p.interlaced);
    const lg_u32 near_code = lg_planar_sample(p, k, i, rows.near_row), far_code = lg_planar_sample(p, k, i, rows.far_row);
    return lg_chroma420(near_code, far_code, rows.weight, p.layout.bits);
}

// Code of component k at row y of the picture and column i of that component (chroma has its own columns), at the
// depth code_bits: what livegrade/video/codes.py, unpack, says.
LG_D lg_u32 lg_code_at(const lg_picture& p, int k, int i, int y) {
    lg_u16 r, g, b, luma[2];
    switch (p.layout.family) {
        case lg_v210: {
            const int place = lg_v210_place(k, i);
            return lg_v210_sample(lg_word(p, place / 3, y), place);
        }
        case lg_uyvy:
            lg_uyvy_get(lg_word(p, k == 0 ? i >> 1 : i, y), luma, &g, &b);
            return lg_word_sample((i & 1) ? luma[1] : luma[0], g, b, k);
        case lg_rgb10:
            lg_rgb10_get(lg_word(p, i, y), p.layout.low, &r, &g, &b);
            return lg_word_sample(r, g, b, k);
        case lg_rgb12: {
            const int word = (i >> 3) * 9 + (i & 7);
            lg_rgb12_get(lg_word(p, word, y), lg_word(p, word + 1, y), i & 7, &r, &g, &b);
            return lg_word_sample(r, g, b, k);
        }
        case lg_bgra:
            lg_bgra_get(lg_word(p, i, y), &r, &g, &b);
            return lg_word_sample(r, g, b, k);
        default: return lg_planar_code(p, k, i, y);
    }
}
