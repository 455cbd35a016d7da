// What travels with a picture, as values.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

namespace livegrade::decklink {

struct TimecodeValue {
    std::uint32_t format = 0;
    std::uint8_t hours = 0, minutes = 0, seconds = 0, frames = 0;
    std::uint32_t flags = 0;
    std::optional<std::uint32_t> user_bits;
};

struct PacketValue {
    std::uint8_t did = 0, sdid = 0;
    std::uint32_t line = 0;
    std::uint8_t stream = 0;
    std::vector<std::uint8_t> data;
};
inline constexpr std::size_t most_packet_bytes = 255, most_packets = 512;

struct MetadataValue {
    std::map<std::uint32_t, std::int64_t> ints;
    std::map<std::uint32_t, double> floats;
};

using Samples = std::vector<std::int32_t>;

// Sample memory that goes round, so that a running capture allocates none. Any thread.
class SampleStore {
  public:
    Samples take() {
        const std::lock_guard lock(mutex_);
        if (spare_.empty()) return {};
        Samples samples = std::move(spare_.back());
        spare_.pop_back();
        samples.clear();
        return samples;
    }
    void give_back(Samples samples) {
        const std::lock_guard lock(mutex_);
        if (spare_.size() < most_spare) spare_.push_back(std::move(samples));
    }

  private:
    static constexpr std::size_t most_spare = 16;
    std::mutex mutex_;
    std::vector<Samples> spare_;
};

// The sound of one picture: interleaved samples, time of the first in samples of 48 kHz. Gives its memory back.
class AudioBlock {
  public:
    AudioBlock() = default;
    explicit AudioBlock(std::shared_ptr<SampleStore> store) : store_(std::move(store)), samples_(store_->take()) {}
    AudioBlock(AudioBlock&&) = default;
    AudioBlock& operator=(AudioBlock&& other) noexcept {
        std::swap(store_, other.store_);
        std::swap(samples_, other.samples_);
        std::swap(time_, other.time_);
        return *this;
    }
    ~AudioBlock() {
        if (store_) store_->give_back(std::move(samples_));
    }

    explicit operator bool() const { return !samples_.empty(); }
    std::size_t size() const { return samples_.size(); }
    std::int32_t* data() { return samples_.data(); }
    std::int64_t time() const { return time_; }

    // `time` counts for the first samples of the block only.
    void append(const std::int32_t* samples, std::size_t count, std::int64_t time) {
        if (samples_.empty()) time_ = time;
        samples_.insert(samples_.end(), samples, samples + count);
    }

  private:
    std::shared_ptr<SampleStore> store_;
    Samples samples_;
    std::int64_t time_ = 0;
};

}  // namespace livegrade::decklink
