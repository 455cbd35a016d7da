// The extension module of the ring: buffers of Python checked once and held, the interpreter let go of in every copy.
#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/tuple.h>

#include <optional>
#include <stdexcept>
#include <tuple>

#include "ring.hpp"

namespace nb = nanobind;

namespace livegrade {

namespace {

using Picture = nb::ndarray<const std::uint8_t, nb::ndim<3>, nb::c_contig, nb::device::cpu>;
using Room = nb::ndarray<std::uint8_t, nb::ndim<1>, nb::c_contig, nb::device::cpu>;

// A buffer of Python, kept for as long as this object.
class Held {
  public:
    Held(nb::handle memory, int flags) {
        if (PyObject_GetBuffer(memory.ptr(), &view_, flags) != 0) throw nb::python_error();
    }
    ~Held() { PyBuffer_Release(&view_); }
    Held(const Held&) = delete;
    Held& operator=(const Held&) = delete;

    std::uint8_t* data() const { return static_cast<std::uint8_t*>(view_.buf); }
    std::size_t size() const { return static_cast<std::size_t>(view_.len); }

  private:
    Py_buffer view_{};
};

class Writer {
  public:
    Writer(nb::handle memory, std::uint64_t slots, std::uint64_t capacity)
        : held_(memory, PyBUF_WRITABLE), ring_(held_.data(), held_.size(), {slots, capacity}) {}

    void write(Picture picture, std::int64_t index, std::int64_t captured_ns, const std::string& timecode,
               const std::string& look) {
        RingFacts facts;
        facts.index = index;
        facts.captured_ns = captured_ns;
        facts.height = checked(picture.shape(0));
        facts.width = checked(picture.shape(1));
        facts.channels = checked(picture.shape(2));
        facts.timecode = ring_text(timecode);
        facts.look = ring_text(look);
        const std::uint8_t* pixels = picture.data();
        nb::gil_scoped_release release;
        ring_.write(facts, pixels);
    }
    void end() { ring_.end(); }

  private:
    static std::uint32_t checked(std::size_t side) {
        if (side > 16384) throw std::invalid_argument("the picture does not fit into this ring");
        return static_cast<std::uint32_t>(side);
    }

    Held held_;
    RingWriter ring_;
};

// number, index, captured_ns, width, height, channels, timecode, look
using Facts = std::tuple<std::uint64_t, std::int64_t, std::int64_t, std::uint32_t, std::uint32_t, std::uint32_t,
                         nb::bytes, nb::bytes>;

nb::bytes bytes_of(const std::string& text) { return nb::bytes(text.data(), text.size()); }

class Reader {
  public:
    explicit Reader(nb::handle memory) : held_(memory, PyBUF_SIMPLE), ring_(held_.data(), held_.size()) {}

    std::uint64_t capacity() const { return ring_.shape().capacity; }
    std::uint64_t newest() const { return ring_.newest(); }
    bool has_ended() const { return ring_.has_ended(); }
    std::optional<Facts> read(Room room) const {
        if (room.shape(0) < capacity()) throw std::invalid_argument("there is not enough room for a picture of this ring");
        std::uint8_t* pixels = room.data();
        RingFacts facts;
        bool is_there = false;
        {
            nb::gil_scoped_release release;
            is_there = ring_.read(facts, pixels);
        }
        if (!is_there) return std::nullopt;
        return Facts{facts.number,   facts.index,           facts.captured_ns,    facts.width, facts.height,
                     facts.channels, bytes_of(ring_text(facts.timecode)), bytes_of(ring_text(facts.look))};
    }
    void wait(std::uint64_t seen, double timeout_s) const {
        if (!(timeout_s >= 0 && timeout_s <= 3600)) throw std::invalid_argument("a reader waits for 0 to 3600 seconds");
        nb::gil_scoped_release release;
        ring_.wait(seen, static_cast<std::int64_t>(timeout_s * 1e9));
    }

  private:
    Held held_;
    RingReader ring_;
};

}  // namespace

}  // namespace livegrade

NB_MODULE(_ring, m) {
    using livegrade::Reader;
    using livegrade::Writer;
    nb::set_leak_warnings(false);
    m.doc() = "A ring of pictures in memory that several processes have mapped.";
    m.def("ring_size", [](std::uint64_t slots, std::uint64_t capacity) {
        const livegrade::RingShape shape{slots, capacity};
        if (!shape.is_possible()) throw std::invalid_argument("a ring of such a size cannot be made");
        return shape.size();
    }, nb::arg("slots"), nb::arg("capacity"));
    nb::class_<Writer>(m, "Writer")
        .def(nb::init<nb::handle, std::uint64_t, std::uint64_t>(), nb::arg("memory"), nb::arg("slots"), nb::arg("capacity"))
        .def("write", &Writer::write, nb::arg("picture"), nb::arg("index"), nb::arg("captured_ns"), nb::arg("timecode"),
             nb::arg("look"))
        .def("end", &Writer::end);
    nb::class_<Reader>(m, "Reader")
        .def(nb::init<nb::handle>(), nb::arg("memory"))
        .def_prop_ro("capacity", &Reader::capacity)
        .def_prop_ro("newest", &Reader::newest)
        .def_prop_ro("has_ended", &Reader::has_ended)
        .def("read", &Reader::read, nb::arg("room").noconvert())
        .def("wait", &Reader::wait, nb::arg("seen"), nb::arg("timeout_s"));
}
