// Where captured pictures are put: the driver's own buffers, of which there is a limited number, or memory that the client
// gives, through the allocator of generation 14 or through that of the later ones.
#pragma once

#include <memory>
#include <mutex>
#include <vector>

#include "frame.hpp"
#include "ports.hpp"

namespace decklink {

class BufferPool {
 public:
    struct Slot {
        std::vector<std::uint8_t> bytes;
        Painted painted;
        bool held = false;
    };
    explicit BufferPool(std::size_t bytes) : bytes_(bytes) {}
    // The slot used last, whose picture is nearest to done. Null: `limit` are held.
    Slot* take(std::size_t limit);
    void give_back(Slot* slot);
    std::size_t bytes() const { return bytes_; }

 private:
    std::size_t bytes_;
    std::mutex mutex_;
    std::vector<std::unique_ptr<Slot>> slots_;
};

// What a client brought to put its pictures in; empty: nothing, the driver's own buffers are used.
struct ClientMemory {
    int generation = 14;
    Ref<MemoryAllocator> old_style;
    Ref<BufferAllocator> allocator;
    bool given() const { return old_style || allocator; }
};

struct CaptureMemory {
    Pixels pixels;
    Painted* painted = nullptr;  // null: nothing is known of what it holds
};

// Asks `client`, or takes a slot of `pool`. Without bytes: there is none. Call with no lock held.
CaptureMemory capture_memory(const std::shared_ptr<BufferPool>& pool, const ClientMemory& client, std::size_t limit);
// After the driver has written into it; `capture_memory` has begun the access.
void end_writing(const Pixels& pixels, int generation);

}  // namespace decklink
