// Memory for rows of one thread, each on 64 bytes with the slack at either side that unpacking needs; it grows when a
// wider picture comes, so that nothing is allocated per picture.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <new>

namespace livegrade {

class RowMemory {
  public:
    // Whether there is other memory now, all of it 0, from which the rows are to be taken again; `words`: 16-bit words
    // of all rows for one pixel.
    bool grow(int width, int words) {
        if (width <= width_) return false;
        stride_ = (static_cast<std::size_t>(width) + 63) / 64 * 64 + 2 * slack;
        const std::size_t bytes = words * stride_ * sizeof(std::uint16_t);
        memory_.reset(static_cast<std::uint16_t*>(::operator new(bytes, std::align_val_t{64})));
        std::memset(memory_.get(), 0, bytes);
        next_ = memory_.get() + slack;
        width_ = width;
        return true;
    }

    template <class Word>
    void take(Word*& row) {
        row = reinterpret_cast<Word*>(next_);
        next_ += stride_ * (sizeof(Word) / sizeof(std::uint16_t));
    }

  private:
    static constexpr std::size_t slack = 64;
    struct Free {
        void operator()(std::uint16_t* p) const { ::operator delete(p, std::align_val_t{64}); }
    };
    std::unique_ptr<std::uint16_t, Free> memory_;
    std::uint16_t* next_ = nullptr;
    std::size_t stride_ = 0;
    int width_ = 0;
};

}  // namespace livegrade
