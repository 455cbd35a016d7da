// Rows of the layouts whose samples lie in planes, as templates over container, depth, position and subsampling. Only
// layout_kernels.cpp includes this, inside one instruction-set level.
#pragma once

#include <cstring>
#include <type_traits>

#include "image.hpp"
#include "livegrade/pack.h"

namespace livegrade::LG_ISA {

namespace {

using Out = lg_u16* LG_RESTRICT;
using In = const lg_u16* LG_RESTRICT;

// Samples of a plane: S is the container, `low` the unused bits below the sample, `step` 2 for CbCr pairs.
template <class S, int bits, int low, int step>
struct Samples {
    static constexpr lg_u32 top = (1u << bits) - 1u;

    static lg_u32 get(const lg_u8* row, int i) {
        S word;
        std::memcpy(&word, row + i * step * static_cast<int>(sizeof(S)), sizeof(S));
        return lg_at_most(static_cast<lg_u32>(word) >> low, top);
    }
    static void put(lg_u8* row, int i, lg_u32 code) {
        const S word = static_cast<S>(lg_at_most(code, top) << low);
        std::memcpy(row + i * step * static_cast<int>(sizeof(S)), &word, sizeof(S));
    }

    static void unpack(const lg_u8* LG_RESTRICT row, int n, Out codes) {
        for (int i = 0; i < n; ++i) codes[i] = static_cast<lg_u16>(get(row, i));
    }
    static void unpack_luma420(const lg_u8* LG_RESTRICT row, int n, Out codes) {
        for (int i = 0; i < n; ++i) codes[i] = lg_luma420(get(row, i), bits);
    }
    template <int weight>
    static void unpack_chroma420(const lg_u8* LG_RESTRICT near_row, const lg_u8* LG_RESTRICT far_row, int n,
                                 Out codes) {
        for (int i = 0; i < n; ++i) codes[i] = lg_chroma420(get(near_row, i), get(far_row, i), weight, bits);
    }
    static void pack(In codes, int n, lg_u8* LG_RESTRICT row) {
        for (int i = 0; i < n; ++i) put(row, i, codes[i]);
    }
    // The second row of a pair meets the first one, which lies in the plane already.
    template <int weight>
    static void pack_second(In codes, int n, lg_u8* LG_RESTRICT row) {
        for (int i = 0; i < n; ++i) put(row, i, lg_halved420(get(row, i), lg_at_most(codes[i], top), weight));
    }
};

// CbCr pairs of one row, both samples at once: twice as fast as two passes that store every second sample.
template <class S, int bits, int low>
void pack_pairs(In c1, In c2, int n, lg_u8* LG_RESTRICT row) {
    using Word = std::conditional_t<sizeof(S) == 1, lg_u16, lg_u32>;
    constexpr lg_u32 top = (1u << bits) - 1u;
    for (int i = 0; i < n; ++i) {
        const lg_u32 cb = static_cast<lg_u32>(lg_at_most(c1[i], top)) << low;
        const lg_u32 cr = static_cast<lg_u32>(lg_at_most(c2[i], top)) << low;
        const Word word = static_cast<Word>(cb | (cr << (8 * sizeof(S))));
        std::memcpy(row + i * static_cast<int>(sizeof word), &word, sizeof word);
    }
}

// Chroma rows of one sample sequence (a plane, or every second sample of one) at picture row `y`. Weights are constants
// of their loops: three shifts and adds are faster than a multiplication.
template <class C, int bits, int shift_y>
struct ChromaRows {
    static void unpack(const Image& image, int k, int first, int y, int n, lg_u16* codes) {
        const PlaneView& plane = image.plane[k];
        if constexpr (shift_y) {
            const lg_rows420 rows = lg_spread420(y, (image.height + 1) >> 1, image.interlaced);
            const lg_u8 *near_row = row_of(plane, rows.near_row) + first, *far_row = row_of(plane, rows.far_row) + first;
            if (rows.weight == 6)
                C::template unpack_chroma420<6>(near_row, far_row, n, codes);
            else if (rows.weight == 7)
                C::template unpack_chroma420<7>(near_row, far_row, n, codes);
            else
                C::template unpack_chroma420<5>(near_row, far_row, n, codes);
        } else {
            C::unpack(row_of(plane, y) + first, n, codes);
        }
    }
    static void pack(const Image& image, int k, int first, int y, int n, const lg_u16* codes) {
        const PlaneView& plane = image.plane[k];
        if constexpr (shift_y) {
            const lg_place420 place = lg_gather420(y, image.interlaced);
            if (place.row >= (image.height + 1) >> 1) return;
            lg_u8* row = row_of(plane, place.row) + first;
            if (!place.second)
                C::pack(codes, n, row);
            else if (place.weight == 2)
                C::template pack_second<2>(codes, n, row);
            else if (place.weight == 3)
                C::template pack_second<3>(codes, n, row);
            else
                C::template pack_second<1>(codes, n, row);
        } else {
            C::pack(codes, n, row_of(plane, y) + first);
        }
    }
};

template <class L, int shift_y>
void unpack_luma(const Image& image, int y, lg_u16* codes) {
    if constexpr (shift_y)
        L::unpack_luma420(row_of(image.plane[0], y), image.width, codes);
    else
        L::unpack(row_of(image.plane[0], y), image.width, codes);
}

template <class S, int bits, int shift_x, int shift_y>
struct Planar {
    using Plane = Samples<S, bits, 0, 1>;
    using Chroma = ChromaRows<Plane, bits, shift_y>;

