#include "buffers.hpp"

#include <algorithm>

namespace decklink {

namespace {

constexpr std::uint32_t write_access = 2;
constexpr std::uint8_t given_back = 0xA5;

template <class Buffer>
std::uint8_t* bytes_of(Unknown* buffer) {
    void* bytes = nullptr;
    return static_cast<Buffer*>(buffer)->GetBytes(&bytes) == ok ? static_cast<std::uint8_t*>(bytes) : nullptr;
}

void begin_writing(const Pixels& pixels, int generation) {
    if (!pixels.client) return;
    if (generation == 15)
        static_cast<VideoBuffer15*>(pixels.client.get())->StartAccess(write_access);
    else
        static_cast<VideoBuffer16*>(pixels.client.get())->StartAccess(write_access);
}

CaptureMemory from_old_style(const Ref<MemoryAllocator>& allocator, std::size_t bytes) {
    CaptureMemory memory;
    void* buffer = nullptr;
    if (allocator->AllocateBuffer(static_cast<std::uint32_t>(bytes), &buffer) != ok || !buffer) return memory;
    memory.pixels.bytes = static_cast<std::uint8_t*>(buffer);
    // The memory is the driver's to the last: a client that freed it before its frame crashes here.
    memory.pixels.give_back = [allocator, buffer] {
        *static_cast<volatile std::uint8_t*>(buffer) = given_back;
        allocator->ReleaseBuffer(buffer);
    };
    return memory;
}

CaptureMemory from_allocator(const ClientMemory& client) {
    CaptureMemory memory;
    Unknown* buffer = nullptr;
    if (client.allocator->AllocateVideoBuffer(&buffer) != ok || !buffer) return memory;
    memory.pixels.client = Ref<Unknown>::taking(buffer);
    begin_writing(memory.pixels, client.generation);
    memory.pixels.bytes =
        client.generation == 15 ? bytes_of<VideoBuffer15>(buffer) : bytes_of<VideoBuffer16>(buffer);
    return memory;
}

}  // namespace

BufferPool::Slot* BufferPool::take(std::size_t limit) {
    std::lock_guard lock(mutex_);
    const auto held = static_cast<std::size_t>(std::ranges::count_if(slots_, [](const auto& slot) { return slot->held; }));
    if (held >= limit) return nullptr;
    auto free = std::ranges::find_if(slots_, [](const auto& slot) { return !slot->held; });
    if (free == slots_.end()) {
        slots_.push_back(std::make_unique<Slot>());
        free = slots_.end() - 1;
        (*free)->bytes.resize(bytes_);
    }
    (*free)->held = true;
    return free->get();
}

void BufferPool::give_back(Slot* slot) {
    std::lock_guard lock(mutex_);
    slot->held = false;
}

CaptureMemory capture_memory(const std::shared_ptr<BufferPool>& pool, const ClientMemory& client, std::size_t limit) {
    if (client.old_style) return from_old_style(client.old_style, pool->bytes());
    if (client.allocator) return from_allocator(client);
    CaptureMemory memory;
    if (BufferPool::Slot* slot = pool->take(limit)) {
        memory.pixels.bytes = slot->bytes.data();
        memory.pixels.give_back = [pool, slot] { pool->give_back(slot); };
        memory.painted = &slot->painted;
    }
    return memory;
}

void end_writing(const Pixels& pixels, int generation) {
    if (!pixels.client) return;
    if (generation == 15)
        static_cast<VideoBuffer15*>(pixels.client.get())->EndAccess(write_access);
    else
        static_cast<VideoBuffer16*>(pixels.client.get())->EndAccess(write_access);
}

}  // namespace decklink
