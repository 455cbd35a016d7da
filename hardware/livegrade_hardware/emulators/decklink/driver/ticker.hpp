// The thread of one input or one output: it waits for the next tick on the port's own clock and runs it. A client's
// call-backs come from here and from nowhere else, one at a time, with no lock held.
#pragma once

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "clock.hpp"

namespace decklink {

class Ticker {
 public:
    explicit Ticker(int rank) : sleeper_(rank) {}

    // What it drives. `due`: driver time of the next tick, `never`, or `at_once`.
    struct Driven {
        virtual std::int64_t due() = 0;
        virtual void tick() = 0;

     protected:
        ~Driven() = default;
    };

    // Begins the thread at the first call; later ones only make it look at `due` again.
    void wake(Driven& driven);
    bool on_thread() const { return std::this_thread::get_id() == thread_.load(); }
    // Waits until no tick runs, at most three seconds, and not at all on the thread itself.
    void settle();

 private:
    void run(Driven& driven);

    std::once_flag begun_;
    std::atomic<std::thread::id> thread_{};
    DriverTime::Sleeper sleeper_;
    std::mutex mutex_;
    std::condition_variable idle_;
    bool busy_ = false;
};

}  // namespace decklink
