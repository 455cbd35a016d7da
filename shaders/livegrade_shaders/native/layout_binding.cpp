// Binds pictures in memory (Image), the table of layouts, and unpacking and packing of whole pictures.
#include <nanobind/ndarray.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <algorithm>
#include <stdexcept>
#include <string>
#include <vector>

#include "band_pool.hpp"
#include "dispatch.hpp"
#include "held_image.hpp"
#include "module.hpp"

namespace nb = nanobind;

namespace livegrade {

namespace {

constexpr int max_side = 16384;   // as livegrade/video/format.py
constexpr int rows_per_band = 32;  // a multiple of 4: 4:2:0 packs rows in pairs, of a field where it is interlaced

using CodesIn = nb::ndarray<const std::uint16_t, nb::ndim<2>, nb::c_contig, nb::device::cpu>;
using CodesOut = nb::ndarray<std::uint16_t, nb::ndim<2>, nb::c_contig, nb::device::cpu>;

template <class Codes>
void require_size(const Image& image, const Codes& c0, const Codes& c1, const Codes& c2) {
    const LayoutInfo& layout = info(image.layout);
    const auto height = static_cast<std::size_t>(image.height), width = static_cast<std::size_t>(image.width),
               chroma = static_cast<std::size_t>(chroma_width(layout, image.width));
    const auto fits = [height](const Codes& codes, std::size_t n) {
        return codes.shape(0) == height && codes.shape(1) == n;
    };
    if (!fits(c0, width) || !fits(c1, chroma) || !fits(c2, chroma))
        throw std::invalid_argument("the planes of codes do not have the size of the picture");
}

template <class Row>
void for_bands(BandPool& pool, int height, const Row& row) {
    pool.run((height + rows_per_band - 1) / rows_per_band, [&](int band, int) {
        const int end = std::min(height, (band + 1) * rows_per_band);
        for (int y = band * rows_per_band; y < end; ++y) row(y);
    });
}

void unpack(const Image& image, CodesOut c0, CodesOut c1, CodesOut c2, BandPool& pool) {
    require_size(image, c0, c1, c2);
    const std::size_t width = c0.shape(1), chroma = c1.shape(1);
    std::uint16_t *p0 = c0.data(), *p1 = c1.data(), *p2 = c2.data();
    nb::gil_scoped_release release;
    const UnpackRow row = unpack_row(image.layout);
    for_bands(pool, image.height, [&](int y) {
        row(image, y, p0 + y * width, p1 + y * chroma, p2 + y * chroma);
    });
}

void pack(CodesIn c0, CodesIn c1, CodesIn c2, const Image& image, BandPool& pool) {
    require_writable(image);
    require_size(image, c0, c1, c2);
    const std::size_t width = c0.shape(1), chroma = c1.shape(1);
    const std::uint16_t *p0 = c0.data(), *p1 = c1.data(), *p2 = c2.data();
    nb::gil_scoped_release release;
    const PackRow row = pack_row(image.layout);
    for_bands(pool, image.height, [&](int y) {
        row(image, y, p0 + y * width, p1 + y * chroma, p2 + y * chroma);
    });
}

// One plane of `image` from byte `offset` of `size` bytes at `data`. Throws std::invalid_argument when it sticks out.
PlaneView checked_plane(std::uint8_t* data, std::ptrdiff_t size, const Image& image, int index, std::ptrdiff_t offset,
                        std::ptrdiff_t stride) {
    const PlaneRule& rule = info(image.layout).plane[index];
    const std::ptrdiff_t rows = rule.halved ? (image.height + 1) / 2 : image.height;
    const std::ptrdiff_t least = static_cast<std::ptrdiff_t>((image.width + rule.pixels - 1) / rule.pixels) * rule.bytes;
    const bool reachable = stride >= -size && stride <= size && offset >= 0 && offset <= size;
    const std::ptrdiff_t step = reachable ? std::abs(stride) : 0;
    if (!reachable || (rows > 1 && step < least))
        throw std::invalid_argument("plane " + std::to_string(index) + ": offset or stride is impossible");
    const std::ptrdiff_t padded = (least + rule.padded - 1) / rule.padded * rule.padded;
    const std::ptrdiff_t first = stride < 0 ? offset + (rows - 1) * stride : offset;
    const std::ptrdiff_t last = stride < 0 ? offset : offset + (rows - 1) * stride;
    if (first < 0 || last + std::max(least, std::min(step, padded)) > size)
        throw std::invalid_argument("plane " + std::to_string(index) + " does not lie inside the buffer");
    return {data + offset, stride};
}

nb::list table() {
    nb::list rows;
    for (int i = 0; i < layout_count; ++i) {
        const LayoutInfo& row = info(static_cast<LayoutId>(i));
        rows.append(nb::make_tuple(row.name, row.ycbcr, row.bits, row.code_bits, row.chroma_shift_x,
                                   row.chroma_shift_y, row.planes));
    }
    return rows;
}

}  // namespace

void require_writable(const Image& image) {
    if (!image.writable) throw std::invalid_argument("the picture to write to is read-only");
}

HeldImage::HeldImage(nb::handle pixels, const std::string& layout_name, int width_, int height_,
                     const std::vector<std::ptrdiff_t>& offsets, const std::vector<std::ptrdiff_t>& strides,
                     bool interlaced_) {
    if (!find_layout(layout_name.c_str(), layout)) throw std::invalid_argument("unknown pixel layout " + layout_name);
    if (width_ < 1 || height_ < 1 || width_ > max_side || height_ > max_side)
        throw std::invalid_argument("the size of the picture is impossible");
    const auto planes = static_cast<std::size_t>(info(layout).planes);
    if (offsets.size() != planes || strides.size() != planes)
        throw std::invalid_argument(layout_name + " has " + std::to_string(planes) + " planes");
    width = width_;
    height = height_;
    interlaced = interlaced_;
    if (PyObject_GetBuffer(pixels.ptr(), &view_, PyBUF_SIMPLE) != 0) throw nb::python_error();
    writable = view_.readonly == 0;
    try {
        for (int i = 0; i < static_cast<int>(planes); ++i)
            plane[i] = checked_plane(static_cast<std::uint8_t*>(view_.buf), view_.len, *this, i,
                                     offsets[static_cast<std::size_t>(i)], strides[static_cast<std::size_t>(i)]);
    } catch (...) {
        PyBuffer_Release(&view_);
        throw;
    }
}

HeldImage::~HeldImage() { PyBuffer_Release(&view_); }

void bind_layouts(nb::module_& m) {
    nb::class_<Image>(m, "ImageView");
    nb::class_<HeldImage, Image>(m, "Image")
        .def(nb::init<nb::handle, const std::string&, int, int, const std::vector<std::ptrdiff_t>&,
                      const std::vector<std::ptrdiff_t>&, bool>(),
             nb::arg("pixels"), nb::arg("layout_name"), nb::arg("width"), nb::arg("height"), nb::arg("offsets"),
             nb::arg("strides"), nb::arg("interlaced") = false)
        .def_prop_ro("layout_name", [](const HeldImage& image) { return info(image.layout).name; })
        .def_prop_ro("width", [](const HeldImage& image) { return image.width; })
        .def_prop_ro("height", [](const HeldImage& image) { return image.height; })
        .def_prop_ro("writable", [](const HeldImage& image) { return image.writable; });
    m.def("layout_table", &table,
          "Rows (name, is_ycbcr, bits, code_bits, chroma_shift_x, chroma_shift_y, planes) in the order of LayoutId.");
    m.def("unpack", &unpack, nb::arg("image"), nb::arg("c0").noconvert(), nb::arg("c1").noconvert(),
          nb::arg("c2").noconvert(), nb::arg("pool"));
    m.def("pack", &pack, nb::arg("c0").noconvert(), nb::arg("c1").noconvert(), nb::arg("c2").noconvert(),
          nb::arg("image"), nb::arg("pool"));
}

}  // namespace livegrade
