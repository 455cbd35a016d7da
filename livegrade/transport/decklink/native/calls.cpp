#include "calls.hpp"

#include <cstdio>
#include <cstdlib>
#include <utility>
#include <vector>

namespace livegrade::decklink {

namespace {

std::vector<const char*>& names() {
    static std::vector<const char*> registered;
    return registered;
}

std::string sentence(const std::string& call, Result code) {
    char digits[16];
    std::snprintf(digits, sizeof digits, "0x%08X", static_cast<unsigned>(code));
    return call + " answered " + digits;
}

}  // namespace

DriverFailure::DriverFailure(std::string call, Result code)
    : std::runtime_error(sentence(call, code)), call_(std::move(call)), code_(code) {}

// Runs while the module is loaded, before any thread of ours.
std::size_t register_method(const char* name) {
    if (names().size() == CallLog::most_methods) std::abort();
    names().push_back(name);
    return names().size() - 1;
}

std::map<std::string, std::uint64_t> CallLog::told() const {
    std::map<std::string, std::uint64_t> counts;
    for (std::size_t i = 0; i < names().size(); ++i) {
        const auto count = counts_[i].load(std::memory_order_relaxed);
        if (count) counts[names()[i]] += count;
    }
    return counts;
}

}  // namespace livegrade::decklink
