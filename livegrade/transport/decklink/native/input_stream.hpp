// The side of a capture that the driver's thread works on: call-backs fill the queue, and a change of format is carried
// out inside its call-back. Nothing here waits for the taker or knows of Python.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>

#include "abi_streams.hpp"
#include "allocator.hpp"
#include "bounded.hpp"
#include "calls.hpp"
#include "capture_queue.hpp"
#include "constants.hpp"
#include "facts.hpp"
#include "ref.hpp"
#include "values.hpp"

namespace livegrade::decklink {

struct CaptureOptions {
    std::uint32_t mode = 0;
    std::uint32_t pixel_format = pixel::v210;
    std::uint32_t rgb_format = pixel::r210;
    std::uint32_t rgb12_format = pixel::r12b;  // of RGB signals of 12 bits, where the card can
    bool detect = true;
    std::optional<std::int64_t> connection;
    std::uint32_t audio_channels = 16;
    bool packets = true;
    std::size_t queue = 3;

    std::uint32_t input_flags() const { return detect ? input_flag::detect_format : 0; }
    std::uint32_t pixel_format_of(std::uint32_t detected_flags) const;
};

class InputStream {
  public:
    // `allocator`: empty for the driver's own memory.
    InputStream(Ref<IDeckLinkInput> input, Ref<BufferAllocator> allocator, const CaptureOptions& options);

    // Before the driver's thread runs.
    void begin(Mode mode);

    // Call-backs of the driver's thread. Neither throws.
    void arrived(IDeckLinkVideoInputFrame* frame, IDeckLinkAudioInputPacket* audio) noexcept;
    void changed(std::uint32_t events, IDeckLinkDisplayMode* mode, std::uint32_t flags) noexcept;

    const Ref<IDeckLinkInput> input;
    const Ref<BufferAllocator> allocator;
    const CaptureOptions options;
    CallLog log;
    CaptureQueue queue;
    Gate gate;
    std::atomic<std::uint64_t> pictures{0}, no_source{0}, changes{0}, errors{0};

  private:
    void take_picture(IDeckLinkVideoInputFrame* frame, std::int64_t arrived_ns);
    void take_audio(IDeckLinkAudioInputPacket* audio);
    void take_change(std::uint32_t events, IDeckLinkDisplayMode* mode, std::uint32_t flags);
    std::optional<DriverFailure> enabled_again(std::uint32_t mode, std::uint32_t pixel_format);

    std::shared_ptr<const Mode> mode_;
    std::uint32_t pixel_format_ = 0;
    bool refused_ = false;  // the input is not in the mode that comes
    const std::shared_ptr<SampleStore> store_ = std::make_shared<SampleStore>();
    AudioBlock pending_;  // sound that came without a picture, for the next one
};

// What the driver holds to call back; it keeps the stream.
Ref<IDeckLinkInputCallback> callback_of(std::shared_ptr<InputStream> stream);

}  // namespace livegrade::decklink
