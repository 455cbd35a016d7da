// The driver and the binding of pictures that are mixed.
#include "mix.hpp"

#include <nanobind/stl/array.h>

#include <algorithm>
#include <array>
#include <stdexcept>

#include "band_pool.hpp"
#include "dispatch.hpp"
#include "held_image.hpp"
#include "module.hpp"
#include "row_memory.hpp"

LG_DECLARE_KERNELS(MixKernels, mix_kernels)

namespace nb = nanobind;

namespace livegrade {

namespace {

constexpr int rows_per_band = 32;

class Scratch {
  public:
    const MixRows& of(int width) {
        if (memory_.grow(width, 6))
            for (auto* rows : {&rows_.one, &rows_.other})
                for (auto& row : *rows) memory_.take(row);
        return rows_;
    }

  private:
    RowMemory memory_;
    MixRows rows_{};
};

bool is_packed(const LayoutInfo& layout) { return layout.planes == 1 && layout.plane[0].bytes > 2; }

void mix_packed(const MixJob& job, BandPool& pool) {
    const MixKernels& kernels = mix_kernels();
    pool.run((job.into.height + rows_per_band - 1) / rows_per_band, [&](int band, int) {
        thread_local Scratch scratch;
        const MixRows& rows = scratch.of(job.into.width);
        const int end = std::min(job.into.height, (band + 1) * rows_per_band);
        for (int y = band * rows_per_band; y < end; ++y) kernels.packed(job, y, rows);
    });
}

void mix_planar(const MixJob& job, BandPool& pool) {
    const MixKernels& kernels = mix_kernels();
    const LayoutInfo& layout = info(job.into.layout);
    for (int plane = 0; plane < layout.planes; ++plane) {
        const PlaneRule& rule = layout.plane[plane];
        const int rows = rule.halved ? (job.into.height + 1) / 2 : job.into.height;
        const int chroma = chroma_width(layout, job.into.width);
        const int used = plane == 0 ? job.into.width : (layout.planes == 2 ? 2 * chroma : chroma);
        const int blocks = (job.into.width + rule.pixels - 1) / rule.pixels;
        const int all = blocks * rule.bytes / (layout.bits == 8 ? 1 : 2);
        pool.run((rows + rows_per_band - 1) / rows_per_band, [&](int band, int) {
            const int end = std::min(rows, (band + 1) * rows_per_band);
            for (int y = band * rows_per_band; y < end; ++y) kernels.planar(job, plane, y, used, all);
        });
    }
}

void mix(const Image& one, const Image& other, const Image& into, const std::array<int, 6>& n, BandPool& pool) {
    require_writable(into);
    for (const Image* image : {&one, &other})
        if (image->layout != into.layout || image->width != into.width || image->height != into.height)
            throw std::invalid_argument("pictures to be mixed are not of one layout and size");
    const MixJob job{one,
                     other,
                     into,
                     {n[0], n[1], {n[2], n[3]}, n[4], n[5]},
                     unpack_row(into.layout),
                     pack_row(into.layout)};
    nb::gil_scoped_release release;
    if (is_packed(info(into.layout)))
        mix_packed(job, pool);
    else
        mix_planar(job, pool);
}

}  // namespace

void bind_mix(nb::module_& m) {
    m.def("mix", &mix, nb::arg("one"), nb::arg("other"), nb::arg("into"), nb::arg("numbers"), nb::arg("pool"));
}

}  // namespace livegrade
