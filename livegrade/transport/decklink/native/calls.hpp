// Every call to the driver is counted by interface and method, and a failure names the call.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <map>
#include <stdexcept>
#include <string>

#include "platform.hpp"

namespace livegrade::decklink {

// What the driver answered; becomes `DriverError` in Python.
class DriverFailure : public std::runtime_error {
  public:
    DriverFailure(std::string call, Result code);
    const std::string& call() const { return call_; }
    std::uint32_t code() const { return static_cast<std::uint32_t>(code_); }

  private:
    std::string call_;
    Result code_;
};

// A method's name as a template argument, so that it has a fixed index for the whole program.
template <std::size_t N>
struct MethodName {
    char text[N]{};
    constexpr MethodName(const char (&name)[N]) {
        for (std::size_t i = 0; i < N; ++i) text[i] = name[i];
    }
};

std::size_t register_method(const char* name);

template <MethodName Name>
inline const std::size_t method_index = register_method(Name.text);

// Counts calls by method. Any thread.
class CallLog {
  public:
    static constexpr std::size_t most_methods = 128;

    void count(std::size_t method) noexcept { counts_[method].fetch_add(1, std::memory_order_relaxed); }
    std::map<std::string, std::uint64_t> told() const;

  private:
    std::array<std::atomic<std::uint64_t>, most_methods> counts_{};
};

inline void require(const char* call, Result result) {
    if (result < 0) throw DriverFailure(call, result);
}

}  // namespace livegrade::decklink

// Calls and counts: LG_CALL(log, input, IDeckLinkInput, StartStreams). LG_MUST throws DriverFailure when it fails.
#define LG_CALL(log, object, Interface, Method, ...) \
    ((log).count(::livegrade::decklink::method_index<#Interface "::" #Method>), (object)->Method(__VA_ARGS__))
#define LG_MUST(log, object, Interface, Method, ...) \
    ::livegrade::decklink::require(#Interface "::" #Method, LG_CALL(log, object, Interface, Method, __VA_ARGS__))
