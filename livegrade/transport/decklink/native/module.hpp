// Parts of the Python module, each in a file of its own.
#pragma once

#include <nanobind/nanobind.h>

#include <chrono>
#include <cstdint>

#include "calls.hpp"

namespace livegrade::decklink {

void bind_errors(nanobind::module_& m);
void bind_cards(nanobind::module_& m);
void bind_values(nanobind::module_& m);
void bind_capture(nanobind::module_& m);
void bind_playout(nanobind::module_& m);

// A caller's timeout as the standard library can add it to a clock.
std::chrono::nanoseconds timeout_of(std::int64_t nanoseconds);

// The Python exception for what the driver answered, not raised.
nanobind::object error_of(const DriverFailure& failure);

}  // namespace livegrade::decklink
