// The clock that Python's time.perf_counter_ns reads.
#pragma once

#include <cstdint>

#if defined(__APPLE__)
#include <ctime>
#else
#include <chrono>
#endif

namespace livegrade::decklink {

inline std::int64_t host_ns() {
#if defined(__APPLE__)
    return static_cast<std::int64_t>(clock_gettime_nsec_np(CLOCK_UPTIME_RAW));
#else
    const auto now = std::chrono::steady_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::nanoseconds>(now).count();
#endif
}

}  // namespace livegrade::decklink
