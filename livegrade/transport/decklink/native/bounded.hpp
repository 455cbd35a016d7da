// Waiting for a driver with a limit: one that hangs must not hang the program.
#pragma once

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <exception>
#include <functional>
#include <mutex>

namespace livegrade::decklink {

// For a stop that nobody waits for: the object goes out of use.
inline constexpr std::chrono::seconds longest_wait{3};

// One limit for several waits, one behind the other.
class Budget {
  public:
    explicit Budget(std::chrono::nanoseconds limit) : end_(std::chrono::steady_clock::now() + limit) {}
    std::chrono::nanoseconds left() const {
        return std::max<std::chrono::nanoseconds>(end_ - std::chrono::steady_clock::now(), {});
    }

  private:
    const std::chrono::steady_clock::time_point end_;
};

// Runs `work` on a thread of its own. Returns whether it ended within the limit; rethrows what it threw. What does not
// end is left running, so `work` must own (share) all that it touches.
bool finished_in(std::chrono::nanoseconds limit, std::function<void()> work);

// Lets call-backs in until it is closed; closing waits until the last one has left.
class Gate {
  public:
    // A pass through the gate, false when it is closed. Lives on the driver's thread.
    class Pass {
      public:
        explicit Pass(Gate& gate) : gate_(gate), open_(gate.enter()) {}
        ~Pass() {
            if (open_) gate_.leave();
        }
        Pass(const Pass&) = delete;
        Pass& operator=(const Pass&) = delete;
        explicit operator bool() const { return open_; }

      private:
        Gate& gate_;
        bool open_;
    };

    void open();
    // Whether all had left within the limit.
    bool close(std::chrono::nanoseconds limit);

  private:
    bool enter();
    void leave();

    std::mutex mutex_;
    std::condition_variable left_;
    int inside_ = 0;
    bool open_ = false;
};

}  // namespace livegrade::decklink
