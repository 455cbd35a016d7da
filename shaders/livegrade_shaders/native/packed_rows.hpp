// Rows of the layouts that pack several samples into 32-bit words. Only layout_kernels.cpp includes this, inside one
// instruction-set level.
#pragma once

#include <cstring>

#include "image.hpp"
#include "livegrade/pack.h"
#include "rgb12_blocks.hpp"
#include "v210_blocks.hpp"

namespace livegrade::LG_ISA {

namespace {

static lg_u32 load32(const lg_u8* p) {
    lg_u32 word;
    std::memcpy(&word, p, 4);
    return word;
}
static void store32(lg_u8* p, lg_u32 word) { std::memcpy(p, &word, 4); }

template <bool big_endian>
lg_u32 load_word(const lg_u8* p) {
    return big_endian ? lg_swap32(load32(p)) : load32(p);
}
template <bool big_endian>
void store_word(lg_u8* p, lg_u32 word) {
    store32(p, big_endian ? lg_swap32(word) : word);
}

// Zero from byte `from` of a row to the end of its padding, as far as the stride has room.
static void zero_padding(const PlaneView& plane, lg_u8* row, int from, int padded) {
    const long long stride = plane.stride < 0 ? -plane.stride : plane.stride;
    const int full = (from + padded - 1) / padded * padded;
    const int end = full < stride ? full : static_cast<int>(stride);
    for (int i = from; i < end; ++i) row[i] = 0;
}

struct V210 {
    static void unpack_group(const lg_u8* row, lg_u16* c0, lg_u16* c1, lg_u16* c2) {
        lg_u32 w[4];
        std::memcpy(w, row, sizeof w);
        lg_v210_get(w, c0, c1, c2);
    }
    // `n` of the 6 pixels of a group; the padding inside it is written as zero.
    static void pack_group(const lg_u16* c0, const lg_u16* c1, const lg_u16* c2, int n, lg_u8* row) {
        lg_u32 w[4];
        lg_u16 luma[6] = {}, cb[3] = {}, cr[3] = {};
        for (int i = 0; i < n; ++i) luma[i] = lg_at_most(c0[i], 1023u);
        for (int i = 0; 2 * i < n; ++i) cb[i] = lg_at_most(c1[i], 1023u);
        for (int i = 0; 2 * i < n; ++i) cr[i] = lg_at_most(c2[i], 1023u);
        lg_v210_put(luma, cb, cr, w);
        std::memcpy(row, w, sizeof w);
    }

