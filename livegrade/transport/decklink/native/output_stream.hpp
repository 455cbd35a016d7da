// The side of a playout that the driver's thread works on: frames come back, are counted, and wake the writer.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include "abi_streams.hpp"
#include "bounded.hpp"
#include "calls.hpp"
#include "output_frame.hpp"
#include "ref.hpp"

namespace livegrade::decklink {

class OutputStream {
  public:
    explicit OutputStream(Ref<IDeckLinkOutput> card_output) : output(std::move(card_output)) {}

    // Before the driver's thread runs.
    void add(OutputFrame frame);

    // From the writer: a frame that the driver does not hold, the one that rested longest; null: none.
    OutputFrame* take_free();
    void give_back(OutputFrame* frame);

    // Call-backs of the driver's thread; neither throws.
    void completed(IDeckLinkVideoFrame* shown, std::uint32_t result) noexcept;
    void has_stopped() noexcept;

    // Puts another frame in the place of one that the driver does not hold.
    void exchange(OutputFrame* frame, OutputFrame other);

    // (host ns of a completion, completions so far); none: timeout, or over.
    std::optional<std::pair<std::int64_t, std::uint64_t>> wait_tick(std::chrono::nanoseconds timeout);
    // Nobody waits for a tick any more.
    void end();
    bool wait_stopped(std::chrono::nanoseconds timeout);

    const Ref<IDeckLinkOutput> output;
    CallLog log;
    Gate gate;
    std::array<std::atomic<std::uint64_t>, 4> results{};  // by completion result

  private:
    void free(IDeckLinkVideoFrame* shown);
    void tick(std::int64_t now);

    std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<std::unique_ptr<OutputFrame>> frames_;  // in the order of their last use
    std::array<std::int64_t, 64> ticks_{};              // a ring; the oldest are forgotten
    std::uint64_t ticked_ = 0, handed_over_ = 0;
    bool over_ = false, stopped_ = false;
};

Ref<IDeckLinkVideoOutputCallback> callback_of(std::shared_ptr<OutputStream> stream);

}  // namespace livegrade::decklink
