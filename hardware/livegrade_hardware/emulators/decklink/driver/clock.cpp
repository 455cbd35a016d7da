#include "clock.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>

namespace decklink {

namespace {

using Steady = std::chrono::steady_clock;

std::int64_t real_ns() {
    return std::chrono::duration_cast<std::chrono::nanoseconds>(Steady::now().time_since_epoch()).count();
}

Steady::time_point at(std::int64_t real) { return Steady::time_point(std::chrono::nanoseconds(real)); }

}  // namespace

std::int64_t ticks_to_ns(std::int64_t count, std::int64_t duration, std::int64_t scale) {
    return static_cast<std::int64_t>(static_cast<__int128>(count) * duration * 1'000'000'000 / scale);
}

std::int64_t DriverTime::now_locked() const {
    if (stepped_) return base_;
    const long double elapsed = static_cast<long double>(real_ns() - base_real_) * static_cast<long double>(speed_);
    return base_ + static_cast<std::int64_t>(elapsed);
}

std::int64_t DriverTime::now() {
    std::lock_guard lock(mutex_);
    if (base_real_ == 0) base_real_ = real_ns();
    return now_locked();
}

void DriverTime::set_speed(double factor) {
    now();
    std::lock_guard lock(mutex_);
    base_ = now_locked();
    base_real_ = real_ns();
    speed_ = factor;
    changed_.notify_all();
}

void DriverTime::set_stepped(bool stepped) {
    now();
    std::lock_guard lock(mutex_);
    base_ = now_locked();
    base_real_ = real_ns();
    stepped_ = stepped;
    changed_.notify_all();
}

bool DriverTime::stepped() {
    std::lock_guard lock(mutex_);
    return stepped_;
}

void DriverTime::enter(Sleeper& sleeper) {
    now();
    std::lock_guard lock(mutex_);
    sleepers_.insert(&sleeper);
}

void DriverTime::leave(Sleeper& sleeper) {
    std::lock_guard lock(mutex_);
    sleepers_.erase(&sleeper);
    changed_.notify_all();
}

bool DriverTime::sleep_until(Sleeper& sleeper, std::int64_t due) {
    std::unique_lock lock(mutex_);
    sleeper.due = due;
    sleeper.waiting = true;
    changed_.notify_all();
    const auto time_has_come = [&] { return stepped_ ? sleeper.released || due == at_once : now_locked() >= due; };
    while (!sleeper.woken && !time_has_come()) {
        if (stepped_ || due == never)
            changed_.wait(lock);
        else
            changed_.wait_until(lock, at(base_real_ + static_cast<std::int64_t>(
                                                          std::ceil(static_cast<double>(due - base_) / speed_))));
    }
    const bool came = !sleeper.woken;
    sleeper.waiting = sleeper.woken = sleeper.released = false;
    return came;
}

void DriverTime::wake(Sleeper& sleeper) {
    std::lock_guard lock(mutex_);
    sleeper.woken = true;
    sleeper.waiting = false;
    changed_.notify_all();
}

bool DriverTime::all_waiting() const {
    return std::all_of(sleepers_.begin(), sleepers_.end(), [](const Sleeper* one) { return one->waiting; });
}

bool DriverTime::advance(std::int64_t ns) {
    std::unique_lock lock(mutex_);
    const std::int64_t target = base_ + ns;
    if (sleepers_.empty()) {
        base_ = target;
        return true;
    }
    for (;;) {
        Sleeper* const next = next_once_all_wait(lock);
        if (!next) return false;
        if (next->due > target) break;
        release(*next);
    }
    base_ = target;
    return true;
}

std::optional<int> DriverTime::step() {
    std::unique_lock lock(mutex_);
    if (!stepped_ || sleepers_.empty()) return std::nullopt;
    Sleeper* const next = next_once_all_wait(lock);
    if (!next || next->due == never) return std::nullopt;
    release(*next);
    return next_once_all_wait(lock) ? std::optional(next->rank) : std::nullopt;
}

DriverTime::Sleeper* DriverTime::next_once_all_wait(std::unique_lock<std::mutex>& lock) {
    const bool idle = changed_.wait_for(lock, std::chrono::seconds(10), [this] { return all_waiting(); });
    if (!idle || !stepped_) return nullptr;
    return *std::ranges::min_element(sleepers_, [](const Sleeper* one, const Sleeper* other) {
        return std::pair(one->due, one->rank) < std::pair(other->due, other->rank);
    });
}

void DriverTime::release(Sleeper& sleeper) {
    base_ = std::max(base_, sleeper.due);
    sleeper.released = true;
    sleeper.waiting = false;
    changed_.notify_all();
}

DriverTime& driver_time() {
    static DriverTime* const the_time = new DriverTime;
    return *the_time;
}

std::int64_t CardClock::now() {
    const std::int64_t driver = driver_time().now();
    std::lock_guard lock(mutex_);
    const long double elapsed = driver - base_driver_;
    return base_card_ + static_cast<std::int64_t>(std::floor(elapsed * (1 + static_cast<long double>(ppm_) * 1e-6L)));
}

std::int64_t CardClock::driver_time_of(std::int64_t card_ns) {
    std::lock_guard lock(mutex_);
    const long double elapsed = card_ns - base_card_;
    return base_driver_ + static_cast<std::int64_t>(std::ceil(elapsed / (1 + static_cast<long double>(ppm_) * 1e-6L)));
}

void CardClock::set_drift(double ppm) {
    const std::int64_t card = now();
    const std::int64_t driver = driver_time().now();
    std::lock_guard lock(mutex_);
    base_card_ = card;
    base_driver_ = driver;
    ppm_ = ppm;
}

}  // namespace decklink
