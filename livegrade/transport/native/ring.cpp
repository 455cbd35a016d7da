#include "ring.hpp"

#include <algorithm>
#include <atomic>
#include <cstring>
#include <stdexcept>

#include "shared_word.hpp"
#include "sleepers.hpp"

namespace livegrade {

namespace {

using Word = std::uint64_t;

Word& word_at(std::uint8_t* memory, std::size_t byte, std::size_t word = 0) {
    return reinterpret_cast<Word*>(memory + byte)[word];
}

Word load(std::uint8_t* memory, std::size_t byte, std::size_t word = 0) {
    return load_relaxed(word_at(memory, byte, word));
}

void store(std::uint8_t* memory, std::size_t byte, std::size_t word, Word value) {
    store_relaxed(word_at(memory, byte, word), value);
}

constexpr std::size_t fact_words = 5 + 2 * text_words;
static_assert(8 * (RingShape::facts + fact_words) <= RingShape::slot_header);

std::array<Word, fact_words> packed(const RingFacts& facts) {
    std::array<Word, fact_words> words{facts.number, static_cast<Word>(facts.index), static_cast<Word>(facts.captured_ns),
                                       facts.width | Word{facts.height} << 32, facts.channels};
    std::copy(facts.timecode.begin(), facts.timecode.end(), words.begin() + 5);
    std::copy(facts.look.begin(), facts.look.end(), words.begin() + 5 + text_words);
    return words;
}

RingFacts unpacked(const std::array<Word, fact_words>& words) {
    RingFacts facts;
    facts.number = words[0];
    facts.index = static_cast<std::int64_t>(words[1]);
    facts.captured_ns = static_cast<std::int64_t>(words[2]);
    facts.width = static_cast<std::uint32_t>(words[3]);
    facts.height = static_cast<std::uint32_t>(words[3] >> 32);
    facts.channels = static_cast<std::uint32_t>(words[4]);
    std::copy_n(words.begin() + 5, text_words, facts.timecode.begin());
    std::copy_n(words.begin() + 5 + text_words, text_words, facts.look.begin());
    return facts;
}

// False for what no writer of ours says, and what would not fit.
bool is_possible(const RingFacts& facts, const RingShape& shape) {
    const bool sides = facts.width >= 1 && facts.width <= 16384 && facts.height >= 1 && facts.height <= 16384;
    return sides && facts.channels >= 1 && facts.channels <= 4 && facts.bytes() <= shape.capacity;
}

void copy_in(std::uint8_t* memory, std::size_t byte, const std::uint8_t* pixels, std::size_t bytes) {
    const std::size_t whole = bytes / 8;
    for (std::size_t i = 0; i < whole; ++i) {
        Word word;
        std::memcpy(&word, pixels + 8 * i, 8);
        store(memory, byte, i, word);
    }
    if (bytes % 8 == 0) return;
    Word last = 0;
    std::memcpy(&last, pixels + 8 * whole, bytes % 8);
    store(memory, byte, whole, last);
}

void copy_out(std::uint8_t* memory, std::size_t byte, std::uint8_t* pixels, std::size_t bytes) {
    const std::size_t whole = bytes / 8;
    for (std::size_t i = 0; i < whole; ++i) {
        const Word word = load(memory, byte, i);
        std::memcpy(pixels + 8 * i, &word, 8);
    }
    if (bytes % 8 == 0) return;
    const Word last = load(memory, byte, whole);
    std::memcpy(pixels + 8 * whole, &last, bytes % 8);
}

std::size_t slot_of(const RingShape& shape, std::uint64_t number) {
    return RingShape::header + static_cast<std::size_t>(number % shape.slots) * shape.stride();
}

void require_aligned(const std::uint8_t* memory) {
    if (reinterpret_cast<std::uintptr_t>(memory) % alignof(Word) != 0)
        throw std::invalid_argument("its memory is not aligned");
}

}  // namespace

RingWriter::RingWriter(std::uint8_t* memory, std::size_t size, RingShape shape) : memory_(memory), shape_(shape) {
    require_aligned(memory);
    if (!shape.is_possible()) throw std::invalid_argument("a ring of such a size cannot be made");
    if (size < shape.size()) throw std::invalid_argument("the memory is too small for this ring");
    store(memory_, 0, 1, ring_version);
    store(memory_, 0, 2, shape.slots);
    store(memory_, 0, 3, shape.capacity);
    store_release(word_at(memory_, 0), ring_magic);
}

void RingWriter::write(RingFacts facts, const std::uint8_t* pixels) {
    if (!is_possible(facts, shape_)) throw std::invalid_argument("the picture does not fit into this ring");
    facts.number = ++number_;
    const std::size_t slot = slot_of(shape_, number_);
    const Word before = load(memory_, slot);
    store(memory_, slot, RingShape::sequence, before + 1);
    std::atomic_thread_fence(std::memory_order_release);  // who sees what follows, sees that it is being written
    const auto words = packed(facts);
    for (std::size_t i = 0; i < words.size(); ++i) store(memory_, slot, RingShape::facts + i, words[i]);
    copy_in(memory_, slot + RingShape::slot_header, pixels, static_cast<std::size_t>(facts.bytes()));
    store_release(word_at(memory_, slot), before + 2);
    store_release(word_at(memory_, 0, RingShape::newest), number_);
    wake_sleepers(word_at(memory_, 0, RingShape::wake), static_cast<std::uint32_t>(number_));
}

void RingWriter::end() {
    store_release(word_at(memory_, 0, RingShape::ended), Word{1});
    wake_sleepers(word_at(memory_, 0, RingShape::wake), static_cast<std::uint32_t>(number_ + 1));
}

RingReader::RingReader(const std::uint8_t* memory, std::size_t size) : memory_(const_cast<std::uint8_t*>(memory)) {
    require_aligned(memory);
    if (size < RingShape::header || load_acquire(word_at(memory_, 0)) != ring_magic)
        throw std::invalid_argument("it is no ring of pictures");
    if (load(memory_, 0, 1) != ring_version)
        throw std::invalid_argument("it is a ring of pictures of another version of this program");
    shape_ = {load(memory_, 0, 2), load(memory_, 0, 3)};
    if (!shape_.is_possible() || size < shape_.size())
        throw std::invalid_argument("it is a damaged ring of pictures: its size is impossible");
}

std::uint64_t RingReader::newest() const {
    return load_acquire(word_at(memory_, 0, RingShape::newest));
}

bool RingReader::has_ended() const {
    return load_acquire(word_at(memory_, 0, RingShape::ended)) != 0;
}

bool RingReader::read(RingFacts& facts, std::uint8_t* pixels) const {
    for (std::uint64_t tries = 0; tries < shape_.slots; ++tries) {
        const std::uint64_t number = newest();
        if (number == 0) return false;
        if (read_slot(number, facts, pixels)) return true;
    }
    return false;
}

bool RingReader::read_slot(std::uint64_t number, RingFacts& facts, std::uint8_t* pixels) const {
    const std::size_t slot = slot_of(shape_, number);
    const Word before = load_acquire(word_at(memory_, slot));
    if (before % 2 != 0) return false;
    std::array<Word, fact_words> words;
    for (std::size_t i = 0; i < words.size(); ++i) words[i] = load(memory_, slot, RingShape::facts + i);
    facts = unpacked(words);
    if (!is_possible(facts, shape_)) return false;
    copy_out(memory_, slot + RingShape::slot_header, pixels, static_cast<std::size_t>(facts.bytes()));
    std::atomic_thread_fence(std::memory_order_acquire);  // the sequence below is read after all of the above
    return load(memory_, slot) == before;
}

void RingReader::wait(std::uint64_t seen, std::int64_t timeout_ns) const {
    sleep_while(word_at(memory_, 0, RingShape::wake), static_cast<std::uint32_t>(seen), timeout_ns,
                [&] { return newest() == seen && !has_ended(); });
}

std::array<std::uint64_t, text_words> ring_text(const std::string& text) {
    std::array<std::uint64_t, text_words> words{};
    std::memcpy(words.data(), text.data(), std::min(text.size(), sizeof words));
    return words;
}

std::string ring_text(const std::array<std::uint64_t, text_words>& words) {
    const auto* bytes = reinterpret_cast<const char*>(words.data());
    return {bytes, std::find(bytes, bytes + sizeof words, '\0')};
}

}  // namespace livegrade