    static void unpack(const Image& image, int y, lg_u16* c0, lg_u16* c1, lg_u16* c2) {
        const int n = (image.width + shift_x) >> shift_x;
        unpack_luma<Plane, shift_y>(image, y, c0);
        Chroma::unpack(image, 1, 0, y, n, c1);
        Chroma::unpack(image, 2, 0, y, n, c2);
    }
    static void pack(const Image& image, int y, const lg_u16* c0, const lg_u16* c1, const lg_u16* c2) {
        const int n = (image.width + shift_x) >> shift_x;
        Plane::pack(c0, image.width, row_of(image.plane[0], y));
        Chroma::pack(image, 1, 0, y, n, c1);
        Chroma::pack(image, 2, 0, y, n, c2);
    }
};

// Y', then a plane of CbCr pairs; chroma is half as wide. Rows of odd width end with one unused Y' sample.
template <class S, int bits, int low, int shift_y>
struct SemiPlanar {
    using Luma = Samples<S, bits, low, 1>;
    using Pair = Samples<S, bits, low, 2>;
    using Chroma = ChromaRows<Pair, bits, shift_y>;
    static constexpr int size = sizeof(S);

    static void unpack(const Image& image, int y, lg_u16* c0, lg_u16* c1, lg_u16* c2) {
        const int n = (image.width + 1) >> 1;
        unpack_luma<Luma, shift_y>(image, y, c0);
        Chroma::unpack(image, 1, 0, y, n, c1);
        Chroma::unpack(image, 1, size, y, n, c2);
    }
    static void pack(const Image& image, int y, const lg_u16* c0, const lg_u16* c1, const lg_u16* c2) {
        const int n = (image.width + 1) >> 1;
        lg_u8* luma = row_of(image.plane[0], y);
        Luma::pack(c0, image.width, luma);
        if (image.width & 1) Luma::put(luma, image.width, 0);
        const lg_place420 place = lg_gather420(y, image.interlaced);
        if (!shift_y) {
            pack_pairs<S, bits, low>(c1, c2, n, row_of(image.plane[1], y));
        } else if (!place.second && place.row < (image.height + 1) >> 1) {
            pack_pairs<S, bits, low>(c1, c2, n, row_of(image.plane[1], place.row));
        } else {
            Chroma::pack(image, 1, 0, y, n, c1);
            Chroma::pack(image, 1, size, y, n, c2);
        }
    }
};

// Planes in FFmpeg's order G, B, R.
template <class S, int bits>
struct Gbr {
    using Plane = Samples<S, bits, 0, 1>;

    static void unpack(const Image& image, int y, lg_u16* c0, lg_u16* c1, lg_u16* c2) {
        Plane::unpack(row_of(image.plane[2], y), image.width, c0);
        Plane::unpack(row_of(image.plane[0], y), image.width, c1);
        Plane::unpack(row_of(image.plane[1], y), image.width, c2);
    }
    static void pack(const Image& image, int y, const lg_u16* c0, const lg_u16* c1, const lg_u16* c2) {
        Plane::pack(c0, image.width, row_of(image.plane[2], y));
        Plane::pack(c1, image.width, row_of(image.plane[0], y));
        Plane::pack(c2, image.width, row_of(image.plane[1], y));
    }
};

// Y' alone: chroma reads as neutral and is not written.
template <class S, int bits>
struct Gray {
    using Plane = Samples<S, bits, 0, 1>;

    static void unpack(const Image& image, int y, lg_u16* c0, lg_u16* c1, lg_u16* c2) {
        Plane::unpack(row_of(image.plane[0], y), image.width, c0);
        for (int i = 0; i < image.width; ++i) c1[i] = c2[i] = 1u << (bits - 1);
    }
    static void pack(const Image& image, int y, const lg_u16* c0, const lg_u16*, const lg_u16*) {
        Plane::pack(c0, image.width, row_of(image.plane[0], y));
    }
};

}  // namespace

}  // namespace livegrade::LG_ISA
