#include "output_stream.hpp"

#include <algorithm>

#include "constants.hpp"
#include "counted.hpp"
#include "host_clock.hpp"

namespace livegrade::decklink {

namespace {

class OutputCallback final : public Counted<IDeckLinkVideoOutputCallback> {
  public:
    explicit OutputCallback(std::shared_ptr<OutputStream> stream) : stream_(std::move(stream)) {}

    Result LG_DRIVER_CALL ScheduledFrameCompleted(IDeckLinkVideoFrame* frame, std::uint32_t result) override {
        stream_->completed(frame, result);
        return result_ok;
    }
    Result LG_DRIVER_CALL ScheduledPlaybackHasStopped() override {
        stream_->has_stopped();
        return result_ok;
    }

  private:
    ~OutputCallback() override = default;
    const std::shared_ptr<OutputStream> stream_;
};

}  // namespace

void OutputStream::add(OutputFrame frame) { frames_.push_back(std::make_unique<OutputFrame>(std::move(frame))); }

OutputFrame* OutputStream::take_free() {
    const std::lock_guard lock(mutex_);
    const auto found = std::ranges::find_if(frames_, [](const auto& frame) { return !frame->in_use; });
    if (found == frames_.end()) return nullptr;
    std::rotate(found, found + 1, frames_.end());
    frames_.back()->in_use = true;
    return frames_.back().get();
}

void OutputStream::give_back(OutputFrame* frame) {
    const std::lock_guard lock(mutex_);
    frame->in_use = false;
}

void OutputStream::exchange(OutputFrame* frame, OutputFrame other) {
    std::optional<OutputFrame> before;  // let go after the lock
    const std::lock_guard lock(mutex_);
    other.in_use = frame->in_use;
    before.emplace(std::exchange(*frame, std::move(other)));
}

void OutputStream::completed(IDeckLinkVideoFrame* shown, std::uint32_t result) noexcept {
    const auto now = host_ns();
    const Gate::Pass pass(gate);
    if (!pass) return;
    if (result < results.size()) ++results[result];
    {
        const std::lock_guard lock(mutex_);
        free(shown);
        if (result != completion::flushed) tick(now);
    }
    changed_.notify_all();
}

void OutputStream::has_stopped() noexcept {
    {
        const std::lock_guard lock(mutex_);
        stopped_ = true;
    }
    changed_.notify_all();
}

std::optional<std::pair<std::int64_t, std::uint64_t>> OutputStream::wait_tick(std::chrono::nanoseconds timeout) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, timeout, [this] { return handed_over_ < ticked_ || over_; });
    if (handed_over_ == ticked_) return std::nullopt;
    if (ticked_ - handed_over_ > ticks_.size()) handed_over_ = ticked_ - ticks_.size();
    const auto when = ticks_[handed_over_ % ticks_.size()];
    ++handed_over_;
    return std::pair{when, handed_over_};
}

void OutputStream::end() {
    {
        const std::lock_guard lock(mutex_);
        over_ = true;
    }
    changed_.notify_all();
}

bool OutputStream::wait_stopped(std::chrono::nanoseconds timeout) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, timeout, [this] { return stopped_; });
}

// With the lock held. A driver that hands back another pointer than it was given has completed the oldest.
void OutputStream::free(IDeckLinkVideoFrame* shown) {
    auto found = std::ranges::find_if(frames_, [shown](const auto& frame) { return frame->shown() == shown; });
    if (found == frames_.end())
        found = std::ranges::find_if(frames_, [](const auto& frame) { return frame->in_use; });
    if (found != frames_.end()) (*found)->in_use = false;
}

void OutputStream::tick(std::int64_t now) {
    ticks_[ticked_ % ticks_.size()] = now;
    ++ticked_;
}

Ref<IDeckLinkVideoOutputCallback> callback_of(std::shared_ptr<OutputStream> stream) {
    return Ref<IDeckLinkVideoOutputCallback>::taken(new OutputCallback(std::move(stream)));
}

}  // namespace livegrade::decklink
