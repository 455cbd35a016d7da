// The extension module. Each family binds itself in its own file; this one only calls them.
#include <nanobind/nanobind.h>

#include "dispatch.hpp"
#include "module.hpp"

namespace nb = nanobind;

NB_MODULE(_native, m) {
    // A program may end while others still hold pictures; at that moment the list of them is of no use to a user.
    nb::set_leak_warnings(false);
    m.doc() = "Per-pixel kernels of livegrade.";
    m.def("isa", [] { return livegrade::isa_name(livegrade::active_isa()); },
          "Instruction-set level in use: base, v3 or v4.");
    m.def("isa_levels", [] {
        nb::list names;
        for (int level = 0; level <= static_cast<int>(livegrade::best_isa()); ++level)
            names.append(livegrade::isa_name(static_cast<livegrade::Isa>(level)));
        return names;
    }, "Levels this processor can run, lowest first; LIVEGRADE_ISA at start chooses one of them.");
    livegrade::bind_pool(m);
    livegrade::bind_layouts(m);
    livegrade::bind_look(m);
    livegrade::bind_colours(m);
    livegrade::bind_scopes(m);
    livegrade::bind_falsecolor(m);
    livegrade::bind_overlay(m);
    livegrade::bind_draw(m);
    livegrade::bind_shrink(m);
    livegrade::bind_mix(m);
}
