// The driver and the binding of drawing.
#include "draw.hpp"

#include <nanobind/ndarray.h>
#include <nanobind/stl/array.h>
#include <nanobind/stl/optional.h>

#include <array>
#include <optional>
#include <stdexcept>
#include <vector>

#include "band_pool.hpp"
#include "dispatch.hpp"
#include "module.hpp"

LG_DECLARE_KERNELS(DrawKernels, draw_kernels)

namespace nb = nanobind;

namespace livegrade {

namespace {

using Waveform = nb::ndarray<const std::uint16_t, nb::shape<-1, 1024>, nb::c_contig, nb::device::cpu>;
using Plane = nb::ndarray<const std::uint32_t, nb::shape<512, 512>, nb::c_contig, nb::device::cpu>;
using Tints = nb::ndarray<const std::uint8_t, nb::shape<512, 512, 3>, nb::c_contig, nb::device::cpu>;
using Histogram = nb::ndarray<const std::uint32_t, nb::shape<1024>, nb::c_contig, nb::device::cpu>;
using ColumnEnds = nb::ndarray<std::int16_t, nb::ndim<1>, nb::c_contig, nb::device::cpu>;
using Ends = nb::ndarray<const std::int16_t, nb::ndim<1>, nb::c_contig, nb::device::cpu>;
using Picture = nb::ndarray<std::uint8_t, nb::shape<-1, -1, 3>, nb::c_contig, nb::device::cpu>;
using Rectangle = std::array<int, 4>;  // x, y, width, height
using Color = std::array<float, 3>;

Canvas canvas_of(Picture& picture, const Rectangle& r, const Color& color, float gain, float scale) {
    const auto rows = static_cast<std::int64_t>(picture.shape(0)), columns = static_cast<std::int64_t>(picture.shape(1));
    if (r[0] < 0 || r[1] < 0 || r[2] < 1 || r[3] < 1 || std::int64_t{r[0]} + r[2] > columns ||
        std::int64_t{r[1]} + r[3] > rows)
        throw std::invalid_argument("the rectangle to draw in does not lie inside the picture");
    const std::ptrdiff_t stride = static_cast<std::ptrdiff_t>(picture.shape(1)) * 3;
    return {picture.data() + r[1] * stride + 3 * r[0], stride, r[2], r[3], {color[0], color[1], color[2]}, gain, scale};
}

// Grown when a larger drawing comes, so that nothing is allocated per drawing.
float* scratch_of(const Canvas& canvas) {
    thread_local std::vector<float> memory;
    const std::size_t size = draw_scratch(canvas.width);
    if (memory.size() < size) memory.resize(size);
    return memory.data();
}

void require_spread(int spread) {
    if (spread < 1 || spread > 4) throw std::invalid_argument("a code fills 1 to 4 levels");
}

void draw_waveform(Waveform counts, Picture picture, Rectangle rectangle, Color color, float gain, float scale,
                   std::array<double, 2> levels, int spread, BandPool& pool) {
    if (!(levels[0] < levels[1]) || counts.shape(0) < 1)
        throw std::invalid_argument("a waveform has columns, and levels that rise");
    require_spread(spread);
    const WaveformDrawing drawing{counts.data(), static_cast<int>(counts.shape(0)), levels[0], levels[1], spread,
                                  canvas_of(picture, rectangle, color, gain, scale)};
    nb::gil_scoped_release release;
    const DrawKernels& kernels = draw_kernels();
    pool.run((rectangle[2] + draw_block - 1) / draw_block,
             [&](int block, int) { kernels.waveform(drawing, block, scratch_of(drawing.canvas)); });
}

void draw_plane(Plane counts, Picture picture, Rectangle rectangle, Color color, float gain, float scale,
                std::array<double, 3> window, std::array<double, 3> hues, std::optional<Tints> tints, bool spread,
                BandPool& pool) {
    if (!(window[2] >= 1 && window[2] <= 1024 && window[0] > -1024 && window[0] < 1024 && window[1] > -1024 &&
          window[1] < 1024))
        throw std::invalid_argument("the window of a plane is 1 to 1024 places wide and near them");
    const PlaneDrawing drawing{counts.data(), window[0], window[1], window[2], hues[0], hues[1], hues[2],
                               tints ? tints->data() : nullptr, spread,
                               canvas_of(picture, rectangle, color, gain, scale)};
    nb::gil_scoped_release release;
    const DrawKernels& kernels = draw_kernels();
    pool.run((rectangle[3] + draw_block - 1) / draw_block,
             [&](int block, int) { kernels.plane(drawing, block, scratch_of(drawing.canvas)); });
}

void draw_histogram(Histogram counts, Picture picture, Rectangle rectangle, Color color, std::array<double, 2> levels,
                    double full, int spread) {
    require_spread(spread);
    if (!(full > 0) || !(levels[0] < levels[1]))
        throw std::invalid_argument("a histogram has a full height above zero, and levels that rise");
    const HistogramDrawing drawing{counts.data(), levels[0], levels[1], full, spread,
                                   canvas_of(picture, rectangle, color, 0, 0)};
    nb::gil_scoped_release release;
    draw_kernels().histogram(drawing, scratch_of(drawing.canvas));
}

// The lowest and the highest level of every column that was counted at all; -1 where none was.
void column_ends(Waveform counts, ColumnEnds low, ColumnEnds high) {
    const std::size_t columns = counts.shape(0);
    if (low.shape(0) != columns || high.shape(0) != columns)
        throw std::invalid_argument("there is a lowest and a highest level for each column");
    const std::uint16_t* column = counts.data();
    std::int16_t *lowest = low.data(), *highest = high.data();
    nb::gil_scoped_release release;
    for (std::size_t i = 0; i < columns; ++i, column += 1024) {
        int first = 0, last = 1023;
        while (first < 1024 && column[first] == 0) ++first;
        while (last > first && column[last] == 0) --last;
        lowest[i] = static_cast<std::int16_t>(first < 1024 ? first : -1);
        highest[i] = static_cast<std::int16_t>(first < 1024 ? last : -1);
    }
}

// A line through levels of columns, one pixel thick and without gaps: of several columns in a pixel the lowest or the
// highest. As light: no pixel becomes darker.
void draw_envelope(Ends ends, bool highest, Picture picture, Rectangle rectangle, Color color,
                   std::array<double, 2> levels) {
    const Canvas c = canvas_of(picture, rectangle, color, 0, 0);
    const int columns = static_cast<int>(ends.shape(0));
    if (columns < 1 || !(levels[0] < levels[1]))
        throw std::invalid_argument("an envelope has columns, and levels that rise");
    const std::int16_t* level = ends.data();
    const double per_x = static_cast<double>(columns) / c.width, per_level = c.height / (levels[1] - levels[0]);
    nb::gil_scoped_release release;
    int before = -1;
    for (int x = 0; x < c.width; ++x) {
        int found = -1;
        const int first = static_cast<int>(x * per_x), after = static_cast<int>((x + 1) * per_x);
        for (int i = first; i < columns && (i == first || i < after); ++i)
            if (level[i] >= 0 && (found < 0 || (highest ? level[i] > found : level[i] < found))) found = level[i];
        if (found < 0) {
            before = -1;
            continue;
        }
        // One row beyond each edge stands for all that lie there, and is not drawn.
        const double exact = c.height - (found + 0.5 - levels[0]) * per_level;
        const int y = exact < 0 ? 0 : exact >= c.height ? c.height + 1 : static_cast<int>(exact) + 1;
        int from = y, to = y;
        if (before >= 0 && before < y) from = before + 1;
        if (before > y) to = before - 1;
        for (int row = from; row <= to; ++row) {
            if (row < 1 || row > c.height) continue;
            std::uint8_t* pixel = c.data + (row - 1) * c.stride + 3 * x;
            for (int k = 0; k < 3; ++k) {
                const float light = 255.0f * c.color[k];
                if (light > pixel[k]) pixel[k] = static_cast<std::uint8_t>(light > 255.0f ? 255.0f : light);
            }
        }
        before = y;
    }
}

}  // namespace

void bind_draw(nb::module_& m) {
    m.def("draw_waveform", &draw_waveform, nb::arg("counts"), nb::arg("picture").noconvert(), nb::arg("rectangle"),
          nb::arg("color"), nb::arg("gain"), nb::arg("scale"), nb::arg("levels"), nb::arg("spread"),
          nb::arg("pool"));
    m.def("draw_plane", &draw_plane, nb::arg("counts"), nb::arg("picture").noconvert(), nb::arg("rectangle"),
          nb::arg("color"), nb::arg("gain"), nb::arg("scale"), nb::arg("window"), nb::arg("hues"),
          nb::arg("tints").none(), nb::arg("spread"), nb::arg("pool"));
    m.def("draw_histogram", &draw_histogram, nb::arg("counts"), nb::arg("picture").noconvert(), nb::arg("rectangle"),
          nb::arg("color"), nb::arg("levels"), nb::arg("full"), nb::arg("spread"));
    m.def("column_ends", &column_ends, nb::arg("counts"), nb::arg("low").noconvert(), nb::arg("high").noconvert());
    m.def("draw_envelope", &draw_envelope, nb::arg("ends"), nb::arg("highest"), nb::arg("picture").noconvert(),
          nb::arg("rectangle"), nb::arg("color"), nb::arg("levels"));
}

}  // namespace livegrade
