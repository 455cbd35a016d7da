// One bind_* function per family of kernels.
#pragma once

#include <nanobind/nanobind.h>

namespace livegrade {

void bind_pool(nanobind::module_& m);
void bind_layouts(nanobind::module_& m);
void bind_look(nanobind::module_& m);
void bind_colours(nanobind::module_& m);
void bind_scopes(nanobind::module_& m);
void bind_falsecolor(nanobind::module_& m);
void bind_overlay(nanobind::module_& m);
void bind_draw(nanobind::module_& m);
void bind_shrink(nanobind::module_& m);
void bind_mix(nanobind::module_& m);

}  // namespace livegrade
