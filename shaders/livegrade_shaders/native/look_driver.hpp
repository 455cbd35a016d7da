// How every program of the look runs over a picture: rows dealt out in tasks, each unpacked, graded, packed.
#pragma once

#include <algorithm>

#include "look_program.hpp"

namespace livegrade {

FloatLook float_look(const Signal& signal, const FloatOps& ops);

// Rows of one task; a multiple of 4, so that the pairs of 4:2:0 stay together, those of fields too.
inline constexpr int rows_per_task = 16;

// Asks for row y before it is needed: a row is so short that the hardware's own look-ahead starts too late each time.
inline void prefetch_row(const Image& picture, int y) {
#if defined(__GNUC__) || defined(__clang__)
    const LayoutInfo& layout = info(picture.layout);
    for (int k = 0; k < layout.planes; ++k) {
        const PlaneView& plane = picture.plane[k];
        const PlaneRule& rule = layout.plane[k];
        const std::uint8_t* row = plane.data + (rule.halved ? y / 2 : y) * plane.stride;
        const std::ptrdiff_t bytes = static_cast<std::ptrdiff_t>((picture.width + rule.pixels - 1) / rule.pixels) * rule.bytes;
        for (std::ptrdiff_t i = 0; i < bytes; i += 64) __builtin_prefetch(row + i);
    }
#endif
}

// kernel(rows) turns one row of source codes into one row of target codes.
template <class Kernel>
void run_rows(BandPool& pool, const Image& source, const Image& target, const Signal& signal, const Kernel& kernel) {
    check_pictures(source, target, signal);
    const UnpackRow unpack = unpack_row(signal.source);
    const PackRow pack = pack_row(signal.target);
    const int tasks = (source.height + rows_per_task - 1) / rows_per_task;
    pool.run(tasks, [&](int task, int) {
        const RowBuffers rows = row_buffers(signal.width);
        const int end = std::min((task + 1) * rows_per_task, source.height);
        for (int y = task * rows_per_task; y < end; ++y) {
            unpack(source, y, rows.in[0], rows.in[1], rows.in[2]);
            hold_chroma(source, rows.in);
            if (y + 1 < end) prefetch_row(source, y + 1);
            kernel(rows);
            pack(target, y, rows.out[0], rows.out[1], rows.out[2]);
        }
    });
}

}  // namespace livegrade
