#include "sleepers.hpp"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <thread>

#include "shared_word.hpp"

#if defined(__linux__)
#include <linux/futex.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <climits>
#endif

namespace livegrade {

namespace {

using Clock = std::chrono::steady_clock;

std::uint32_t& low_half(std::uint64_t& word) { return reinterpret_cast<std::uint32_t*>(&word)[0]; }

#if defined(__linux__)
constexpr std::int64_t longest_nap_ns = 100'000'000;  // whatever happens to the writer, somebody looks now and then

void nap(std::uint32_t& word, std::uint32_t seen, std::int64_t ns) {
    const timespec timeout{ns / 1'000'000'000, ns % 1'000'000'000};
    const long slept = syscall(SYS_futex, &word, FUTEX_WAIT, seen, &timeout, nullptr, 0);
    // Somebody is about to say that something happened. He may have been stopped in the middle: no spinning here.
    if (slept == -1 && errno == EAGAIN) std::this_thread::sleep_for(std::chrono::milliseconds(1));
}
#else
constexpr std::int64_t longest_nap_ns = 2'000'000;

void nap(std::uint32_t&, std::uint32_t, std::int64_t ns) { std::this_thread::sleep_for(std::chrono::nanoseconds(ns)); }
#endif

}  // namespace

void wake_sleepers(std::uint64_t& word, std::uint32_t value) {
    store_release(low_half(word), value);
#if defined(__linux__)
    syscall(SYS_futex, &low_half(word), FUTEX_WAKE, INT_MAX, nullptr, nullptr, 0);
#endif
}

void sleep_while(std::uint64_t& word, std::uint32_t seen, std::int64_t timeout_ns,
                 const std::function<bool()>& is_quiet) {
    const auto until = Clock::now() + std::chrono::nanoseconds(timeout_ns);
    while (is_quiet()) {
        const std::int64_t left_ns = std::chrono::nanoseconds(until - Clock::now()).count();
        if (left_ns <= 0) return;
        nap(low_half(word), seen, std::min(left_ns, longest_nap_ns));
    }
}

}  // namespace livegrade
