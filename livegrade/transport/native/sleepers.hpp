// Sleeping until another process has changed a word of memory that both have mapped. Linux has a call for it that works
// on any mapping; elsewhere a sleeper looks again every two milliseconds.
#pragma once

#include <cstdint>
#include <functional>

namespace livegrade {

// Stores `value` into the low half of `word` and wakes who sleeps on it. Never waits.
void wake_sleepers(std::uint64_t& word, std::uint32_t value);

// Sleeps while `is_quiet` says so, at most `timeout_ns`. The low half of `word` is `seen` as long as nothing happened.
// The memory may be mapped for reading only.
void sleep_while(std::uint64_t& word, std::uint32_t seen, std::int64_t timeout_ns,
                 const std::function<bool()>& is_quiet);

}  // namespace livegrade
