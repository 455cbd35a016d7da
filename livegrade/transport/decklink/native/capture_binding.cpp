#include <nanobind/ndarray.h>
#include <nanobind/stl/map.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/pair.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <memory>
#include <utility>

#include "capture.hpp"
#include "module.hpp"

namespace nb = nanobind;

namespace livegrade::decklink {

namespace {

using Unlocked = nb::call_guard<nb::gil_scoped_release>;
using Buffer = nb::ndarray<std::uint8_t, nb::ndim<1>, nb::c_contig, nb::device::cpu>;
// The caller's buffers, kept while the driver or a picture may use them. Let go with the interpreter lock held.
using Kept = std::shared_ptr<const std::vector<Buffer>>;

// A picture in Python: the driver's frame and the caller's buffers belong to the array `data`.
struct Picture {
    PictureValue value;
    nb::object data, audio;
};

// The frame is let go first: the driver may still touch the memory then.
struct HeldFrame {
    Kept kept;
    Ref<IDeckLinkVideoInputFrame> frame;
};

template <class Held>
nb::capsule capsule_of(Held held) {
    return nb::capsule(new Held(std::move(held)), [](void* p) noexcept { delete static_cast<Held*>(p); });
}

Picture picture_of(PictureValue value, std::size_t channels, const Kept& kept) {
    Picture picture;
    using Pixels = nb::ndarray<nb::numpy, const std::uint8_t, nb::ndim<1>>;
    const auto size = static_cast<std::size_t>(value.stride) * static_cast<std::size_t>(value.height);
    const auto* bytes = value.bytes;
    picture.data = nb::cast(Pixels(bytes, {size}, capsule_of(HeldFrame{kept, std::move(value.frame)})));
    picture.audio = nb::none();
    if (value.audio) {
        using Sound = nb::ndarray<nb::numpy, const std::int32_t, nb::ndim<2>>;
        const auto* samples = value.audio.data();
        const auto count = value.audio.size() / channels;
        picture.audio = nb::cast(Sound(samples, {count, channels}, capsule_of(std::move(value.audio))));
    }
    picture.value = std::move(value);
    return picture;
}

class HeldCapture {
  public:
    HeldCapture(int card, const CaptureOptions& options, std::vector<Buffer> buffers)
        : kept_(std::make_shared<const std::vector<Buffer>>(std::move(buffers))) {
        std::vector<Span> given;
        for (const Buffer& buffer : *kept_) given.push_back({const_cast<std::uint8_t*>(buffer.data()), buffer.size()});
        const nb::gil_scoped_release unlocked;
        capture_ = std::make_unique<Capture>(card, options, given);
    }
    ~HeldCapture() {
        stop(longest_wait);
        const nb::gil_scoped_release unlocked;
        capture_.reset();
    }

    // A driver that did not come to rest may still write: its memory stays for good.
    bool stop(std::chrono::nanoseconds limit) {
        bool at_rest;
        {
            const nb::gil_scoped_release unlocked;
            at_rest = capture_->stop(limit);
        }
        if (!at_rest) static_cast<void>(new Kept(kept_));
        return at_rest;
    }

    nb::object take(std::int64_t timeout_ns) {
        auto entry = [&] {
            const nb::gil_scoped_release unlocked;
            return capture_->take(timeout_of(timeout_ns));
        }();
        if (!entry) return nb::none();
        if (auto* change = std::get_if<Changed>(&*entry)) return nb::cast(std::move(*change));
        return nb::cast(picture_of(std::get<PictureValue>(std::move(*entry)), capture_->audio_channels(), kept_));
    }

    Capture& capture() { return *capture_; }

