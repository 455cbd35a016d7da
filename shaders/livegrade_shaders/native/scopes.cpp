// The driver and the binding of scope counting.
#include <nanobind/ndarray.h>
#include <nanobind/stl/array.h>
#include <nanobind/stl/pair.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>
#include <mutex>
#include <new>
#include <stdexcept>

#include "band_pool.hpp"
#include "dispatch.hpp"
#include "held_image.hpp"
#include "module.hpp"
#include "scopes.hpp"

LG_DECLARE_KERNELS(ScopeKernels, scope_kernels)

namespace nb = nanobind;

namespace livegrade {

namespace {

using Waveforms = nb::ndarray<std::uint16_t, nb::shape<-1, -1, scope_levels>, nb::c_contig, nb::device::cpu>;
using Histograms = nb::ndarray<std::uint32_t, nb::shape<-1, scope_levels>, nb::c_contig, nb::device::cpu>;
using Table = nb::ndarray<std::uint32_t, nb::ndim<2>, nb::c_contig, nb::device::cpu>;
using PlotValues = nb::ndarray<const float, nb::shape<3, scope_levels, 4>, nb::c_contig, nb::device::cpu>;

// Counts pictures; holds the memory for that, so that nothing is allocated per picture. One picture at a time.
class ScopeMeter {
  public:
    explicit ScopeMeter(BandPool& pool) : pool_(pool), scratch_(new StripScratch[pool.size()]()) {}

    void measure(const Image& image, const std::array<int, 13>& factors, const std::array<bool, scope_channels>& wanted,
                 int step, std::pair<int, int> offset, const std::array<int, 4>& area, Waveforms waveform, Histograms histogram, Table vectorscope,
                 const std::array<int, 3>& plot_rule, float plot_least, PlotValues plot_values, Table plot) {
        ScopeJob job = job_of(image, factors, step, offset, area);
        std::size_t rows = 0;
        for (int c = 0; c < scope_channels; ++c) {
            if (!wanted[c]) continue;
            if (rows < waveform.shape(0)) job.waveform[c] = waveform.data() + rows * waveform.shape(1) * scope_levels;
            ++rows;
        }
        job.columns = (area[2] + step - 1) / step;
        job.chroma_columns = job.columns;
        job.vectorscope = vectorscope.size() > 0;
        job.plot = {plot_rule[0], plot_rule[1], plot_rule[2], plot_least};
        job.plot_values = plot_values.data();
        job.decoded = job.waveform[1] != nullptr || job.plot.kind == LG_PLOT_CHROMATICITY;
        const bool plotted = plot.size() > 0;
        if (rows != waveform.shape(0) || rows != histogram.shape(0) ||
            waveform.shape(1) != static_cast<std::size_t>(job.columns) ||
            wanted[1] != wanted[2] || wanted[1] != wanted[3] || wanted[4] != wanted[5] ||
            !is_square_or_empty(vectorscope) || !is_square_or_empty(plot) || plotted != (job.plot.kind != LG_PLOT_NONE) ||
            job.plot.kind < LG_PLOT_NONE || job.plot.kind > LG_PLOT_BALANCE || !(plot_least >= 0))
            throw std::invalid_argument("the arrays for the counts do not fit the picture and the request");
        std::uint32_t *histograms = histogram.data(), *table = vectorscope.data(), *places = plot.data();
        nb::gil_scoped_release release;
        std::lock_guard only(mutex_);
        if (plotted) make_room_for_plots();
        const ScopeKernels& kernels = scope_kernels();
        const int after = (job.right + strip_columns * step - 1) / (strip_columns * step);
        const int strips = after - job.first_strip;
        pool_.run(strips, [&](int index, int worker) { kernels.strip(job, index, scratch_[worker]); });
        gather(job, histograms, table, places);
    }

