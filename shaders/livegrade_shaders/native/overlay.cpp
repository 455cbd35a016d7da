// The drivers and the binding of what is laid over pictures.
#include "overlay.hpp"

#include <nanobind/ndarray.h>
#include <nanobind/stl/array.h>

#include <algorithm>
#include <array>
#include <stdexcept>

#include "band_pool.hpp"
#include "dispatch.hpp"
#include "held_image.hpp"
#include "module.hpp"
#include "row_memory.hpp"

LG_DECLARE_KERNELS(OverlayKernels, overlay_kernels)

namespace nb = nanobind;

namespace livegrade {

namespace {

constexpr int rows_per_band = 32;  // a multiple of 4: 4:2:0 packs rows in pairs, of a field where it is interlaced

static_assert(sizeof(lg_span) == 16 && sizeof(lg_taps) == 32, "as marks.py and squeeze.py say");

class Rows {
  public:
    const OverlayScratch& of(int width) {
        if (memory_.grow(width, 12 + 3 * 2)) {
            for (auto* rows : {&rows_.code, &rows_.other})
                for (auto& row : *rows) memory_.take(row);
            for (auto& row : rows_.luma) memory_.take(row);
            memory_.take(rows_.mark);
            for (auto& row : rows_.sum) memory_.take(row);
        }
        return rows_;
    }

