#include "ticker.hpp"

#include <pthread.h>

#include <chrono>

namespace decklink {

void Ticker::wake(Driven& driven) {
    std::call_once(begun_, [&] {
        driver_time().enter(sleeper_);
        std::thread thread([this, &driven] { run(driven); });
        pthread_setname_np(thread.native_handle(), "emulated-card");
        thread_ = thread.get_id();
        thread.detach();  // cards live as long as the process
    });
    driver_time().wake(sleeper_);
}

void Ticker::run(Driven& driven) {
    for (;;) {
        if (!driver_time().sleep_until(sleeper_, driven.due())) continue;
        {
            std::lock_guard lock(mutex_);
            busy_ = true;
        }
        driven.tick();
        {
            std::lock_guard lock(mutex_);
            busy_ = false;
        }
        idle_.notify_all();
    }
}

void Ticker::settle() {
    if (on_thread()) return;
    std::unique_lock lock(mutex_);
    idle_.wait_for(lock, std::chrono::seconds(3), [this] { return !busy_; });
}

}  // namespace decklink
