// Memory for the driver to capture into: buffers given by the caller (pinned for a GPU), and memory of our own when
// they are all in use or too small.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <vector>

#include "abi_streams.hpp"
#include "counted.hpp"

namespace livegrade::decklink {

struct Span {
    std::uint8_t* bytes;
    std::size_t size;
};

// Called by the driver from threads of its own, also after capture has ended, when a held picture is let go.
class BufferAllocator final : public Counted<IDeckLinkMemoryAllocator> {
  public:
    explicit BufferAllocator(const std::vector<Span>& given);

    Result LG_DRIVER_CALL AllocateBuffer(std::uint32_t size, void** buffer) override;
    Result LG_DRIVER_CALL ReleaseBuffer(void* buffer) override;
    Result LG_DRIVER_CALL Commit() override { return result_ok; }
    Result LG_DRIVER_CALL Decommit() override;

    // How often the given buffers did not serve.
    std::uint64_t own_memory() const { return own_memory_.load(std::memory_order_relaxed); }

  private:
    struct Given {
        Span span;
        bool in_use = false;
    };
    struct Own {
        std::uint8_t* bytes;
        std::size_t size;
        bool in_use;
    };

    ~BufferAllocator() override;
    std::uint8_t* own(std::size_t size);
    void free_spares();

    std::mutex mutex_;
    std::vector<Given> given_;
    std::vector<Own> own_;
    std::atomic<std::uint64_t> own_memory_{0};
};

}  // namespace livegrade::decklink
