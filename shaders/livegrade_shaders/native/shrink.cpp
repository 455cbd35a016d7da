// The driver and the binding of small pictures.
#include "shrink.hpp"

#include <nanobind/ndarray.h>
#include <nanobind/stl/array.h>
#include <nanobind/stl/string.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <stdexcept>
#include <string>
#include <vector>

#include "band_pool.hpp"
#include "dispatch.hpp"
#include "image.hpp"
#include "module.hpp"

LG_DECLARE_KERNELS(ShrinkKernels, shrink_kernels)

namespace nb = nanobind;

namespace livegrade {

namespace {

constexpr int max_side = 16384;
constexpr int rows_per_task = 8;

using Rows = nb::ndarray<const double, nb::shape<3, 4>, nb::c_contig, nb::device::cpu>;
using Small = nb::ndarray<std::uint8_t, nb::shape<-1, -1, 4>, nb::c_contig, nb::device::cpu>;

// The part of `samples` samples between two places; sample i lies from i to i + 1, the outer ones reach on without end.
Span span_between(double from, double to, int samples) {
    const double low = std::clamp(from, 0.0, static_cast<double>(samples));
    const double high = std::clamp(to, low, static_cast<double>(samples));
    const int first = std::min(static_cast<int>(low), samples - 1);
    const int end = std::clamp(static_cast<int>(std::ceil(high)), first + 1, samples);
    Span span{first, end - first, 0, 0, static_cast<float>(1 / (to - from))};
    const double before = low - from, behind = to - high;  // held: they are like the outermost sample
    if (span.count == 1) {
        span.head = static_cast<float>(to - from);
    } else {
        span.head = static_cast<float>(first + 1 - low + before);
        span.tail = static_cast<float>(high - (end - 1) + behind);
    }
    return span;
}

// Of `pixels` pixels from `first` on. `shift`: where the first sample begins, in pixels before the row's first; `step`:
// pixels from sample to sample.
std::vector<Span> spans(int first, int pixels, int places, int samples, double shift, int step) {
    std::vector<Span> found;
    found.reserve(static_cast<std::size_t>(places));
    for (int place = 0; place < places; ++place) {
        const double from = first + static_cast<double>(place) * pixels / places + shift;
        const double to = first + static_cast<double>(place + 1) * pixels / places + shift;
        found.push_back(span_between(from / step, to / step, samples));
    }
    return found;
}

int checked_side(std::int64_t side) {
    if (side < 1 || side > max_side) throw std::invalid_argument("the size of the picture is impossible");
    return static_cast<int>(side);
}

// Memory of one thread for the rows of one picture, kept for the next.
float* scratch(std::size_t floats) {
    thread_local std::vector<float> memory;
    if (memory.size() < floats) memory.resize(floats);
    return memory.data();
}

}  // namespace

// An area of pictures of one layout and size made small ones of one size.
class Shrinker {
  public:
    Shrinker(const std::string& layout, std::int64_t width, std::int64_t height, std::int64_t out_width,
             std::int64_t out_height, Rows rows, std::array<int, 4> area)
        : width_(checked_side(width)), height_(checked_side(height)), out_width_(checked_side(out_width)),
          out_height_(checked_side(out_height)) {
        if (!find_layout(layout.c_str(), layout_)) throw std::invalid_argument("unknown pixel layout " + layout);
        for (int k = 0; k < 12; ++k) rows_[k] = static_cast<float>(255 * rows.data()[k]);
        const LayoutInfo& known = info(layout_);
        const bool halved = known.chroma_shift_x != 0;
        chroma_ = chroma_width(known, width_);
        const auto [left, top, wide, high] = area;
        if (left < 0 || top < 0 || wide < 1 || high < 1 || wide > width_ - left || high > height_ - top)
            throw std::invalid_argument("the area does not lie inside the picture");
        down_ = spans(top, high, out_height_, height_, 0, 1);
        luma_across_ = spans(left, wide, out_width_, width_, 0, 1);
        // A sample of chroma lies on the pixel of its first luma, so its part of the row begins half a pixel before.
        chroma_across_ = halved ? spans(left, wide, out_width_, chroma_, 0.5, 2) : luma_across_;
    }

    void run(BandPool& pool, const Image& source, Small out) const {
        if (source.layout != layout_ || source.width != width_ || source.height != height_)
            throw std::invalid_argument("the picture is not of the layout and size that this was made for");
        if (out.shape(0) != static_cast<std::size_t>(out_height_) || out.shape(1) != static_cast<std::size_t>(out_width_))
            throw std::invalid_argument("the small picture is not of the size that this was made for");
        std::uint8_t* data = out.data();
        nb::gil_scoped_release release;
        const int tasks = (out_height_ + rows_per_task - 1) / rows_per_task;
        pool.run(tasks, [&](int task, int) {
            const int end = std::min(out_height_, (task + 1) * rows_per_task);
            for (int y = task * rows_per_task; y < end; ++y)
                draw_row(source, y, data + static_cast<std::ptrdiff_t>(y) * 4 * out_width_);
        });
    }

  private:
    void draw_row(const Image& source, int y, std::uint8_t* out) const {
        const ShrinkKernels& kernels = shrink_kernels();
        const UnpackRow unpack = unpack_row(layout_);
        const int widths[3] = {width_, chroma_, chroma_};
        const std::size_t wide = static_cast<std::size_t>(width_) + 64;
        float* memory = scratch(3 * wide + 3 * static_cast<std::size_t>(out_width_) + 3 * wide / 2 + 64);
        float* sums[3] = {memory, memory + wide, memory + 2 * wide};
        float* means[3];
        for (int k = 0; k < 3; ++k) means[k] = memory + 3 * wide + k * static_cast<std::size_t>(out_width_);
        auto* codes = reinterpret_cast<std::uint16_t*>(means[2] + out_width_);
        std::uint16_t* planes[3] = {codes, codes + wide, codes + 2 * wide};
        const Span& span = down_[static_cast<std::size_t>(y)];
        for (int k = 0; k < 3; ++k) std::fill_n(sums[k], widths[k], 0.0f);
        for (int i = 0; i < span.count; ++i) {
            unpack(source, span.first + i, planes[0], planes[1], planes[2]);
            const float weight = span.scale * (i == 0 ? span.head : i == span.count - 1 ? span.tail : 1.0f);
            for (int k = 0; k < 3; ++k) kernels.add_row(planes[k], weight, sums[k], widths[k]);
        }
        for (int k = 0; k < 3; ++k) {
            const std::vector<Span>& places = k == 0 ? luma_across_ : chroma_across_;
            kernels.across(sums[k], places.data(), means[k], out_width_);
        }
        kernels.colours(means, rows_, out, out_width_);
    }

    LayoutId layout_ = LayoutId::v210;
    int width_, height_, out_width_, out_height_, chroma_ = 0;
    float rows_[12];
    std::vector<Span> down_, luma_across_, chroma_across_;
};

void bind_shrink(nb::module_& m) {
    nb::class_<Shrinker>(m, "Shrinker", "Pictures of one layout and size made small: the mean of each area, as R, G, B, 255.")
        .def(nb::init<const std::string&, std::int64_t, std::int64_t, std::int64_t, std::int64_t, Rows,
                      std::array<int, 4>>(),
             nb::arg("layout_name"), nb::arg("width"), nb::arg("height"), nb::arg("out_width"), nb::arg("out_height"),
             nb::arg("rows"), nb::arg("area"))
        .def("run", &Shrinker::run, nb::arg("pool"), nb::arg("image"), nb::arg("out").noconvert());
}

}  // namespace livegrade