  private:
    const Kept kept_;
    std::unique_ptr<Capture> capture_;
};

void make_capture(HeldCapture* self, int card, std::uint32_t mode, std::uint32_t pixel_format, std::uint32_t rgb_format,
                  std::uint32_t rgb12_format, bool detect, std::optional<std::int64_t> connection, std::uint32_t audio_channels, bool packets,
                  std::size_t queue, std::vector<Buffer> buffers) {
    CaptureOptions options;
    options.mode = mode;
    options.pixel_format = pixel_format;
    options.rgb_format = rgb_format;
    options.rgb12_format = rgb12_format;
    options.detect = detect;
    options.connection = connection;
    options.audio_channels = audio_channels;
    options.packets = packets;
    options.queue = queue;
    new (self) HeldCapture(card, options, std::move(buffers));
}

template <class T>
auto part(T PictureValue::* member) {
    return [member](const Picture& picture) { return picture.value.*member; };
}

void bind_picture(nb::module_& m) {
    using V = PictureValue;
    nb::class_<Picture>(m, "Picture")
        .def_ro("data", &Picture::data)
        .def_ro("audio", &Picture::audio)
        .def_prop_ro("width", part(&V::width))
        .def_prop_ro("height", part(&V::height))
        .def_prop_ro("stride", part(&V::stride))
        .def_prop_ro("pixel_format", part(&V::pixel_format))
        .def_prop_ro("flags", part(&V::flags))
        .def_prop_ro("mode", [](const Picture& picture) { return *picture.value.mode; })
        .def_prop_ro("arrived_ns", part(&V::arrived_ns))
        .def_prop_ro("stream_time", part(&V::stream_time))
        .def_prop_ro("stream_duration", part(&V::stream_duration))
        .def_prop_ro("hardware_ns", part(&V::hardware_ns))
        .def_prop_ro("timecodes", part(&V::timecodes))
        .def_prop_ro("packets", part(&V::packets))
        .def_prop_ro("audio_time", part(&V::audio_time))
        .def_prop_ro("metadata_ints", [](const Picture& picture) { return picture.value.metadata.ints; })
        .def_prop_ro("metadata_floats", [](const Picture& picture) { return picture.value.metadata.floats; })
        .def_prop_ro("number", part(&V::number))
        .def_prop_ro("missed", part(&V::missed));
}

void bind_change(nb::module_& m) {
    nb::class_<Changed>(m, "FormatChange")
        .def_prop_ro("mode", [](const Changed& change) { return *change.mode; })
        .def_ro("events", &Changed::events)
        .def_ro("flags", &Changed::flags)
        .def_ro("pixel_format", &Changed::pixel_format)
        .def_ro("restarted", &Changed::restarted)
        .def_prop_ro("failed", [](const Changed& change) -> nb::object {
            return change.failed ? error_of(*change.failed) : nb::none();
        });
}

void bind_counters(nb::module_& m) {
    nb::class_<CaptureCounters>(m, "CaptureCounters")
        .def_ro("pictures", &CaptureCounters::pictures)
        .def_ro("missed", &CaptureCounters::missed)
        .def_ro("no_source", &CaptureCounters::no_source)
        .def_ro("changes", &CaptureCounters::changes)
        .def_ro("errors", &CaptureCounters::errors)
        .def_ro("own_memory", &CaptureCounters::own_memory)
        .def_ro("calls", &CaptureCounters::calls);
}

}  // namespace

void bind_capture(nb::module_& m) {
    bind_picture(m);
    bind_change(m);
    bind_counters(m);
    nb::class_<HeldCapture>(m, "Capture")
        .def("__init__", &make_capture, nb::arg("card"), nb::kw_only(), nb::arg("mode"), nb::arg("pixel_format"),
             nb::arg("rgb_format") = pixel::r210, nb::arg("rgb12_format") = pixel::r12b, nb::arg("detect") = true, nb::arg("connection") = nb::none(),
             nb::arg("audio_channels") = 16, nb::arg("packets") = true, nb::arg("queue") = 3,
             nb::arg("buffers") = std::vector<Buffer>())
        .def("start", [](HeldCapture& self) { self.capture().start(); }, Unlocked())
        .def("take", &HeldCapture::take, nb::arg("timeout_ns"))
        .def("status", [](HeldCapture& self) { return self.capture().status(); }, Unlocked())
        .def("counters", [](HeldCapture& self) { return self.capture().counters(); }, Unlocked())
        .def("stop",
             [](HeldCapture& self, std::int64_t limit_ns) { return self.stop(timeout_of(limit_ns)); },
             nb::arg("limit_ns") = std::chrono::nanoseconds(longest_wait).count());
}

}  // namespace livegrade::decklink
