// Time as the emulated cards have it. Driver time is nanoseconds since loading: real, faster by a factor, or stepped by
// command, when nothing moves until a test says so. Each input and each output has a clock of its own that drifts from it
// by parts per million.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <optional>
#include <set>

namespace decklink {

inline constexpr std::int64_t never = INT64_MAX, at_once = INT64_MIN;

// duration / scale seconds, times `count`, in nanoseconds, without rounding errors that add up.
std::int64_t ticks_to_ns(std::int64_t count, std::int64_t duration, std::int64_t scale);

class DriverTime {
 public:
    // One thread that sleeps until its next tick.
    class Sleeper {
     public:
        // Of two that are due at the same time, the lower rank goes first where time is stepped.
        explicit Sleeper(int rank) : rank(rank) {}

     private:
        friend class DriverTime;
        const int rank;
        std::int64_t due = 0;
        bool waiting = false, woken = false, released = false;
    };

    std::int64_t now();
    void set_speed(double factor);
    void set_stepped(bool stepped);
    bool stepped();

    void enter(Sleeper& sleeper);
    void leave(Sleeper& sleeper);
    // True: `due` has come. False: woken before it.
    bool sleep_until(Sleeper& sleeper, std::int64_t due);
    void wake(Sleeper& sleeper);

    // Stepped only: time goes on by `ns`, one tick after the other, each done before the following one begins.
    // False: a thread did not come back from a call-back within ten seconds, or time is not stepped.
    bool advance(std::int64_t ns);
    // Stepped only: time goes on to the next tick, which is run to its end; the rank of its sleeper. Nothing: as above, or
    // no clock runs.
    std::optional<int> step();

 private:
    std::int64_t now_locked() const;
    bool all_waiting() const;
    // With the lock held: who is next; null: a thread did not come back, or time is not stepped any more.
    Sleeper* next_once_all_wait(std::unique_lock<std::mutex>& lock);
    void release(Sleeper& sleeper);

    std::mutex mutex_;
    std::condition_variable changed_;
    std::set<Sleeper*> sleepers_;
    std::int64_t base_real_ = 0, base_ = 0;  // driver time base_ was at real time base_real_ (0: not read yet)
    double speed_ = 1;
    bool stepped_ = false;
};

DriverTime& driver_time();

// One oscillator: so and so many parts per million faster than driver time.
class CardClock {
 public:
    std::int64_t now();
    std::int64_t driver_time_of(std::int64_t card_ns);
    void set_drift(double ppm);

 private:
    std::mutex mutex_;
    std::int64_t base_driver_ = 0, base_card_ = 0;
    double ppm_ = 0;
};

}  // namespace decklink
