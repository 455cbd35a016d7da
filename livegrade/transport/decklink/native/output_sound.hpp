// Sound on the card's time line, continuous while pictures follow one another.
#pragma once

#include <atomic>
#include <cstdint>
#include <vector>

#include "abi_streams.hpp"
#include "calls.hpp"
#include "facts.hpp"

namespace livegrade::decklink {

// For one writer. Samples are interleaved, 32 bit, 48 kHz.
class OutputSound {
  public:
    OutputSound(const Mode& mode, std::uint32_t channels);

    std::uint32_t channels() const { return channels_; }

    // The sound of picture `number`, `count` samples of each channel; null: silence as long as the picture. It follows
    // the sound before it, unless that is more than a quarter picture off: then it begins anew with its picture.
    void play(IDeckLinkOutput* output, std::int64_t number, const std::int32_t* samples, std::int64_t count,
              CallLog& log);

    // Samples that the driver did not take, or that had no place on the time line.
    std::uint64_t lost() const { return lost_.load(std::memory_order_relaxed); }

  private:
    // First sample of a picture, counted from that of picture 0.
    std::int64_t start_of(std::int64_t number) const;

    const Mode mode_;
    const std::uint32_t channels_;
    std::vector<std::int32_t> silence_;
    std::int64_t next_ = 0;
    std::atomic<std::uint64_t> lost_{0};
};

}  // namespace livegrade::decklink
