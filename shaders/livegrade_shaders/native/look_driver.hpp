// How every program of the look runs over a picture: rows dealt out in tasks, each unpacked, graded, packed.
#pragma once

#include <algorithm>

#include "look_program.hpp"

namespace livegrade {

FloatLook float_look(const Signal& signal, const FloatOps& ops);

// Rows of one task; even, so that 4:2:0 pairs stay together.
inline constexpr int rows_per_task = 16;

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
            kernel(rows);
            pack(target, y, rows.out[0], rows.out[1], rows.out[2]);
        }
    });
}

}  // namespace livegrade
