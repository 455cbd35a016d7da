#include "sound.hpp"

#include <algorithm>
#include <cstring>

#include "objects.hpp"
#include "signal.hpp"

namespace decklink {

namespace {

constexpr std::uint32_t a_second = 48000;

// The upper 24 bits of one sample of one channel.
std::uint32_t sample_value(const std::uint8_t* from, std::uint32_t bits) {
    std::uint32_t word = 0;
    std::memcpy(&word, from, bits / 8);
    return bits == 32 ? word >> 8 : word << 8;
}

void store_sample(std::uint8_t* out, std::uint32_t bits, std::uint32_t value) {
    const std::uint32_t word = bits == 32 ? value << 8 : value >> 8;
    std::memcpy(out, &word, bits / 8);
}

class AudioPacketObject final : public Alone<AudioPacket> {
 public:
    AudioPacketObject(Sound sound, std::int64_t from)
        : Alone("AudioPacket", audio_packet_id), from_(from), sound_(std::move(sound)) {}
    long GetSampleFrameCount() override {
        return static_cast<long>(sound_.bytes.size() / std::max<std::size_t>(1, sound_.format.bytes()));
    }
    Result GetBytes(void** bytes) override {
        ledger().call("IDeckLinkAudioInputPacket::GetBytes");
        if (!bytes) return null_pointer;
        *bytes = sound_.bytes.data();
        return ok;
    }
    Result GetPacketTime(std::int64_t* time, std::int64_t scale) override {
        ledger().call("IDeckLinkAudioInputPacket::GetPacketTime");
        if (!time) return null_pointer;
        *time = static_cast<std::int64_t>(static_cast<__int128>(from_) * scale / a_second);
        return ok;
    }

 private:
    void finish() override { delete this; }
    std::int64_t from_;
    Sound sound_;
};

}  // namespace

Sound counting_sound(SoundFormat format, std::int64_t first, std::int64_t count) {
    Sound sound{format, std::vector<std::uint8_t>(static_cast<std::size_t>(count) * format.bytes())};
    std::uint8_t* out = sound.bytes.data();
    for (std::int64_t sample = first; sample < first + count; ++sample)
        for (std::uint32_t channel = 0; channel < format.channels; ++channel, out += format.bits / 8) {
            const std::uint32_t value = sound_value(sample, channel);
            store_sample(out, format.bits, format.bits == 32 ? value : value << 8);
        }
    return sound;
}

Sound converted(const Sound& sound, SoundFormat format, std::int64_t count) {
    Sound made{format, std::vector<std::uint8_t>(static_cast<std::size_t>(count) * format.bytes())};
    if (!sound.format.bytes()) return made;
    const auto there = std::min(static_cast<std::size_t>(count), sound.bytes.size() / sound.format.bytes());
    const std::uint32_t channels = std::min(format.channels, sound.format.channels);
    for (std::size_t sample = 0; sample < there; ++sample)
        for (std::uint32_t channel = 0; channel < channels; ++channel) {
            const auto* from = sound.bytes.data() + sample * sound.format.bytes() + channel * sound.format.bits / 8;
            store_sample(made.bytes.data() + sample * format.bytes() + channel * format.bits / 8, format.bits,
                         sample_value(from, sound.format.bits));
        }
    return made;
}

AudioPacket* make_audio_packet(Sound sound, std::int64_t from) { return new AudioPacketObject(std::move(sound), from); }

void SoundQueue::begin(SoundFormat format) {
    flush();
    format_ = format;
    last_ = -1;
}

std::uint32_t SoundQueue::put(const void* samples, std::uint32_t count, std::int64_t at, std::int64_t playhead) {
    if (!format_.bytes()) return 0;
    const std::uint32_t room = a_second - std::min(a_second, buffered(playhead));
    const std::uint32_t taken = std::min(count, room);
    const auto* from = static_cast<const std::uint8_t*>(samples);
    if (taken) blocks_[at].assign(from, from + taken * format_.bytes());
    return taken;
}

std::int64_t SoundQueue::end(std::int64_t playhead) const {
    if (blocks_.empty()) return playhead;
    const auto& [at, bytes] = *blocks_.rbegin();
    return std::max(playhead, at + static_cast<std::int64_t>(bytes.size() / format_.bytes()));
}

std::uint32_t SoundQueue::buffered(std::int64_t playhead) const {
    return static_cast<std::uint32_t>(end(playhead) - playhead);
}

const std::uint8_t* SoundQueue::sample_at(std::int64_t position) const {
    auto block = blocks_.upper_bound(position);
    if (block == blocks_.begin()) return nullptr;
    --block;
    const auto offset = static_cast<std::size_t>(position - block->first) * format_.bytes();
    return offset < block->second.size() ? block->second.data() + offset : nullptr;
}

void SoundQueue::check(const std::uint8_t* sample, bool first, SoundRead& read) {
    const std::uint32_t shift = format_.bits == 32 ? 0 : 8, mask = 0xffffff >> shift;
    std::uint32_t values[16] = {};
    for (std::uint32_t channel = 0; channel < format_.channels; ++channel)
        values[channel] = sample_value(sample + channel * format_.bits / 8, format_.bits) >> shift;
    if (format_.channels > 1 && std::ranges::all_of(values, [](std::uint32_t value) { return value == 0; })) {
        last_ = -1;  // silence that was meant
        return;
    }
    const std::int64_t counter = values[0];
    bool follows = last_ < 0 || counter == ((last_ + 1) & mask);
    for (std::uint32_t channel = 1; channel < format_.channels; ++channel)
        follows = follows && values[channel] == (sound_value(counter, channel) & mask);
    read.breaks += !follows;
    if (first) read.first = counter;
    last_ = counter;
}

SoundRead SoundQueue::play(std::int64_t from, std::int64_t count) {
    SoundRead read;
    if (!format_.bytes()) return read;
    read.count = count;
    played_ = {format_, std::vector<std::uint8_t>(static_cast<std::size_t>(count) * format_.bytes())};
    for (std::int64_t at = from; at < from + count; ++at) {
        if (const std::uint8_t* sample = sample_at(at)) {
            check(sample, at == from, read);
            std::memcpy(played_.bytes.data() + static_cast<std::size_t>(at - from) * format_.bytes(), sample,
                        format_.bytes());
        } else {
            ++read.missing;
            last_ = -1;
        }
    }
    while (!blocks_.empty()) {
        const auto& [at, bytes] = *blocks_.begin();
        if (at + static_cast<std::int64_t>(bytes.size() / format_.bytes()) > from + count) break;
        blocks_.erase(blocks_.begin());
    }
    return read;
}

void SoundQueue::flush() { blocks_.clear(); }

}  // namespace decklink
