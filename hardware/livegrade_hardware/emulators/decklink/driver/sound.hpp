// Sound as the generator makes it, as a client gets it, and as it is read back from what a client plays.
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "ports.hpp"

namespace decklink {

struct SoundBlock {
    std::int64_t first = -1;  // counter of the first sample; -1: silence
    std::int64_t count = 0;
    std::uint32_t channels = 16, bits = 32;
};

// `from`: position of the first sample since the streams began, in samples. One reference, for the client.
AudioPacket* make_audio_packet(const SoundBlock& block, std::int64_t from);

// What was found in the samples of one output tick; see OutputRecord.
struct SoundRead {
    std::int64_t first = -1, count = 0, breaks = 0, missing = 0;
};

// The samples that a client has handed to an output, by position on the output's sample clock.
class SoundQueue {
 public:
    void begin(std::uint32_t channels, std::uint32_t bits);
    // Takes what fits a second ahead of `playhead`; how many were taken.
    std::uint32_t put(const void* samples, std::uint32_t count, std::int64_t at, std::int64_t playhead);
    std::int64_t end(std::int64_t playhead) const;
    std::uint32_t buffered(std::int64_t playhead) const;
    SoundRead play(std::int64_t from, std::int64_t count);
    void flush();

 private:
    std::uint32_t channels_ = 0, bits_ = 32;
    std::map<std::int64_t, std::vector<std::uint8_t>> blocks_;  // by position of their first sample
    std::int64_t last_ = -1;                                    // counter of the sample before, -1: none
};

}  // namespace decklink
