// Samples in and out of packed words, shared by the CPU kernels and the CUDA text. No includes, no pointers to pixels:
// callers load and store the words as suits their machine, so that this compiles under NVRTC as it stands.
//
// Words are 32-bit values as a little-endian machine loads them; the layouts that are big endian in memory (r210,
// R10b, R12B) go through lg_swap32 first. Codes given to the put functions must fit the depth of the layout.
#pragma once

#ifdef __CUDACC__
#define LG_HD __host__ __device__ __forceinline__
#else
#define LG_HD static inline
#endif
#define LG_RESTRICT __restrict

typedef unsigned char lg_u8;
typedef unsigned short lg_u16;
typedef unsigned int lg_u32;
typedef unsigned long long lg_u64;

LG_HD lg_u32 lg_swap32(lg_u32 w) {
    return (w >> 24) | ((w >> 8) & 0xff00u) | ((w << 8) & 0xff0000u) | (w << 24);
}

LG_HD lg_u16 lg_at_most(lg_u32 code, lg_u32 top) { return (lg_u16)(code < top ? code : top); }

// v210: 6 pixels in 4 words, three 10-bit samples a word from the low end:
// Cb0 Y0 Cr0 | Y1 Cb1 Y2 | Cr1 Y3 Cb2 | Y4 Cr2 Y5. Source: Apple, Uncompressed Y'CbCr Video in QuickTime Files, 'v210'.
LG_HD void lg_v210_get(const lg_u32 w[4], lg_u16 y[6], lg_u16 cb[3], lg_u16 cr[3]) {
    cb[0] = (lg_u16)(w[0] & 1023u);
    y[0] = (lg_u16)((w[0] >> 10) & 1023u);
    cr[0] = (lg_u16)((w[0] >> 20) & 1023u);
    y[1] = (lg_u16)(w[1] & 1023u);
    cb[1] = (lg_u16)((w[1] >> 10) & 1023u);
    y[2] = (lg_u16)((w[1] >> 20) & 1023u);
    cr[1] = (lg_u16)(w[2] & 1023u);
    y[3] = (lg_u16)((w[2] >> 10) & 1023u);
    cb[2] = (lg_u16)((w[2] >> 20) & 1023u);
    y[4] = (lg_u16)(w[3] & 1023u);
    cr[2] = (lg_u16)((w[3] >> 10) & 1023u);
    y[5] = (lg_u16)((w[3] >> 20) & 1023u);
}

LG_HD void lg_v210_put(const lg_u16 y[6], const lg_u16 cb[3], const lg_u16 cr[3], lg_u32 w[4]) {
    w[0] = cb[0] | ((lg_u32)y[0] << 10) | ((lg_u32)cr[0] << 20);
    w[1] = y[1] | ((lg_u32)cb[1] << 10) | ((lg_u32)y[2] << 20);
    w[2] = cr[1] | ((lg_u32)y[3] << 10) | ((lg_u32)cb[2] << 20);
    w[3] = y[4] | ((lg_u32)cr[2] << 10) | ((lg_u32)y[5] << 20);
}

// The same sample by sample: its place in the row's stream, three a word. k = 0: Y' of pixel i; 1, 2: Cb, Cr number i.
LG_HD int lg_v210_place(int k, int i) { return k == 0 ? 2 * i + 1 : 4 * i + (k == 1 ? 0 : 2); }
LG_HD lg_u32 lg_v210_sample(lg_u32 word, int place) { return (word >> (10 * (place % 3))) & 1023u; }

// UYVY (2vuy): 2 pixels in 1 word, bytes Cb Y0 Cr Y1.
LG_HD void lg_uyvy_get(lg_u32 w, lg_u16 y[2], lg_u16* cb, lg_u16* cr) {
    *cb = (lg_u16)(w & 255u);
    y[0] = (lg_u16)((w >> 8) & 255u);
    *cr = (lg_u16)((w >> 16) & 255u);
    y[1] = (lg_u16)(w >> 24);
}

LG_HD lg_u32 lg_uyvy_put(lg_u32 y0, lg_u32 y1, lg_u32 cb, lg_u32 cr) { return cb | (y0 << 8) | (cr << 16) | (y1 << 24); }

// BGRA: 1 pixel in 1 word, bytes B G R A. Alpha is dropped, and written opaque.
LG_HD void lg_bgra_get(lg_u32 w, lg_u16* r, lg_u16* g, lg_u16* b) {
    *b = (lg_u16)(w & 255u);
    *g = (lg_u16)((w >> 8) & 255u);
    *r = (lg_u16)((w >> 16) & 255u);
}

LG_HD lg_u32 lg_bgra_put(lg_u32 r, lg_u32 g, lg_u32 b) { return b | (g << 8) | (r << 16) | 0xff000000u; }

