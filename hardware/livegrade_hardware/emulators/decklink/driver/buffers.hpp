// Where captured pictures are put: the driver's own buffers, of which there is a limited number, or memory that the client
// gives, through the allocator of generation 14 or through that of the later ones.
#pragma once

#include <atomic>
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

// Buffers of an allocator of generation 14. A driver may ask for each as it is needed and give it back with the picture,
// or ask for all of them before the first picture and keep them as long as the input is enabled; which of them a card does
// is not known, so a test can have either.
class ClientBuffers {
 public:
    ClientBuffers(Ref<MemoryAllocator> allocator, std::size_t bytes);
    ~ClientBuffers();  // when the input is disabled and no picture is held any more
    ClientBuffers(const ClientBuffers&) = delete;
    ClientBuffers& operator=(const ClientBuffers&) = delete;
    // Null: the allocator gives none, or `ahead` and all of the `limit` are held.
    std::uint8_t* take(std::size_t limit, bool ahead);
    void give_back(std::uint8_t* buffer);

 private:
    std::uint8_t* allocate();
    void release(std::uint8_t* buffer);

    const Ref<MemoryAllocator> allocator_;
    const std::size_t bytes_;
    std::mutex mutex_;
    std::vector<std::uint8_t*> spare_;
    bool ahead_ = false;
};

// What a client brought to put its pictures in; empty: nothing, the driver's own buffers are used.
struct ClientMemory {
    int generation = 14;
    Ref<MemoryAllocator> old_style;
    Ref<BufferAllocator> allocator;
    // From `begin` on: of pictures of so many bytes, and how many of them are held.
    std::shared_ptr<ClientBuffers> buffers;
    std::shared_ptr<std::atomic<std::size_t>> held;

    void begin(std::size_t bytes);  // the client's own code runs: call with no lock held
};

struct CaptureMemory {
    Pixels pixels;
    Painted* painted = nullptr;  // null: nothing is known of what it holds
};

// Asks `client`, or takes a slot of `pool`. Without bytes: there is none, or `limit` are held. Call with no lock held.
CaptureMemory capture_memory(const std::shared_ptr<BufferPool>& pool, const ClientMemory& client, std::size_t limit,
                             bool ahead);
// After the driver has written into it; `capture_memory` has begun the access.
void end_writing(const Pixels& pixels, int generation);

}  // namespace decklink
