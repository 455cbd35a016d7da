// Loads and stores of words in memory that other processes have mapped too. std::atomic_ref says the same, but not every
// C++20 library has it.
#pragma once

#include <atomic>
#include <cstdint>

namespace livegrade {

#if defined(__GNUC__) || defined(__clang__)
static_assert(__atomic_always_lock_free(sizeof(std::uint64_t), nullptr),
              "another process cannot take part in a lock of this one");

template <class Word>
Word load_relaxed(const Word& word) {
    return __atomic_load_n(&word, __ATOMIC_RELAXED);
}
template <class Word>
Word load_acquire(const Word& word) {
    return __atomic_load_n(&word, __ATOMIC_ACQUIRE);
}
template <class Word>
void store_relaxed(Word& word, Word value) {
    __atomic_store_n(&word, value, __ATOMIC_RELAXED);
}
template <class Word>
void store_release(Word& word, Word value) {
    __atomic_store_n(&word, value, __ATOMIC_RELEASE);
}
#else
static_assert(std::atomic_ref<std::uint64_t>::is_always_lock_free,
              "another process cannot take part in a lock of this one");

template <class Word>
Word load_relaxed(const Word& word) {
    return std::atomic_ref<Word>(const_cast<Word&>(word)).load(std::memory_order_relaxed);
}
template <class Word>
Word load_acquire(const Word& word) {
    return std::atomic_ref<Word>(const_cast<Word&>(word)).load(std::memory_order_acquire);
}
template <class Word>
void store_relaxed(Word& word, Word value) {
    std::atomic_ref<Word>(word).store(value, std::memory_order_relaxed);
}
template <class Word>
void store_release(Word& word, Word value) {
    std::atomic_ref<Word>(word).store(value, std::memory_order_release);
}
#endif

}  // namespace livegrade
