#include <nanobind/stl/optional.h>
#include <nanobind/stl/pair.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include "facts.hpp"
#include "module.hpp"
#include "slots.hpp"

namespace nb = nanobind;

namespace livegrade::decklink {

namespace {

using Unlocked = nb::call_guard<nb::gil_scoped_release>;

void bind_mode(nb::module_& m) {
    nb::class_<Mode>(m, "Mode")
        .def_ro("code", &Mode::code)
        .def_ro("name", &Mode::name)
        .def_ro("width", &Mode::width)
        .def_ro("height", &Mode::height)
        .def_ro("duration", &Mode::duration)
        .def_ro("scale", &Mode::scale)
        .def_ro("dominance", &Mode::dominance)
        .def_ro("flags", &Mode::flags);
}

void bind_facts(nb::module_& m) {
    nb::class_<CardFacts>(m, "CardFacts")
        .def_ro("index", &CardFacts::index)
        .def_ro("model", &CardFacts::model)
        .def_ro("name", &CardFacts::name)
        .def_ro("persistent_id", &CardFacts::persistent_id)
        .def_ro("handle", &CardFacts::handle)
        .def_ro("subdevice", &CardFacts::subdevice)
        .def_ro("subdevices", &CardFacts::subdevices)
        .def_ro("captures", &CardFacts::captures)
        .def_ro("plays", &CardFacts::plays)
        .def_ro("detects_format", &CardFacts::detects_format)
        .def_ro("hdr", &CardFacts::hdr)
        .def_ro("colorspace", &CardFacts::colorspace)
        .def_ro("has_reference", &CardFacts::has_reference)
        .def_ro("input_connections", &CardFacts::input_connections)
        .def_ro("output_connections", &CardFacts::output_connections)
        .def_ro("input_connection", &CardFacts::input_connection)
        .def_ro("duplex", &CardFacts::duplex)
        .def_ro("profile", &CardFacts::profile)
        .def_ro("minimum_preroll", &CardFacts::minimum_preroll)
        .def_ro("max_audio_channels", &CardFacts::max_audio_channels)
        .def_ro("hfr_timecode", &CardFacts::hfr_timecode)
        .def_ro("anc_needs_v210", &CardFacts::anc_needs_v210)
        .def_ro("busy", &CardFacts::busy)
        .def_ro("input_locked", &CardFacts::input_locked)
        .def_ro("detected_mode", &CardFacts::detected_mode)
        .def_ro("detected_flags", &CardFacts::detected_flags)
        .def_ro("reference_locked", &CardFacts::reference_locked)
        .def_ro("reference_mode", &CardFacts::reference_mode)
        .def_ro("temperature_c", &CardFacts::temperature_c)
        .def_ro("pcie_width", &CardFacts::pcie_width)
        .def_ro("pcie_speed", &CardFacts::pcie_speed);
}

}  // namespace

void bind_cards(nb::module_& m) {
    bind_mode(m);
    bind_facts(m);
    m.def(
        "driver_version",
        []() -> std::optional<std::pair<std::int64_t, std::string>> {
            const auto version = driver_version();
            if (!version) return std::nullopt;
            return std::pair{version->number, version->text};
        },
        Unlocked());
    m.def(
        "load_error",
        []() -> std::optional<std::string> {
            const auto error = load_error();
            if (error.empty()) return std::nullopt;
            return error;
        },
        Unlocked());
    m.def("cards", &cards, Unlocked());
    m.def("modes", &modes, nb::arg("card"), nb::arg("output"), Unlocked());
    m.def("supports", &supports, nb::arg("card"), nb::arg("output"), nb::arg("connection"), nb::arg("mode"),
          nb::arg("pixel_format"), Unlocked());
    m.def("slots", &slots);
}

}  // namespace livegrade::decklink
