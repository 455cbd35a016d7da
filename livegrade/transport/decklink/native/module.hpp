// Parts of the Python module, each in a file of its own.
#pragma once

#include <nanobind/nanobind.h>

#include "calls.hpp"

namespace livegrade::decklink {

void bind_errors(nanobind::module_& m);
void bind_cards(nanobind::module_& m);
void bind_values(nanobind::module_& m);
void bind_capture(nanobind::module_& m);
void bind_playout(nanobind::module_& m);

// The Python exception for what the driver answered, not raised.
nanobind::object error_of(const DriverFailure& failure);

}  // namespace livegrade::decklink
