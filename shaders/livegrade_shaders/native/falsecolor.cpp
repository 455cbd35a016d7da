// The driver and the binding of false colour and zebra.
#include "falsecolor.hpp"

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

LG_DECLARE_KERNELS(FalseColorKernels, falsecolor_kernels)

namespace nb = nanobind;

namespace livegrade {

namespace {

constexpr int rows_per_band = 32;  // a multiple of 4: 4:2:0 packs rows in pairs, of a field where it is interlaced

using Codes = nb::ndarray<const std::uint16_t, nb::shape<3, -1>, nb::c_contig, nb::device::cpu>;

class Rows {
  public:
    const RowScratch& of(int width) {
        if (memory_.grow(width, 8)) {
            for (auto* rows : {&rows_.code, &rows_.full})
                for (auto& row : *rows) memory_.take(row);
            memory_.take(rows_.luma);
            memory_.take(rows_.kind);
        }
        return rows_;
    }

  private:
    RowMemory memory_;
    RowScratch rows_{};
};

template <class Row>
void for_rows(BandPool& pool, const Image& image, const Row& row) {
    pool.run((image.height + rows_per_band - 1) / rows_per_band, [&](int band, int) {
        thread_local Rows rows;
        const RowScratch& scratch = rows.of(image.width);
        const int end = std::min(image.height, (band + 1) * rows_per_band);
        for (int y = band * rows_per_band; y < end; ++y) row(y, scratch);
    });
}

lg_wire weights_only(const std::array<int, 3>& weights) {
    lg_wire wire{};
    for (int i = 0; i < 3; ++i) wire.luma[i] = weights[i];
    return wire;
}

// Factors in the order of lg_wire up to the weights of luma.
lg_wire decoding(const std::array<int, 7>& factors) {
    lg_wire wire{factors[0], factors[1], factors[2], factors[3], {}, {}, {}};
    for (int i = 0; i < 3; ++i) wire.luma[i] = factors[4 + i];
    return wire;
}

using Light = nb::ndarray<const float, nb::shape<3 * 1024 + LG_CLASSES>, nb::c_contig, nb::device::cpu>;
using Segments = nb::ndarray<const std::uint8_t, nb::shape<LG_CLASSES + 16>, nb::c_contig, nb::device::cpu>;
using Palette = nb::ndarray<const std::uint16_t, nb::shape<3, LG_CLASSES>, nb::c_contig, nb::device::cpu>;

ClassTables class_tables(const std::array<int, 4>& rule, const Light& light, const Segments& segments,
                         const Palette& palette) {
    if (rule[0] < LG_CLASS_NONE || rule[0] > LG_CLASS_LIGHT || rule[3] < 0 || rule[3] > LG_CLASSES)
        throw std::invalid_argument("there are no such classes of false colour");
    for (int i = 0; i <= rule[3]; ++i)
        if (segments.data()[i] >= LG_CLASSES) throw std::invalid_argument("a class of false colour has no colour");
    const std::uint16_t* p = palette.data();
    return {{rule[0], rule[1], rule[2], rule[3]}, light.data(), segments.data(), {p, p + LG_CLASSES, p + 2 * LG_CLASSES}};
}

void false_color(const Image& source, const std::array<int, 7>& factors, Codes table, const std::array<int, 4>& rule,
                 Light light, Segments segments, Palette palette, const Image& target, std::array<int, 2> limits,
                 BandPool& pool) {
    require_writable(target);
    const LayoutInfo& layout = info(source.layout);
    if (source.width != target.width || source.height != target.height)
        throw std::invalid_argument("source and target of false colour are not of one size");
    const std::size_t n = table.shape(1);
    if (n != std::size_t{1} << layout.code_bits)
        throw std::invalid_argument("the table of false colour does not have an entry for every luma code");
    const std::uint16_t* t = table.data();
    const FalseColorJob job{source,
                            target,
                            decoding(factors),
                            class_tables(rule, light, segments, palette),
                            {t, t + n, t + 2 * n},
                            limits[0],
                            limits[1],
                            unpack_row(source.layout),
                            pack_row(target.layout)};
    nb::gil_scoped_release release;
    const FalseColorKernels& kernels = falsecolor_kernels();
    for_rows(pool, source, [&](int y, const RowScratch& scratch) { kernels.false_color(job, y, scratch); });
}

void zebra(const Image& target, const std::array<int, 3>& weights, const std::array<int, 10>& s, BandPool& pool) {
    require_writable(target);
    if (s[8] < 2 || (s[8] & (s[8] - 1)) != 0) throw std::invalid_argument("the period of stripes is not a power of two");
    const ZebraJob job{target, weights_only(weights), {s[0], s[1], s[2], s[3], s[4], s[5], s[6], s[7], s[8], s[9]},
                       unpack_row(target.layout), pack_row(target.layout)};
    nb::gil_scoped_release release;
    const FalseColorKernels& kernels = falsecolor_kernels();
    for_rows(pool, target, [&](int y, const RowScratch& scratch) { kernels.zebra(job, y, scratch); });
}

}  // namespace

void bind_falsecolor(nb::module_& m) {
    m.def("false_color", &false_color, nb::arg("source"), nb::arg("factors"), nb::arg("table").noconvert(),
          nb::arg("rule"), nb::arg("light").noconvert(), nb::arg("segments").noconvert(),
          nb::arg("palette").noconvert(), nb::arg("target"), nb::arg("limits"), nb::arg("pool"));
    m.def("zebra", &zebra, nb::arg("target"), nb::arg("weights"), nb::arg("stripes"), nb::arg("pool"));
}

}  // namespace livegrade
