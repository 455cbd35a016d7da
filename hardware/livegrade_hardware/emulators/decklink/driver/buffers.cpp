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

CaptureMemory from_old_style(const std::shared_ptr<ClientBuffers>& buffers, std::size_t limit, bool ahead) {
    CaptureMemory memory;
    memory.pixels.bytes = buffers->take(limit, ahead);
    if (!memory.pixels.bytes) return memory;
    memory.pixels.give_back = [buffers, bytes = memory.pixels.bytes] { buffers->give_back(bytes); };
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

ClientBuffers::ClientBuffers(Ref<MemoryAllocator> allocator, std::size_t bytes)
    : allocator_(std::move(allocator)), bytes_(bytes) {
    allocator_->Commit();
}

ClientBuffers::~ClientBuffers() {
    for (std::uint8_t* buffer : spare_) release(buffer);
    allocator_->Decommit();
}

std::uint8_t* ClientBuffers::take(std::size_t limit, bool ahead) {
    std::unique_lock lock(mutex_);
    if (!ahead) {
        lock.unlock();
        return allocate();
    }
    if (!std::exchange(ahead_, true))
        for (std::size_t each = 0; each < limit; ++each)
            if (std::uint8_t* const buffer = allocate()) spare_.push_back(buffer);
    if (spare_.empty()) return nullptr;
    std::uint8_t* const buffer = spare_.front();  // the one that rested longest
    spare_.erase(spare_.begin());
    return buffer;
}

void ClientBuffers::give_back(std::uint8_t* buffer) {
    {
        std::lock_guard lock(mutex_);
        if (ahead_) {
            spare_.push_back(buffer);
            return;
        }
    }
    release(buffer);
}

std::uint8_t* ClientBuffers::allocate() {
    void* buffer = nullptr;
    if (allocator_->AllocateBuffer(static_cast<std::uint32_t>(bytes_), &buffer) != ok) return nullptr;
    return static_cast<std::uint8_t*>(buffer);
}

void ClientBuffers::release(std::uint8_t* buffer) {
    // The memory is the driver's to the last: a client that freed it before its frame crashes here.
    *static_cast<volatile std::uint8_t*>(buffer) = given_back;
    allocator_->ReleaseBuffer(buffer);
}

void ClientMemory::begin(std::size_t bytes) {
    if (old_style) buffers = std::make_shared<ClientBuffers>(old_style, bytes);
    if (old_style || allocator) held = std::make_shared<std::atomic<std::size_t>>(0);
}

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

CaptureMemory capture_memory(const std::shared_ptr<BufferPool>& pool, const ClientMemory& client, std::size_t limit,
                             bool ahead) {
    CaptureMemory memory;
    if (client.held) {
        if (*client.held >= limit) return memory;
        memory = client.buffers ? from_old_style(client.buffers, limit, ahead) : from_allocator(client);
        if (!memory.pixels.bytes) return memory;
        ++*client.held;
        memory.pixels.give_back = [held = client.held, back = std::move(memory.pixels.give_back)] {
            if (back) back();
            --*held;
        };
        return memory;
    }
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
