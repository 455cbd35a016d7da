#include "sound.hpp"

#include <algorithm>
#include <cstring>

#include "objects.hpp"
#include "signal.hpp"

namespace decklink {

namespace {

constexpr std::uint32_t a_second = 48000;

class AudioPacketObject final : public Alone<AudioPacket> {
 public:
    AudioPacketObject(const SoundBlock& block, std::int64_t from)
        : Alone("AudioPacket", audio_packet_id), from_(from), count_(block.count),
          bytes_(static_cast<std::size_t>(block.count) * block.channels * block.bits / 8) {
        if (block.first < 0) return;
        std::uint8_t* out = bytes_.data();
        for (std::int64_t sample = block.first; sample < block.first + block.count; ++sample)
            for (std::uint32_t channel = 0; channel < block.channels; ++channel, out += block.bits / 8) {
                const std::uint32_t value = sound_value(sample, channel);
                const std::uint32_t word = block.bits == 32 ? value << 8 : value & 0xffff;
                std::memcpy(out, &word, block.bits / 8);
            }
    }
    long GetSampleFrameCount() override { return static_cast<long>(count_); }
    Result GetBytes(void** bytes) override {
        if (!bytes) return null_pointer;
        *bytes = bytes_.data();
        return ok;
    }
    Result GetPacketTime(std::int64_t* time, std::int64_t scale) override {
        if (!time) return null_pointer;
        *time = static_cast<std::int64_t>(static_cast<__int128>(from_) * scale / a_second);
        return ok;
    }

 private:
    void finish() override { delete this; }
    std::int64_t from_, count_;
    std::vector<std::uint8_t> bytes_;
};

}  // namespace

AudioPacket* make_audio_packet(const SoundBlock& block, std::int64_t from) { return new AudioPacketObject(block, from); }

void SoundQueue::begin(std::uint32_t channels, std::uint32_t bits) {
    flush();
    channels_ = channels;
    bits_ = bits;
    last_ = -1;
}

std::uint32_t SoundQueue::put(const void* samples, std::uint32_t count, std::int64_t at, std::int64_t playhead) {
    const std::size_t bytes = channels_ * bits_ / 8;
    if (!bytes) return 0;
    const std::uint32_t room = a_second - std::min(a_second, buffered(playhead));
    const std::uint32_t taken = std::min(count, room);
    const auto* from = static_cast<const std::uint8_t*>(samples);
    if (taken) blocks_[at].assign(from, from + taken * bytes);
    return taken;
}

std::int64_t SoundQueue::end(std::int64_t playhead) const {
    if (blocks_.empty()) return playhead;
    const auto& [at, bytes] = *blocks_.rbegin();
    return std::max(playhead, at + static_cast<std::int64_t>(bytes.size() / (channels_ * bits_ / 8)));
}

std::uint32_t SoundQueue::buffered(std::int64_t playhead) const {
    return static_cast<std::uint32_t>(end(playhead) - playhead);
}

SoundRead SoundQueue::play(std::int64_t from, std::int64_t count) {
    SoundRead read;
    const std::size_t sample_bytes = channels_ * bits_ / 8;
    if (!sample_bytes) return read;
    read.count = count;
    const std::uint32_t mask = bits_ == 32 ? 0xffffff : 0xffff;
    for (std::int64_t at = from; at < from + count; ++at) {
        auto block = blocks_.upper_bound(at);
        const std::uint8_t* sample = nullptr;
        if (block != blocks_.begin()) {
            --block;
            const auto offset = static_cast<std::size_t>(at - block->first) * sample_bytes;
            if (offset < block->second.size()) sample = block->second.data() + offset;
        }
        if (!sample) {
            ++read.missing;
            last_ = -1;
            continue;
        }
        std::uint32_t words[16] = {};
        for (std::uint32_t channel = 0; channel < channels_; ++channel) {
            std::memcpy(&words[channel], sample + channel * bits_ / 8, bits_ / 8);
            if (bits_ == 32) words[channel] >>= 8;
        }
        if (channels_ > 1 && std::ranges::all_of(words, [](std::uint32_t word) { return word == 0; })) {
            last_ = -1;  // silence that was meant
            continue;
        }
        const std::int64_t counter = words[0];
        bool follows = last_ < 0 || counter == ((last_ + 1) & mask);
        for (std::uint32_t channel = 1; channel < channels_; ++channel)
            follows = follows && words[channel] == (sound_value(counter, channel) & mask);
        read.breaks += !follows;
        if (at == from) read.first = counter;
        last_ = counter;
    }
    while (!blocks_.empty()) {
        const auto& [at, bytes] = *blocks_.begin();
        if (at + static_cast<std::int64_t>(bytes.size() / sample_bytes) > from + count) break;
        blocks_.erase(blocks_.begin());
    }
    return read;
}

void SoundQueue::flush() { blocks_.clear(); }

}  // namespace decklink
