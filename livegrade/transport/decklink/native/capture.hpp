// One input of a card: enabled, started, taken from, stopped. Called from the program's threads.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "allocator.hpp"
#include "input_stream.hpp"

namespace livegrade::decklink {

// A captured picture with all that it carries. Holds the driver's frame, whose memory `bytes` is.
struct PictureValue {
    Ref<IDeckLinkVideoInputFrame> frame;
    const std::uint8_t* bytes = nullptr;
    int width = 0, height = 0, stride = 0;
    std::uint32_t pixel_format = 0, flags = 0;
    std::shared_ptr<const Mode> mode;
    std::int64_t arrived_ns = 0, stream_time = 0, stream_duration = 0, hardware_ns = 0, audio_time = 0;
    std::vector<TimecodeValue> timecodes;
    std::vector<PacketValue> packets;
    MetadataValue metadata;
    AudioBlock audio;
    std::uint64_t number = 0, missed = 0;
};

struct CaptureCounters {
    std::uint64_t pictures = 0, missed = 0, no_source = 0, changes = 0, errors = 0, own_memory = 0;
    std::map<std::string, std::uint64_t> calls;
};

class Capture {
  public:
    // `given`: memory to capture into, which must outlive this object and every picture. Throws DriverFailure,
    // std::out_of_range.
    Capture(int card, const CaptureOptions& options, const std::vector<Span>& given);
    ~Capture();
    Capture(const Capture&) = delete;
    Capture& operator=(const Capture&) = delete;

    void start();
    std::optional<std::variant<PictureValue, Changed>> take(std::chrono::nanoseconds timeout);
    std::pair<std::optional<bool>, std::optional<std::int64_t>> status() const;
    CaptureCounters counters() const;
    // Whether the driver came to rest within the limit, now and each time before (a start that failed stops too); when
    // not, its memory must stay.
    bool stop(std::chrono::nanoseconds limit) noexcept;

    std::uint32_t audio_channels() const { return stream_->options.audio_channels; }

  private:
    void enable();
    PictureValue read(Arrived& arrived);

    const Ref<IDeckLink> card_;
    Ref<IDeckLinkConfiguration> settings_;  // what is set stays so only while this is held
    Ref<IDeckLinkStatus> status_;
    std::shared_ptr<InputStream> stream_;
    std::atomic<bool> running_{false}, at_rest_{true};
};

}  // namespace livegrade::decklink