  private:
    static ScopeJob job_of(const Image& image, const std::array<int, 13>& f, int step, std::pair<int, int> offset,
                           const std::array<int, 4>& area) {
        if ((step != 1 && step != 2) || offset.first < 0 || offset.first >= step || offset.second < 0 ||
            offset.second >= step)
            throw std::invalid_argument("scopes count with step 1 or 2, from an offset below it");
        const auto [x, y, width, height] = area;
        if (x < 0 || x % 4 != 0 || width <= 0 || width > image.width - x || y < 0 || height <= 0 ||
            height > image.height - y || ((x + width) % 4 != 0 && x + width != image.width))
            throw std::invalid_argument("the area does not lie in the picture as scopes need it");
        const LayoutInfo& layout = info(image.layout);
        ScopeJob job;
        job.image = image;
        job.bits = layout.code_bits;
        job.ycbcr = layout.ycbcr;
        job.halved = layout.chroma_shift_x != 0;
        job.unpack = unpack_row(image.layout);
        job.wire = {f[0], f[1], f[2], f[3], {f[4], f[5], f[6]}, {f[7], f[8], f[9]}, {f[10], f[11], f[12]}};
        job.step = step;
        job.offset_x = offset.first;
        job.offset_y = offset.second;
        job.left = x;
        job.right = x + width;
        job.top = y;
        job.bottom = y + height;
        job.first_strip = x / (strip_columns * step);
        return job;
    }

    static constexpr int band = vectorscope_side * vectorscope_side / 16;

    static bool is_square_or_empty(const Table& table) {
        return table.size() == 0 || (table.shape(0) == vectorscope_side && table.shape(1) == vectorscope_side);
    }

    void make_room_for_plots() {
        if (plots_) return;
        constexpr std::size_t size = std::size_t{vectorscope_side} * vectorscope_side;
        plots_.reset(new std::uint32_t[size * pool_.size()]());
        for (int worker = 0; worker < pool_.size(); ++worker) scratch_[worker].plot = plots_.get() + worker * size;
    }

    // The sums of all workers into the results; what the workers hold is zero again.
    void gather(const ScopeJob& job, std::uint32_t* histograms, std::uint32_t* table, std::uint32_t* places) {
        const int workers = pool_.size();
        for (int c = 0; c < scope_channels; ++c) {
            if (job.waveform[c] == nullptr) continue;
            take(histograms, scope_levels, [c](StripScratch& t) { return t.histogram[c]; }, workers);
            histograms += scope_levels;
        }
        if (!job.vectorscope && job.plot.kind == LG_PLOT_NONE) return;
        pool_.run(16, [&](int index, int) {
            const int at = index * band;
            if (job.vectorscope) take(table + at, band, [at](StripScratch& t) { return t.vectorscope + at; }, workers);
            if (job.plot.kind != LG_PLOT_NONE)
                take(places + at, band, [at](StripScratch& t) { return t.plot + at; }, workers);
        });
    }

    template <class Part>
    void take(std::uint32_t* out, int n, const Part& part, int workers) {
        std::memcpy(out, part(scratch_[0]), sizeof(std::uint32_t) * n);
        std::memset(part(scratch_[0]), 0, sizeof(std::uint32_t) * n);
        for (int worker = 1; worker < workers; ++worker) {
            std::uint32_t* own = part(scratch_[worker]);
            for (int i = 0; i < n; ++i) out[i] += own[i];
            std::memset(own, 0, sizeof(std::uint32_t) * n);
        }
    }

    BandPool& pool_;
    std::mutex mutex_;
    std::unique_ptr<StripScratch[]> scratch_;
    std::unique_ptr<std::uint32_t[]> plots_;
};

}  // namespace

void bind_scopes(nb::module_& m) {
    nb::class_<ScopeMeter>(m, "ScopeMeter", "Counts pictures for scopes; see livegrade/scopes/native.py.")
        .def(nb::init<BandPool&>(), nb::arg("pool"), nb::keep_alive<1, 2>())
        .def("measure", &ScopeMeter::measure, nb::arg("image"), nb::arg("factors"), nb::arg("wanted"), nb::arg("step"),
             nb::arg("offset"), nb::arg("area"), nb::arg("waveform").noconvert(), nb::arg("histogram").noconvert(),
             nb::arg("vectorscope").noconvert(), nb::arg("plot_rule"), nb::arg("plot_least"),
             nb::arg("plot_values").noconvert(), nb::arg("plot").noconvert());
}

}  // namespace livegrade
