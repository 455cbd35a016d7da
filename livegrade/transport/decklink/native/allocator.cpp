#include "allocator.hpp"

#include <algorithm>
#include <new>

namespace livegrade::decklink {

namespace {

constexpr std::align_val_t page{4096};
constexpr std::size_t most_own_buffers = 64;  // what a driver holds at most at a time, many times over

}  // namespace

BufferAllocator::BufferAllocator(const std::vector<Span>& given) {
    for (const Span& span : given) given_.push_back({span});
    own_.reserve(most_own_buffers);
}

BufferAllocator::~BufferAllocator() {
    for (const Own& block : own_) ::operator delete(block.bytes, page);
}

Result BufferAllocator::AllocateBuffer(std::uint32_t size, void** buffer) {
    const std::lock_guard lock(mutex_);
    for (Given& block : given_) {
        if (block.in_use || block.span.size < size) continue;
        block.in_use = true;
        *buffer = block.span.bytes;
        return result_ok;
    }
    own_memory_.fetch_add(1, std::memory_order_relaxed);
    *buffer = own(size);
    return *buffer ? result_ok : result_out_of_memory;
}

Result BufferAllocator::ReleaseBuffer(void* buffer) {
    const std::lock_guard lock(mutex_);
    for (Given& block : given_) {
        if (block.span.bytes != buffer) continue;
        block.in_use = false;
        return result_ok;
    }
    for (Own& block : own_) {
        if (block.bytes != buffer) continue;
        block.in_use = false;
        return result_ok;
    }
    return result_invalid_argument;
}

// The driver ends its use: spare memory goes back to the system.
Result BufferAllocator::Decommit() {
    const std::lock_guard lock(mutex_);
    free_spares();
    return result_ok;
}

// A spare block of this very size, else a new one in the place of spares of other sizes.
std::uint8_t* BufferAllocator::own(std::size_t size) {
    for (Own& block : own_) {
        if (block.in_use || block.size != size) continue;
        block.in_use = true;
        return block.bytes;
    }
    free_spares();
    if (own_.size() == most_own_buffers) return nullptr;
    auto* bytes = static_cast<std::uint8_t*>(::operator new(size, page, std::nothrow));
    if (bytes) own_.push_back({bytes, size, true});
    return bytes;
}

void BufferAllocator::free_spares() {
    const auto spare = [](const Own& block) {
        if (!block.in_use) ::operator delete(block.bytes, page);
        return !block.in_use;
    };
    std::erase_if(own_, spare);
}

}  // namespace livegrade::decklink
