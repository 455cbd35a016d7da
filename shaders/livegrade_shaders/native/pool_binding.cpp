#include "band_pool.hpp"
#include "module.hpp"

namespace nb = nanobind;

namespace livegrade {

void bind_pool(nb::module_& m) {
    nb::class_<BandPool>(m, "BandPool", "Threads that share out the bands of a picture.")
        .def(nb::init<int>(), nb::arg("threads"))
        .def_prop_ro("size", &BandPool::size);
}

}  // namespace livegrade