  private:
    RowMemory memory_;
    OverlayScratch rows_{};
};

// `band(first, end, scratch)` for the rows from `top` up to `bottom`, in bands that begin at multiples of 4.
template <class Band>
void for_bands(BandPool& pool, int width, int top, int bottom, const Band& band) {
    const int begin = top / rows_per_band, count = (bottom + rows_per_band - 1) / rows_per_band - begin;
    if (bottom <= top) return;
    pool.run(count, [&](int number, int) {
        thread_local Rows rows;
        const int first = (begin + number) * rows_per_band;
        band(std::max(first, top), std::min(first + rows_per_band, bottom), rows.of(width));
    });
}

void require_same(const Image& one, const Image& other) {
    if (one.layout != other.layout || one.width != other.width || one.height != other.height)
        throw std::invalid_argument("the pictures are not of one layout and size");
}

void edges(const Image& clean, const Image& image, const std::array<int, 3>& weights, const std::array<int, 9>& e,
           BandPool& pool) {
    require_writable(image);
    require_same(clean, image);
    const lg_edges edges{e[0], e[1], e[2], e[3], e[4], e[5], e[6], e[7], e[8]};
    if (edges.top < 0 || edges.bottom > image.height || edges.apart < 1 || edges.apart > 2)
        throw std::invalid_argument("there are no such rows to look for edges in");
    const EdgesJob job{clean, image, {0, 0, 0, 0, {weights[0], weights[1], weights[2]}, {}, {}}, edges,
                       unpack_row(image.layout), pack_row(image.layout)};
    nb::gil_scoped_release release;
    const OverlayKernels& kernels = overlay_kernels();
    for_bands(pool, image.width, edges.top, edges.bottom, [&](int first, int end, const OverlayScratch& scratch) {
        int ready = std::max(first - edges.apart, edges.top);  // rows of luma before this one are there
        for (int y = first; y < end; ++y) {
            const int last = std::min(y + edges.apart, edges.bottom - 1);
            for (; ready <= last; ++ready) kernels.luma(job, ready, scratch);
            kernels.edges(job, y, scratch);
        }
    });
}

using RowTable = nb::ndarray<const std::int32_t, nb::shape<-1>, nb::c_contig, nb::device::cpu>;
using Spans = nb::ndarray<const std::int32_t, nb::shape<-1, 4>, nb::c_contig, nb::device::cpu>;
using Palette = nb::ndarray<const std::uint16_t, nb::shape<3, -1>, nb::c_contig, nb::device::cpu>;

void require_spans(const Image& image, int top, const RowTable& rows, const Spans& spans, const Palette& palette) {
    const auto count = static_cast<std::int64_t>(rows.shape(0)) - 1, held = static_cast<std::int64_t>(spans.shape(0));
    bool fits = count >= 0 && top >= 0 && top + count <= image.height && rows.data()[0] == 0 &&
                rows.data()[count] == held;
    for (std::int64_t y = 0; fits && y < count; ++y) fits = rows.data()[y] <= rows.data()[y + 1];
    const auto* span = reinterpret_cast<const lg_span*>(spans.data());
    const int colors = static_cast<int>(palette.shape(1));
    for (std::int64_t i = 0; fits && i < held; ++i)
        fits = span[i].x >= 0 && span[i].x <= span[i].end && span[i].end <= image.width && span[i].alpha >= 0 &&
               span[i].alpha <= 256 && span[i].color >= 0 && span[i].color < colors;
    if (!fits) throw std::invalid_argument("marks do not fit the picture");
}

void marks(const Image& image, int top, RowTable rows, Spans spans, Palette palette, BandPool& pool) {
    require_writable(image);
    require_spans(image, top, rows, spans, palette);
    const std::uint16_t* p = palette.data();
    const std::size_t n = palette.shape(1);
    const MarksJob job{image,
                       top,
                       rows.data(),
                       reinterpret_cast<const lg_span*>(spans.data()),
                       {p, p + n, p + 2 * n},
                       unpack_row(image.layout),
                       pack_row(image.layout)};
    const int bottom = top + static_cast<int>(rows.shape(0)) - 1;
    nb::gil_scoped_release release;
    const OverlayKernels& kernels = overlay_kernels();
    for_bands(pool, image.width, top, bottom, [&](int first, int end, const OverlayScratch& scratch) {
        for (int y = first; y < end; ++y) kernels.marks(job, y, scratch);
    });
}

using Taps = nb::ndarray<const std::int32_t, nb::shape<-1, 2 * LG_TAPS>, nb::c_contig, nb::device::cpu>;

const lg_taps* taps_of(const Taps& taps, int rows) {
    if (static_cast<int>(taps.shape(0)) != rows) throw std::invalid_argument("every row of the lower picture has taps");
    const auto* all = reinterpret_cast<const lg_taps*>(taps.data());
    for (int y = 0; y < rows; ++y) {
        int whole = 0;
        for (int k = 0; k < LG_TAPS; ++k) {
            if (all[y].row[k] < 0 || all[y].row[k] >= rows || all[y].weight[k] < 0 || all[y].weight[k] > LG_WHOLE)
                throw std::invalid_argument("taps are not rows of the picture");
            whole += all[y].weight[k];
        }
        if (whole != 0 && whole != LG_WHOLE) throw std::invalid_argument("taps do not add up");
    }
    return all;
}

void lower(const Image& image, Taps taps, Taps chroma_taps, const std::array<int, 3>& black, const Image& into,
           BandPool& pool) {
    require_writable(into);
    require_same(image, into);
    const bool halved = info(into.layout).chroma_shift_y != 0;
    const LowerJob job{image,
                       into,
                       taps_of(taps, into.height),
                       taps_of(chroma_taps, halved ? (into.height + 1) / 2 : 0),
                       {black[0], black[1], black[2]},
                       unpack_row(into.layout),
                       pack_row(into.layout)};
    nb::gil_scoped_release release;
    const OverlayKernels& kernels = overlay_kernels();
    for_bands(pool, into.width, 0, into.height, [&](int first, int end, const OverlayScratch& scratch) {
        for (int y = first; y < end; ++y) kernels.lower(job, y, scratch);
    });
}

}  // namespace

void bind_overlay(nb::module_& m) {
    m.def("draw_edges", &edges, nb::arg("clean"), nb::arg("image"), nb::arg("weights"), nb::arg("edges"),
          nb::arg("pool"));
    m.def("draw_marks", &marks, nb::arg("image"), nb::arg("top"), nb::arg("rows").noconvert(),
          nb::arg("spans").noconvert(), nb::arg("palette").noconvert(), nb::arg("pool"));
    m.def("lower_picture", &lower, nb::arg("image"), nb::arg("taps").noconvert(), nb::arg("chroma_taps").noconvert(),
          nb::arg("black"), nb::arg("into"), nb::arg("pool"));
}

}  // namespace livegrade
