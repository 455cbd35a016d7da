#include "generators.hpp"

#include <algorithm>
#include <cstring>
#include <deque>
#include <mutex>

#include "packing.hpp"

namespace decklink {

std::shared_ptr<const Generator> generator_for(const Geometry& geometry, Pattern pattern, const std::string& file) {
    constexpr std::size_t most = 6;
    static std::mutex mutex;
    static auto* const kept = new std::deque<std::shared_ptr<const Generator>>;
    std::lock_guard lock(mutex);
    const auto found = std::ranges::find_if(*kept, [&](const auto& one) { return one->serves(geometry, pattern, file); });
    if (found != kept->end()) return *found;
    kept->push_back(std::make_shared<const Generator>(geometry, pattern, file));
    if (kept->size() > most) kept->pop_front();
    return kept->back();
}

void paint_black(std::uint8_t* out, const Geometry& geometry) {
    const Triple black = is_yuv(geometry.format) ? Triple{64 << 2, 512 << 2, 512 << 2}
                                                 : Triple{64 << 2, 64 << 2, 64 << 2};
    std::vector<std::uint8_t> row(static_cast<std::size_t>(geometry.stride));
    pack_row(geometry.format, std::vector<Triple>(static_cast<std::size_t>(geometry.width), black), row.data());
    for (int y = 0; y < geometry.height; ++y) std::memcpy(out + static_cast<std::size_t>(y) * row.size(), row.data(), row.size());
}

}  // namespace decklink
