#include <nanobind/stl/string.h>

#include "module.hpp"

namespace nb = nanobind;

namespace livegrade::decklink {

namespace {

nb::handle error_type;

void translate(const std::exception_ptr& thrown, void*) {
    try {
        std::rethrow_exception(thrown);
    } catch (const DriverFailure& failure) {
        PyErr_SetObject(error_type.ptr(), error_of(failure).ptr());
    }
}

}  // namespace

nb::object error_of(const DriverFailure& failure) {
    nb::object error = error_type(failure.what());
    error.attr("call") = failure.call();
    error.attr("code") = failure.code();
    return error;
}

void bind_errors(nb::module_& m) {
    const auto name = "livegrade.transport.decklink._binding.DriverError";
    const auto doc = "What the driver answered: `call`, interface and method; `code`, its result, unsigned 32 bit.";
    error_type = nb::steal(PyErr_NewExceptionWithDoc(name, doc, nullptr, nullptr));
    m.attr("DriverError") = error_type;
    nb::register_exception_translator(translate, nullptr);
}

}  // namespace livegrade::decklink
