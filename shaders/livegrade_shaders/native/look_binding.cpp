#include <nanobind/ndarray.h>
#include <nanobind/stl/shared_ptr.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <stdexcept>

#include "held_image.hpp"
#include "look_program.hpp"
#include "module.hpp"

namespace nb = nanobind;

namespace livegrade {

namespace {

using Rows34 = nb::ndarray<const double, nb::shape<3, 4>, nb::c_contig, nb::device::cpu>;
using Values = nb::ndarray<const double, nb::ndim<1>, nb::c_contig, nb::device::cpu>;
using LatticeValues = nb::ndarray<const double, nb::shape<-1, -1, -1, 3>, nb::c_contig, nb::device::cpu>;

using Weights = nb::ndarray<const double, nb::shape<3>, nb::c_contig, nb::device::cpu>;
using FixedCurves = std::vector<std::shared_ptr<const FixedCurve>>;

LayoutId layout_called(const std::string& name) {
    LayoutId id{};
    if (!find_layout(name.c_str(), id)) throw std::invalid_argument("unknown pixel layout " + name);
    return id;
}

int lattice_side(const LatticeValues& values) {
    const auto n = values.shape(0);
    if (n < 2 || n > 129 || values.shape(1) != n || values.shape(2) != n)
        throw std::invalid_argument("a lattice has the same number of points, 2 to 129, on each side");
    return static_cast<int>(n);
}

Signal signal(const std::string& source, const std::string& target, int width) {
    if (width < 1 || width > 16384) throw std::invalid_argument("the width of the picture is impossible");
    return {layout_called(source), layout_called(target), width};
}

template <class Program>
void run(const Program& program, BandPool& pool, const Image& source, const Image& target) {
    require_writable(target);
    nb::gil_scoped_release release;
    program.run(pool, source, target);
}

int checked_channel(int channel) {
    if (channel < 0 || channel > 2) throw std::invalid_argument("channel is 0, 1 or 2");
    return channel;
}

}  // namespace

void bind_look(nb::module_& m) {
    nb::class_<FloatLattice>(m, "FloatLattice", "Lattice points of the float path, with an affine map folded in.")
        .def("__init__",
             [](FloatLattice* self, const LatticeValues& values, const Rows34& tail) {
                 const int side = lattice_side(values);
                 nb::gil_scoped_release release;
                 new (self) FloatLattice(values.data(), side, tail.data());
             },
             nb::arg("values"), nb::arg("tail"))
        .def_prop_ro("size", &FloatLattice::size);
    nb::class_<FixedLattice>(m, "FixedLattice", "Lattice records of the fixed-point paths, giving codes of 10 bits.")
        .def("__init__",
             [](FixedLattice* self, const LatticeValues& values, const Rows34& tail, int fraction_bits) {
                 if (fraction_bits < 4 || fraction_bits > 6) throw std::invalid_argument("fraction_bits is 4, 5 or 6");
                 const int side = lattice_side(values);
                 nb::gil_scoped_release release;
                 new (self) FixedLattice(values.data(), side, tail.data(), fraction_bits);
             },
             nb::arg("values"), nb::arg("tail"), nb::arg("fraction_bits"))
        .def_prop_ro("size", &FixedLattice::size)
        .def_prop_ro("fraction_bits", &FixedLattice::fraction_bits);
    nb::class_<FloatOps>(m, "FloatOps", "Operations in float32; built once, then given to a program.")
        .def(nb::init<>())
        .def("add_mix", [](FloatOps& self, const Rows34& rows) { self.add_mix(rows.data()); }, nb::arg("rows"))
        .def("add_ramp",
             [](FloatOps& self, int channel, double scale, double offset, double low, double high) {
                 self.add_ramp(checked_channel(channel), scale, offset, low, high);
             },
             nb::arg("channel"), nb::arg("scale"), nb::arg("offset"), nb::arg("low"), nb::arg("high"))
        .def("add_power",
             [](FloatOps& self, int channel, double exponent) { self.add_power(checked_channel(channel), exponent); },
             nb::arg("channel"), nb::arg("exponent"))
        .def("add_lookup",
             [](FloatOps& self, int channel, double first, double last, const Values& values) {
                 if (values.shape(0) < 2 || !(first < last))
                     throw std::invalid_argument("a table has 2 values or more and first < last");
                 self.add_lookup(checked_channel(channel), first, last, values.data(),
                                 static_cast<int>(values.shape(0)));
             },
             nb::arg("channel"), nb::arg("first"), nb::arg("last"), nb::arg("values"))
        .def("add_cube", &FloatOps::add_cube, nb::arg("lattice"));
    nb::class_<FloatProgram>(m, "FloatProgram", "Operations from codes to codes, all in float32.")
        .def("__init__",
             [](FloatProgram* self, const std::string& source, const std::string& target, int width, int low,
                int high, std::shared_ptr<const FloatOps> ops) {
                 new (self) FloatProgram(signal(source, target, width), low, high, std::move(ops));
             },
             nb::arg("source"), nb::arg("target"), nb::arg("width"), nb::arg("low"), nb::arg("high"), nb::arg("ops"))
        .def("run", &run<FloatProgram>, nb::arg("pool"), nb::arg("source"), nb::arg("target"));
    nb::class_<MixedProgram>(m, "MixedProgram", "Operations in float32, then a lattice in 16-bit lanes.")
        .def("__init__",
             [](MixedProgram* self, const std::string& source, const std::string& target, int width, int low,
                int high, std::shared_ptr<const FloatOps> before, std::shared_ptr<const FixedLattice> lattice) {
                 new (self) MixedProgram(signal(source, target, width), low, high, std::move(before),
                                         std::move(lattice));
             },
             nb::arg("source"), nb::arg("target"), nb::arg("width"), nb::arg("low"), nb::arg("high"),
             nb::arg("before"), nb::arg("lattice"))
        .def("run", &run<MixedProgram>, nb::arg("pool"), nb::arg("source"), nb::arg("target"));
    nb::class_<FixedCurve>(m, "FixedCurve", "A curve from 0..1 to 0..1 fitted for the fixed-point path.")
        .def(nb::init<const FloatOps&>(), nb::arg("ops"), nb::call_guard<nb::gil_scoped_release>())
        .def_prop_ro("error", &FixedCurve::error)
        .def_prop_ro("largest_step", &FixedCurve::largest_step)
        .def_prop_ro("steep_step", &FixedCurve::steep_step)
        .def_prop_ro("usual_error", &FixedCurve::usual_error);
    nb::class_<FixedProgram>(m, "FixedProgram", "Codes to codes, all in 16-bit lanes.")
        .def("__init__",
             [](FixedProgram* self, const std::string& source, const std::string& target, int width, int low, int high,
                const Rows34& decode, FixedCurves first, double saturation, const Weights& weights,
                FixedCurves second, std::shared_ptr<const FixedLattice> lattice) {
                 new (self) FixedProgram(signal(source, target, width), low, high, decode.data(), std::move(first),
                                         saturation, weights.data(), std::move(second), std::move(lattice));
             },
             nb::arg("source"), nb::arg("target"), nb::arg("width"), nb::arg("low"), nb::arg("high"),
             nb::arg("decode"), nb::arg("first"), nb::arg("saturation"), nb::arg("weights"), nb::arg("second"),
             nb::arg("lattice"))
        .def("run", &run<FixedProgram>, nb::arg("pool"), nb::arg("source"), nb::arg("target"));
    m.def("has_fixed_point", [] { return fixed_kernels().mixed_row != nullptr; },
          "Whether the instruction-set level in use has the fixed-point paths.");
}

}  // namespace livegrade
