// One output of a card with scheduled playback. Called from the program's threads; one of them writes.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "facts.hpp"
#include "output_sound.hpp"
#include "output_stream.hpp"

namespace livegrade::decklink {

struct PlayoutOptions {
    std::uint32_t mode = 0, pixel_format = 0;
    int preroll = 2;
    std::uint32_t audio_channels = 0;
    bool timecode = true, packets = true;
    MetadataValue metadata;
};

// What goes out with one picture.
struct OutputPicture {
    const std::uint8_t* pixels = nullptr;
    const std::int32_t* samples = nullptr;  // interleaved; null: silence
    std::int64_t sample_count = 0;          // of each channel
    std::optional<TimecodeValue> timecode;
    bool high_frame_rate_timecode = false;
    std::vector<PacketValue> packets;
};

struct PlayoutCounters {
    std::uint64_t scheduled = 0, completed = 0, late = 0, dropped = 0, flushed = 0, underruns = 0, refused = 0,
                  sound_lost = 0;
    std::map<std::string, std::uint64_t> calls;
};

class Playout {
  public:
    // Enables the output and makes its frames. Throws DriverFailure, std::out_of_range.
    Playout(int card, const PlayoutOptions& options);
    ~Playout();
    Playout(const Playout&) = delete;
    Playout& operator=(const Playout&) = delete;

    int stride() const { return row_bytes(options_.pixel_format, mode_.width); }
    std::size_t picture_size() const {
        return static_cast<std::size_t>(stride()) * static_cast<std::size_t>(mode_.height);
    }
    int preroll() const { return preroll_; }
    std::uint32_t audio_channels() const { return sound_.channels(); }

    // Number on the card's time line; none: the driver holds every frame, or playout has stopped.
    std::optional<std::int64_t> write(const OutputPicture& picture);
    std::optional<std::pair<std::int64_t, std::uint64_t>> wait_tick(std::chrono::nanoseconds timeout) {
        return stream_->wait_tick(timeout);
    }
    std::pair<std::optional<bool>, std::optional<std::int64_t>> reference() const;
    PlayoutCounters counters() const;
    // Whether the driver came to rest within the limit, now or when it was stopped before.
    bool stop(std::chrono::nanoseconds limit) noexcept;

  private:
    void enable();
    OutputFrame frame() const;
    void fill(OutputFrame& frame, const OutputPicture& picture);
    void start_when_prerolled();
    // The next free place on the time line: in order, and never in the past.
    std::int64_t next_number();
    std::optional<std::int64_t> elapsed() const;

    const PlayoutOptions options_;
    const Ref<IDeckLink> card_;
    const std::shared_ptr<OutputStream> stream_;
    const Ref<IDeckLinkStatus> status_;
    const Mode mode_;
    const int preroll_;
    OutputSound sound_;
    std::timed_mutex writing_;
    std::atomic<bool> enabled_{false}, playing_{false}, at_rest_{true};
    std::atomic<std::uint64_t> scheduled_{0}, underruns_{0}, refused_{0};
    std::int64_t next_ = 0;
};

}  // namespace livegrade::decklink
