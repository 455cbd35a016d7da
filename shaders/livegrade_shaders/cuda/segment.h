// Packing a segment of a row: codes in shared memory to words in device memory, any layout. A block works on one
// segment, of one row or (4:2:0) of two. Segments begin at multiples of every group and row block of the
// layouts (6, 8, 48 and 64 pixels), so that no word belongs to two blocks and the last block covers a row's padding.
#pragma once

#include "picture.h"

#define LG_SEGMENT 384
#define LG_THREADS 192

// Codes of up to two rows of a segment at the depth of the layout; chroma at its own width. Zero beyond the picture.
struct lg_segment {
    lg_u16 code[2][3][LG_SEGMENT];
};

LG_D void lg_pack_v210(const lg_picture& p, int x0, int y, const lg_u16 (*code)[LG_SEGMENT]) {
    const int groups = (int)(p.plane[0].stride / 16);
    for (int j = threadIdx.x; j < LG_SEGMENT / 6 && x0 / 6 + j < groups; j += LG_THREADS) {
        lg_u32 w[4];
        lg_v210_put(code[0] + 6 * j, code[1] + 3 * j, code[2] + 3 * j, w);
        ((uint4*)lg_row(p.plane[0], y))[x0 / 6 + j] = make_uint4(w[0], w[1], w[2], w[3]);
    }
}

// Word j of the 9 words of pixels 8 * (j / 9)...: the low half of its own pixel and the high half of the one before.
LG_D lg_u32 lg_rgb12_word(const lg_u16 (*code)[LG_SEGMENT], int j) {
    const int at = j % 9, x = j / 9 * 8 + at;
    lg_u32 word = 0;
    if (at < 8) word = (lg_u32)lg_rgb12_put(code[0][x], code[1][x], code[2][x], at);
    if (at > 0) word |= (lg_u32)(lg_rgb12_put(code[0][x - 1], code[1][x - 1], code[2][x - 1], at - 1) >> 32);
    return word;
}

LG_D lg_u32 lg_packed_word(const lg_layout& layout, const lg_u16 (*code)[LG_SEGMENT], int j) {
    switch (layout.family) {
        case lg_uyvy: return lg_uyvy_put(code[0][2 * j], code[0][2 * j + 1], code[1][j], code[2][j]);
        case lg_rgb10: return lg_rgb10_put(code[0][j], code[1][j], code[2][j], layout.low);
        case lg_rgb12: return lg_rgb12_word(code, j);
        default: return lg_bgra_put(code[0][j], code[1][j], code[2][j]);
    }
}

LG_D void lg_pack_words(const lg_picture& p, int x0, int y, const lg_u16 (*code)[LG_SEGMENT]) {
    const int family = p.layout.family;
    const int count = family == lg_uyvy ? LG_SEGMENT / 2 : (family == lg_rgb12 ? LG_SEGMENT / 8 * 9 : LG_SEGMENT);
    const int first = x0 / LG_SEGMENT * count, words = (int)(p.plane[0].stride / 4);
    lg_u32* row = (lg_u32*)lg_row(p.plane[0], y);
    for (int j = threadIdx.x; j < count && first + j < words; j += LG_THREADS) {
        const lg_u32 word = lg_packed_word(p.layout, code, j);
        row[first + j] = p.layout.swap ? lg_swap32(word) : word;
    }
}

LG_D void lg_put_sample(const lg_picture& p, int k, int i, int y, lg_u32 code) {
    lg_u8* row = lg_row(p.plane[k], y);
    const int at = k == 0 ? i : i * p.layout.step;
    if (p.layout.bytes == 1)
        row[at] = (lg_u8)code;
    else
        ((lg_u16*)row)[at] = (lg_u16)(code << p.layout.low);
}

LG_D void lg_pack_luma(const lg_picture& p, int x0, int y, const lg_u16* code) {
    const int samples = (int)(p.plane[0].stride / p.layout.bytes);
    for (int j = threadIdx.x; j < LG_SEGMENT && x0 + j < samples; j += LG_THREADS) lg_put_sample(p, 0, x0 + j, y, code[j]);
}

// A block's rows: one, or (4:2:0) two that make one row of chroma, which are neighbours in the picture or in a field.
LG_D int lg_rows_a_block(const lg_picture& p) { return 1 + p.layout.shift_y; }
LG_D int lg_row_apart(const lg_picture& p) { return p.interlaced ? 2 : 1; }
LG_D int lg_first_row(const lg_picture& p, int block) {
    if (!p.layout.shift_y) return block;
    return p.interlaced ? 4 * (block >> 1) + (block & 1) : 2 * block;
}

// Of 4:2:0 both rows made one; a lone last row as it is.
LG_D void lg_pack_chroma(const lg_picture& p, int k, int x0, int y, const lg_segment& s) {
    const int first = x0 >> p.layout.shift_x, count = LG_SEGMENT >> p.layout.shift_x, width = lg_chroma_width(p);
    const int pair = p.layout.shift_y && y + lg_row_apart(p) < p.height;
    const lg_place420 place = lg_gather420(y, p.interlaced);
    if (p.layout.shift_y && place.row >= (p.height + 1) >> 1) return;
    for (int j = threadIdx.x; j < count && first + j < width; j += LG_THREADS) {
        const lg_u32 one = s.code[0][k][j], code = pair ? lg_halved420(one, s.code[1][k][j], place.weight) : one;
        lg_put_sample(p, k, first + j, p.layout.shift_y ? place.row : y, code);
    }
}

// The segment that begins at pixel x0 of row y (4:2:0: of that row and of its fellow). By all threads of a block, after
// a barrier.
LG_D void lg_pack_segment(const lg_picture& p, int x0, int y, const lg_segment& s) {
    if (p.layout.family == lg_v210) return lg_pack_v210(p, x0, y, s.code[0]);
    if (p.layout.family != lg_planar) return lg_pack_words(p, x0, y, s.code[0]);
    const int second = y + lg_row_apart(p);
    lg_pack_luma(p, x0, y, s.code[0][0]);
    if (p.layout.shift_y && second < p.height) lg_pack_luma(p, x0, second, s.code[1][0]);
    for (int k = 1; k < 3; ++k)
        if (p.plane[k].data != 0) lg_pack_chroma(p, k, x0, y, s);
}
