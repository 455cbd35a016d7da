// Sound as the generator makes it, as a client gets it, and as it is read back from what a client plays.
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "ports.hpp"

namespace decklink {

struct SoundFormat {
    std::uint32_t channels = 0, bits = 32;  // of each sample: 16, or 32 with the sound in the upper 24
    std::size_t bytes() const { return channels * bits / 8; }
};

// Samples as they lie in a client's buffer.
struct Sound {
    SoundFormat format;
    std::vector<std::uint8_t> bytes;
};

// The generator's counting sound, from its sample number `first`.
Sound counting_sound(SoundFormat format, std::int64_t first, std::int64_t count);
// `sound` as another format wants it: channels and samples that it does not have are silent.
Sound converted(const Sound& sound, SoundFormat format, std::int64_t count);

// `from`: position of the first sample since the streams began, in samples. One reference, for the client.
AudioPacket* make_audio_packet(Sound sound, std::int64_t from);

// What was found in the samples of one output tick; see OutputRecord.
struct SoundRead {
    std::int64_t first = -1, count = 0, breaks = 0, missing = 0;
};

// The samples that a client has handed to an output, by position on the output's sample clock.
class SoundQueue {
 public:
    void begin(SoundFormat format);
    // Takes what fits a second ahead of `playhead`; how many were taken.
    std::uint32_t put(const void* samples, std::uint32_t count, std::int64_t at, std::int64_t playhead);
    std::int64_t end(std::int64_t playhead) const;
    std::uint32_t buffered(std::int64_t playhead) const;
    SoundRead play(std::int64_t from, std::int64_t count);
    // What the last `play` sent; for an input that the output is plugged into.
    const Sound& played() const { return played_; }
    void flush();

 private:
    const std::uint8_t* sample_at(std::int64_t position) const;
    void check(const std::uint8_t* sample, bool first, SoundRead& read);

    SoundFormat format_;
    Sound played_;
    std::map<std::int64_t, std::vector<std::uint8_t>> blocks_;  // by position of their first sample
    std::int64_t last_ = -1;                                    // counter of the sample before, -1: none
};

}  // namespace decklink
