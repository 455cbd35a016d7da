// Operations of the float path over colours and lattices instead of pictures: bakes and their errors.
#include <nanobind/ndarray.h>

#include <algorithm>
#include <stdexcept>

#include "look_program.hpp"
#include "module.hpp"

namespace nb = nanobind;

namespace livegrade {

namespace {

using Colours = nb::ndarray<float, nb::shape<-1, 3>, nb::c_contig, nb::device::cpu>;
using Axis = nb::ndarray<const float, nb::ndim<1>, nb::c_contig, nb::device::cpu>;
using Points = nb::ndarray<float, nb::shape<-1, -1, -1, 3>, nb::c_contig, nb::device::cpu>;

constexpr std::size_t colours_per_task = 4096;

// Kept by each thread, so that a job allocates nothing.
float* scratch() {
    static thread_local AlignedFloats memory(colours_scratch);
    return memory.data();
}

void run(const FloatOps& ops, float* rgb, std::size_t n) {
    look_kernels().run_colours(ops.list().data(), static_cast<int>(ops.list().size()), rgb, n, scratch());
}

void run_colours(const FloatOps& ops, const Colours& rgb, BandPool& pool) {
    const std::size_t n = rgb.shape(0);
    float* data = rgb.data();
    nb::gil_scoped_release release;
    const auto tasks = static_cast<int>((n + colours_per_task - 1) / colours_per_task);
    pool.run(tasks, [&](int task, int) {
        const std::size_t first = static_cast<std::size_t>(task) * colours_per_task;
        run(ops, data + 3 * first, std::min(colours_per_task, n - first));
    });
}

void sample_lattice(const FloatOps& ops, const Axis& red, const Axis& green, const Axis& blue, const Points& out,
                    BandPool& pool) {
    const std::size_t reds = red.shape(0), greens = green.shape(0), blues = blue.shape(0);
    if (out.shape(0) != reds || out.shape(1) != greens || out.shape(2) != blues)
        throw std::invalid_argument("the lattice has not as many points as its axes");
    const float *r = red.data(), *g = green.data(), *b = blue.data();
    float* data = out.data();
    nb::gil_scoped_release release;
    pool.run(static_cast<int>(reds), [&](int i, int) {
        float* plane = data + static_cast<std::size_t>(i) * greens * blues * 3;
        float* at = plane;
        for (std::size_t j = 0; j < greens; ++j)
            for (std::size_t k = 0; k < blues; ++k, at += 3) {
                at[0] = r[i];
                at[1] = g[j];
                at[2] = b[k];
            }
        run(ops, plane, greens * blues);
    });
}

}  // namespace

void bind_colours(nb::module_& m) {
    m.def("run_colours", &run_colours, nb::arg("ops"), nb::arg("rgb"), nb::arg("pool"),
          "Runs operations over colours (n, 3) in place.");
    m.def("sample_lattice", &sample_lattice, nb::arg("ops"), nb::arg("red"), nb::arg("green"), nb::arg("blue"),
          nb::arg("out"), nb::arg("pool"), "Runs operations at every point of three axes.");
}

}  // namespace livegrade
