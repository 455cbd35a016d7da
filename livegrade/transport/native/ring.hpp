// A ring of pictures in memory that several processes have mapped: one writes and never waits, any number read and
// notice when what they copied was being written over.
//
// A slot is a sequence lock. Everything that both sides touch is a word of 64 bits that is loaded and stored atomically
// (relaxed), so there is no data race for the compiler to make anything of, whoever stops, or is killed, where. Source:
// H.-J. Boehm, "Can seqlocks get along with programming language memory models?", MSPC 2012, figure 6.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

namespace livegrade {

inline constexpr std::uint64_t ring_magic = 0x31474e495247'4c00;  // "\0LGRING1"
inline constexpr std::uint64_t ring_version = 1;
inline constexpr std::size_t most_slots = 16;
inline constexpr std::uint64_t most_bytes = std::uint64_t{1} << 28;  // of one picture
inline constexpr std::size_t text_words = 8;                         // 64 bytes

// What a picture is, beside its pixels. Texts are UTF-8, cut at 64 bytes.
struct RingFacts {
    std::uint64_t number = 0;  // from 1 on, as written
    std::int64_t index = 0, captured_ns = 0;
    std::uint32_t width = 0, height = 0, channels = 0;
    std::array<std::uint64_t, text_words> timecode{}, look{};

    std::uint64_t bytes() const { return std::uint64_t{width} * height * channels; }
};

// Where everything lies. The offsets of the header, in words:
//   0 magic, 1 version, 2 slots, 3 bytes of a picture at most, 8 number of the newest picture (0: none),
//   9 low half: the same in 32 bits, which sleepers are woken by; 10 whether the writer has ended.
// A slot: word 0 sequence (odd: being written), then the facts, then from `slot_header` on the pixels.
struct RingShape {
    static constexpr std::size_t header = 128, slot_header = 192, sequence = 0, facts = 1;
    static constexpr std::size_t newest = 8, wake = 9, ended = 10;

    std::uint64_t slots, capacity;

    std::size_t stride() const { return slot_header + (capacity + 63) / 64 * 64; }
    std::size_t size() const { return header + slots * stride(); }
    bool is_possible() const { return slots >= 2 && slots <= most_slots && capacity >= 1 && capacity <= most_bytes; }
};

class RingWriter {
  public:
    // Makes a ring of zeroed memory. `memory`: 8-byte aligned, `size` bytes. Throws std::invalid_argument.
    RingWriter(std::uint8_t* memory, std::size_t size, RingShape shape);
    // `facts.number` is given here. Throws std::invalid_argument for a picture that does not fit.
    void write(RingFacts facts, const std::uint8_t* pixels);
    // Says to readers that nothing more will come.
    void end();

  private:
    std::uint8_t* memory_;
    RingShape shape_;
    std::uint64_t number_ = 0;
};

class RingReader {
  public:
    // Throws std::invalid_argument, with what is wrong, for memory that is no such ring.
    RingReader(const std::uint8_t* memory, std::size_t size);
    const RingShape& shape() const { return shape_; }
    // The newest whole picture, copied to `pixels` (`capacity` bytes); false where there is none, or each was written
    // over while it was copied.
    bool read(RingFacts& facts, std::uint8_t* pixels) const;
    std::uint64_t newest() const;
    bool has_ended() const;
    // Waits until another picture than `seen` is the newest or the writer has ended, for at most so long.
    void wait(std::uint64_t seen, std::int64_t timeout_ns) const;

  private:
    bool read_slot(std::uint64_t number, RingFacts& facts, std::uint8_t* pixels) const;

    std::uint8_t* memory_;
    RingShape shape_{};
};

std::array<std::uint64_t, text_words> ring_text(const std::string& text);
std::string ring_text(const std::array<std::uint64_t, text_words>& words);

}  // namespace livegrade
