// The extension module. Each family binds itself in its own file; this one only calls them.
#include <nanobind/nanobind.h>

#include "dispatch.hpp"
#include "module.hpp"

namespace nb = nanobind;

NB_MODULE(_native, m) {
    m.doc() = "Per-pixel kernels of livegrade.";
    m.def("isa", [] { return livegrade::isa_name(livegrade::active_isa()); },
          "Instruction-set level in use: base, v3 or v4.");
    livegrade::bind_pool(m);
}
