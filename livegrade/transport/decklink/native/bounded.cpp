#include "bounded.hpp"

#include <future>
#include <memory>
#include <thread>
#include <utility>

#include "driver.hpp"

namespace livegrade::decklink {

bool finished_in(std::chrono::nanoseconds limit, std::function<void()> work) {
    auto task = std::make_shared<std::packaged_task<void()>>(std::move(work));
    auto done = task->get_future();
    std::thread thread([task = std::move(task)] {
        platform::enter_thread();
        (*task)();
    });
    if (done.wait_for(limit) != std::future_status::ready) {
        thread.detach();
        return false;
    }
    thread.join();  // what the work held has been let go when this returns
    done.get();
    return true;
}

void Gate::open() {
    const std::lock_guard lock(mutex_);
    open_ = true;
}

bool Gate::close(std::chrono::nanoseconds limit) {
    std::unique_lock lock(mutex_);
    open_ = false;
    return left_.wait_for(lock, limit, [this] { return inside_ == 0; });
}

bool Gate::enter() {
    const std::lock_guard lock(mutex_);
    inside_ += open_;
    return open_;
}

void Gate::leave() {
    const std::lock_guard lock(mutex_);
    if (--inside_ == 0) left_.notify_all();
}

}  // namespace livegrade::decklink
