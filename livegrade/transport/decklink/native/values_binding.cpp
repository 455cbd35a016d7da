#include <nanobind/stl/optional.h>

#include <algorithm>
#include <stdexcept>

#include "module.hpp"
#include "values.hpp"

namespace nb = nanobind;

namespace livegrade::decklink {

namespace {

void make_packet(PacketValue* self, std::uint8_t did, std::uint8_t sdid, const nb::bytes& data, std::uint32_t line,
                 std::uint8_t stream) {
    if (data.size() > most_packet_bytes) throw std::invalid_argument("a packet has at most 255 user data words");
    const auto* first = static_cast<const std::uint8_t*>(data.data());
    new (self) PacketValue{did, sdid, line, stream, {first, first + data.size()}};
}

nb::bytes data_of(const PacketValue& packet) { return nb::bytes(packet.data.data(), packet.data.size()); }

}  // namespace

void bind_values(nb::module_& m) {
    using T = TimecodeValue;
    nb::class_<T>(m, "Timecode14")
        .def(nb::init<std::uint32_t, std::uint8_t, std::uint8_t, std::uint8_t, std::uint8_t, std::uint32_t,
                      std::optional<std::uint32_t>>(),
             nb::arg("format"), nb::arg("hours"), nb::arg("minutes"), nb::arg("seconds"), nb::arg("frames"),
             nb::arg("flags") = 0, nb::arg("user_bits") = nb::none())
        .def_ro("format", &T::format)
        .def_ro("hours", &T::hours)
        .def_ro("minutes", &T::minutes)
        .def_ro("seconds", &T::seconds)
        .def_ro("frames", &T::frames)
        .def_ro("flags", &T::flags)
        .def_ro("user_bits", &T::user_bits);
    nb::class_<PacketValue>(m, "Packet")
        .def("__init__", &make_packet, nb::arg("did"), nb::arg("sdid"), nb::arg("data"), nb::arg("line") = 0,
             nb::arg("stream") = 0)
        .def_ro("did", &PacketValue::did)
        .def_ro("sdid", &PacketValue::sdid)
        .def_ro("line", &PacketValue::line)
        .def_ro("stream", &PacketValue::stream)
        .def_prop_ro("data", &data_of);
}

}  // namespace livegrade::decklink