// Three 10-bit samples in a word: R G B from the high end, `low` unused bits below (0: r210, 2: R10l and R10b).
// Source: DeckLink SDK manual, section 3.4, bmdFormat10BitRGB, bmdFormat10BitRGBXLE, bmdFormat10BitRGBX.
LG_HD void lg_rgb10_get(lg_u32 w, int low, lg_u16* r, lg_u16* g, lg_u16* b) {
    w >>= low;
    *b = (lg_u16)(w & 1023u);
    *g = (lg_u16)((w >> 10) & 1023u);
    *r = (lg_u16)((w >> 20) & 1023u);
}

LG_HD lg_u32 lg_rgb10_put(lg_u32 r, lg_u32 g, lg_u32 b, int low) { return ((r << 20) | (g << 10) | b) << low; }

// R12L and (words swapped) R12B: 8 pixels in 9 words, a stream of 12-bit samples R0 G0 B0 R1... from the low end, so
// that pixel i, 36 bits, begins 4 i bits into word i. Source: DeckLink SDK manual, bmdFormat12BitRGB ("SMPTE 268M (DPX)
// annex C, method C4 packing"); the same in pypixelpack.
LG_HD void lg_rgb12_get(lg_u32 word, lg_u32 next, int i, lg_u16* r, lg_u16* g, lg_u16* b) {
    const lg_u64 pixel = (word | ((lg_u64)next << 32)) >> (4 * i);
    *r = (lg_u16)(pixel & 4095u);
    *g = (lg_u16)((pixel >> 12) & 4095u);
    *b = (lg_u16)((pixel >> 24) & 4095u);
}

// What pixel i adds to word i (low half) and to word i + 1 (high half).
LG_HD lg_u64 lg_rgb12_put(lg_u32 r, lg_u32 g, lg_u32 b, int i) {
    return (r | ((lg_u64)g << 12) | ((lg_u64)b << 24)) << (4 * i);
}

// Chroma of 4:2:0 at full height, two bits deeper: `weight` eighths of the nearest row, the rest of the second nearest
// (lg_rows420), halves up. `bits`: depth of the samples. Where two more bits do not fit, the result has the same depth.
LG_HD lg_u16 lg_chroma420(lg_u32 near_row, lg_u32 far_row, int weight, int bits) {
    const lg_u32 eighths = (lg_u32)weight * near_row + (lg_u32)(8 - weight) * far_row;
    return (lg_u16)(bits > 14 ? (eighths + 4u) >> 3 : (eighths + 1u) >> 1);
}
LG_HD lg_u16 lg_luma420(lg_u32 code, int bits) { return (lg_u16)(bits > 14 ? code : code << 2); }

// Two rows made one row of chroma: `weight` quarters of the first, the rest of the second, halves up.
LG_HD lg_u32 lg_halved420(lg_u32 first, lg_u32 second, int weight) {
    return ((lg_u32)weight * first + (lg_u32)(4 - weight) * second + 2u) >> 2;
}

// Which chroma rows make row `y` of the picture; livegrade/video/siting.py has the sources.
struct lg_rows420 {
    int near_row, far_row, weight;
};

// Row `line` of a field's chroma, or of the whole chroma (`fields` 1), held at the ends.
LG_HD int lg_field_row(int line, int field, int fields, int chroma_rows) {
    const int last = (chroma_rows - field + fields - 1) / fields - 1;
    const int row = fields * (line < 0 ? 0 : (line > last ? (last < 0 ? 0 : last) : line)) + field;
    return row < chroma_rows ? row : chroma_rows - 1;
}

LG_HD struct lg_rows420 lg_spread420(int y, int chroma_rows, int interlaced) {
    const int fields = interlaced ? 2 : 1, field = interlaced ? y & 1 : 0, line = interlaced ? y >> 1 : y;
    const int lower = line & 1;
    struct lg_rows420 rows;
    rows.near_row = lg_field_row(line >> 1, field, fields, chroma_rows);
    rows.far_row = lg_field_row((line >> 1) + (lower ? 1 : -1), field, fields, chroma_rows);
    rows.weight = !interlaced ? 6 : (lower == field ? 7 : 5);
    return rows;
}

// Which chroma row is made of row `y` of the picture (at or beyond the last: none), whether it is the second row of its
// pair, and the quarters that the first one counts.
struct lg_place420 {
    int row, second, weight;
};

LG_HD struct lg_place420 lg_gather420(int y, int interlaced) {
    struct lg_place420 place;
    place.row = interlaced ? 2 * (y >> 2) + (y & 1) : y >> 1;
    place.second = interlaced ? (y >> 1) & 1 : y & 1;
    place.weight = !interlaced ? 2 : ((y & 1) ? 1 : 3);
    return place;
}