    static void unpack(const Image& image, int y, lg_u16* c0, lg_u16* c1, lg_u16* c2) {
        const lg_u8* row = row_of(image.plane[0], y);
        const int width = image.width;
        int x = v210_unpack_blocks(row, width, c0, c1, c2);
        for (; x + 6 <= width; x += 6) unpack_group(row + x / 6 * 16, c0 + x, c1 + x / 2, c2 + x / 2);
        if (x == width) return;
        lg_u16 luma[6], cb[3], cr[3];
        unpack_group(row + x / 6 * 16, luma, cb, cr);
        const int n = width - x;
        for (int i = 0; i < n; ++i) c0[x + i] = luma[i];
        for (int i = 0; 2 * i < n; ++i) c1[x / 2 + i] = cb[i];
        for (int i = 0; 2 * i < n; ++i) c2[x / 2 + i] = cr[i];
    }
    static void pack(const Image& image, int y, const lg_u16* c0, const lg_u16* c1, const lg_u16* c2) {
        lg_u8* row = row_of(image.plane[0], y);
        const int width = image.width;
        int x = v210_pack_blocks(c0, c1, c2, width, row);
        for (; x + 6 <= width; x += 6) pack_group(c0 + x, c1 + x / 2, c2 + x / 2, 6, row + x / 6 * 16);
        if (x < width) pack_group(c0 + x, c1 + x / 2, c2 + x / 2, width - x, row + x / 6 * 16);
        zero_padding(image.plane[0], row, (width + 5) / 6 * 16, 128);
    }
};

// Rows of odd width end with one unused Y' sample.
struct Uyvy {
    static void unpack(const Image& image, int y, lg_u16* LG_RESTRICT c0, lg_u16* LG_RESTRICT c1,
                       lg_u16* LG_RESTRICT c2) {
        const lg_u8* LG_RESTRICT row = row_of(image.plane[0], y);
        const int pairs = (image.width + 1) / 2;
        for (int i = 0; i < image.width; ++i) c0[i] = row[2 * i + 1];
        for (int i = 0; i < pairs; ++i) {
            const lg_u32 word = load32(row + 4 * i);
            c1[i] = static_cast<lg_u16>(word & 255u);
            c2[i] = static_cast<lg_u16>((word >> 16) & 255u);
        }
    }
    static void pack(const Image& image, int y, const lg_u16* LG_RESTRICT c0, const lg_u16* LG_RESTRICT c1,
                     const lg_u16* LG_RESTRICT c2) {
        lg_u8* LG_RESTRICT row = row_of(image.plane[0], y);
        const int whole = image.width / 2;
        for (int i = 0; i < whole; ++i)
            store32(row + 4 * i, lg_uyvy_put(lg_at_most(c0[2 * i], 255u), lg_at_most(c0[2 * i + 1], 255u),
                                             lg_at_most(c1[i], 255u), lg_at_most(c2[i], 255u)));
        if (image.width & 1)
            store32(row + 4 * whole, lg_uyvy_put(lg_at_most(c0[2 * whole], 255u), 0, lg_at_most(c1[whole], 255u),
                                                 lg_at_most(c2[whole], 255u)));
    }
};

struct Bgra {
    static void unpack(const Image& image, int y, lg_u16* LG_RESTRICT c0, lg_u16* LG_RESTRICT c1,
                       lg_u16* LG_RESTRICT c2) {
        const lg_u8* LG_RESTRICT row = row_of(image.plane[0], y);
        for (int i = 0; i < image.width; ++i) lg_bgra_get(load32(row + 4 * i), c0 + i, c1 + i, c2 + i);
    }
    static void pack(const Image& image, int y, const lg_u16* LG_RESTRICT c0, const lg_u16* LG_RESTRICT c1,
                     const lg_u16* LG_RESTRICT c2) {
        lg_u8* LG_RESTRICT row = row_of(image.plane[0], y);
        const int width = image.width;  // read once: bytes stored may alias it
        for (int i = 0; i < width; ++i)
            store32(row + 4 * i,
                    lg_bgra_put(lg_at_most(c0[i], 255u), lg_at_most(c1[i], 255u), lg_at_most(c2[i], 255u)));
    }
};

template <bool big_endian, int low>
struct Rgb10 {
    static void unpack(const Image& image, int y, lg_u16* LG_RESTRICT c0, lg_u16* LG_RESTRICT c1,
                       lg_u16* LG_RESTRICT c2) {
        const lg_u8* LG_RESTRICT row = row_of(image.plane[0], y);
        for (int i = 0; i < image.width; ++i)
            lg_rgb10_get(load_word<big_endian>(row + 4 * i), low, c0 + i, c1 + i, c2 + i);
    }
    static void pack(const Image& image, int y, const lg_u16* LG_RESTRICT c0, const lg_u16* LG_RESTRICT c1,
                     const lg_u16* LG_RESTRICT c2) {
        lg_u8* LG_RESTRICT row = row_of(image.plane[0], y);
        const int width = image.width;  // read once: bytes stored may alias it
        for (int i = 0; i < width; ++i)
            store_word<big_endian>(row + 4 * i, lg_rgb10_put(lg_at_most(c0[i], 1023u), lg_at_most(c1[i], 1023u),
                                                             lg_at_most(c2[i], 1023u), low));
        zero_padding(image.plane[0], row, 4 * width, 256);
    }
};

template <bool big_endian>
struct Rgb12 {
    static void unpack_group(const lg_u8* row, int n, lg_u16* LG_RESTRICT r, lg_u16* LG_RESTRICT g,
                             lg_u16* LG_RESTRICT b) {
        lg_u32 w[9];
        for (int i = 0; i < 9; ++i) w[i] = load_word<big_endian>(row + 4 * i);
        for (int i = 0; i < n; ++i) lg_rgb12_get(w[i], w[i + 1], i, r + i, g + i, b + i);
    }
    static void pack_group(const lg_u16* LG_RESTRICT r, const lg_u16* LG_RESTRICT g, const lg_u16* LG_RESTRICT b, int n,
                           lg_u8* row) {
        lg_u32 carried = 0;
        for (int i = 0; i < 8; ++i) {
            lg_u64 pixel = 0;
            if (i < n)
                pixel = lg_rgb12_put(lg_at_most(r[i], 4095u), lg_at_most(g[i], 4095u), lg_at_most(b[i], 4095u), i);
            store_word<big_endian>(row + 4 * i, static_cast<lg_u32>(pixel) | carried);
            carried = static_cast<lg_u32>(pixel >> 32);
        }
        store_word<big_endian>(row + 32, carried);
    }

    static void unpack(const Image& image, int y, lg_u16* c0, lg_u16* c1, lg_u16* c2) {
        const lg_u8* row = row_of(image.plane[0], y);
        const int width = image.width;
        int x = rgb12_unpack_blocks<big_endian>(row, width, c0, c1, c2);
        row += x / 8 * 36;
        for (; x + 8 <= width; x += 8, row += 36) unpack_group(row, 8, c0 + x, c1 + x, c2 + x);
        if (x < width) unpack_group(row, width - x, c0 + x, c1 + x, c2 + x);
    }
    static void pack(const Image& image, int y, const lg_u16* c0, const lg_u16* c1, const lg_u16* c2) {
        lg_u8* row = row_of(image.plane[0], y);
        const int width = image.width;
        int x = rgb12_pack_blocks<big_endian>(c0, c1, c2, width, row);
        row += x / 8 * 36;
        for (; x + 8 <= width; x += 8, row += 36) pack_group(c0 + x, c1 + x, c2 + x, 8, row);
        if (x < width) pack_group(c0 + x, c1 + x, c2 + x, width - x, row);
    }
};

}  // namespace

}  // namespace livegrade::LG_ISA
