#include <nanobind/ndarray.h>
#include <nanobind/stl/map.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/pair.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <memory>
#include <stdexcept>
#include <utility>

#include "constants.hpp"
#include "module.hpp"
#include "playout.hpp"

namespace nb = nanobind;

namespace livegrade::decklink {

namespace {

using Unlocked = nb::call_guard<nb::gil_scoped_release>;
using Pixels = nb::ndarray<const std::uint8_t, nb::ndim<1>, nb::c_contig, nb::device::cpu>;
using Sound = nb::ndarray<const std::int32_t, nb::ndim<2>, nb::c_contig, nb::device::cpu>;

// Waits for the driver without the interpreter lock, also when Python throws the object away.
class HeldPlayout {
  public:
    HeldPlayout(int card, const PlayoutOptions& options) {
        const nb::gil_scoped_release unlocked;
        playout = std::make_unique<Playout>(card, options);
    }
    ~HeldPlayout() {
        const nb::gil_scoped_release unlocked;
        playout.reset();
    }

    std::unique_ptr<Playout> playout;
};

void make_playout(HeldPlayout* self, int card, std::uint32_t mode, std::uint32_t pixel_format, int preroll,
                  std::uint32_t audio_channels, bool timecode, bool packets, std::optional<std::int64_t> colorspace,
                  std::optional<std::int64_t> eotf, std::map<std::uint32_t, double> hdr_floats) {
    PlayoutOptions options;
    options.mode = mode;
    options.pixel_format = pixel_format;
    options.preroll = preroll;
    options.audio_channels = audio_channels;
    options.timecode = timecode;
    options.packets = packets;
    if (colorspace) options.metadata.ints[metadata::colorspace] = *colorspace;
    if (eotf) options.metadata.ints[metadata::eotf] = *eotf;
    options.metadata.floats = std::move(hdr_floats);
    new (self) HeldPlayout(card, options);
}

std::optional<std::int64_t> write(HeldPlayout& self, const Pixels& data, std::optional<Sound> audio,
                                  std::optional<TimecodeValue> timecode, bool hfr_timecode,
                                  std::vector<PacketValue> packets) {
    Playout& playout = *self.playout;
    if (data.size() != playout.picture_size())
        throw std::invalid_argument("a picture of this output has " + std::to_string(playout.picture_size()) +
                                    " bytes");
    if (audio && audio->shape(1) != playout.audio_channels())
        throw std::invalid_argument("the sound of this output has " + std::to_string(playout.audio_channels()) +
                                    " channels");
    OutputPicture picture;
    picture.pixels = data.data();
    if (audio) {
        picture.samples = audio->data();
        picture.sample_count = static_cast<std::int64_t>(audio->shape(0));
    }
    picture.timecode = timecode;
    picture.high_frame_rate_timecode = hfr_timecode;
    picture.packets = std::move(packets);
    const nb::gil_scoped_release unlocked;
    return playout.write(picture);
}

void bind_counters(nb::module_& m) {
    using T = PlayoutCounters;
    nb::class_<T>(m, "PlayoutCounters")
        .def_ro("scheduled", &T::scheduled)
        .def_ro("completed", &T::completed)
        .def_ro("late", &T::late)
        .def_ro("dropped", &T::dropped)
        .def_ro("flushed", &T::flushed)
        .def_ro("underruns", &T::underruns)
        .def_ro("refused", &T::refused)
        .def_ro("sound_lost", &T::sound_lost)
        .def_ro("calls", &T::calls);
}

}  // namespace

void bind_playout(nb::module_& m) {
    bind_counters(m);
    nb::class_<HeldPlayout>(m, "Playout")
        .def("__init__", &make_playout, nb::arg("card"), nb::kw_only(), nb::arg("mode"), nb::arg("pixel_format"),
             nb::arg("preroll") = 2, nb::arg("audio_channels") = 0, nb::arg("timecode") = true,
             nb::arg("packets") = true, nb::arg("colorspace") = nb::none(), nb::arg("eotf") = nb::none(),
             nb::arg("hdr_floats") = std::map<std::uint32_t, double>())
        .def_prop_ro("stride", [](const HeldPlayout& self) { return self.playout->stride(); })
        .def_prop_ro("preroll", [](const HeldPlayout& self) { return self.playout->preroll(); })
        .def("write", &write, nb::arg("data"), nb::kw_only(), nb::arg("audio") = nb::none(),
             nb::arg("timecode") = nb::none(), nb::arg("hfr_timecode") = false,
             nb::arg("packets") = std::vector<PacketValue>())
        .def("wait_tick",
             [](HeldPlayout& self, std::int64_t timeout_ns) {
                 return self.playout->wait_tick(timeout_of(timeout_ns));
             },
             nb::arg("timeout_ns"), Unlocked())
        .def("reference", [](HeldPlayout& self) { return self.playout->reference(); }, Unlocked())
        .def("counters", [](HeldPlayout& self) { return self.playout->counters(); }, Unlocked())
        .def("stop",
             [](HeldPlayout& self, std::int64_t limit_ns) { return self.playout->stop(timeout_of(limit_ns)); },
             nb::arg("limit_ns") = std::chrono::nanoseconds(longest_wait).count(), Unlocked());
}

}  // namespace livegrade::decklink
