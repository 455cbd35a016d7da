// What the call-back hands to the taker, in order: pictures, the oldest of which are thrown away when the taker is
// slow, and changes of format; several in a row become one.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <variant>
#include <vector>

#include "calls.hpp"
#include "facts.hpp"
#include "ref.hpp"
#include "values.hpp"

namespace livegrade::decklink {

struct Arrived {
    Ref<IDeckLinkVideoInputFrame> frame;
    std::shared_ptr<const Mode> mode;
    std::uint32_t flags = 0;
    std::int64_t arrived_ns = 0;
    std::uint64_t number = 0;
    AudioBlock audio;
};

struct Changed {
    std::shared_ptr<const Mode> mode;
    std::uint32_t events = 0, flags = 0, pixel_format = 0;
    // The streams began anew: stream time counts from zero again.
    bool restarted = false;
    std::optional<DriverFailure> failed;

    // What this and `before`, which nobody took, come to.
    void follow(Changed before);
};

using Entry = std::variant<Arrived, Changed>;

class CaptureQueue {
  public:
    explicit CaptureQueue(std::size_t most_pictures);

    // From the driver's thread; never wait.
    void push(Arrived picture);
    void push(Changed change);

    // None: timeout or closed.
    std::optional<Entry> take(std::chrono::nanoseconds timeout);
    // Closed: takes end at once and what is queued is let go.
    void open();
    void close();

    std::uint64_t missed() const;

  private:
    // A change before each picture and one at the end.
    std::size_t most_entries() const { return 2 * most_pictures_ + 1; }
    Entry without_oldest_picture();

    const std::size_t most_pictures_;
    mutable std::mutex mutex_;
    std::condition_variable arrived_;
    std::vector<Entry> entries_;
    std::size_t pictures_ = 0;
    std::uint64_t missed_ = 0;
    bool open_ = false;
};

}  // namespace livegrade::decklink
