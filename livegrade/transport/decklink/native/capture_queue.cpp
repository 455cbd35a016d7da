#include "capture_queue.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace livegrade::decklink {

namespace {

bool is_picture(const Entry& entry) { return std::holds_alternative<Arrived>(entry); }

}  // namespace

void Changed::follow(Changed before) {
    events |= before.events;
    if (!restarted) failed = std::move(before.failed);
    restarted |= before.restarted;
}

CaptureQueue::CaptureQueue(std::size_t most_pictures) : most_pictures_(std::max<std::size_t>(1, most_pictures)) {
    entries_.reserve(most_entries());
}

void CaptureQueue::push(Arrived picture) {
    std::optional<Entry> dropped;  // let go after the lock
    {
        const std::lock_guard lock(mutex_);
        if (!open_) return;
        if (pictures_ == most_pictures_) dropped = without_oldest_picture();
        entries_.emplace_back(std::move(picture));
        ++pictures_;
    }
    arrived_.notify_one();
}

void CaptureQueue::push(Changed change) {
    {
        const std::lock_guard lock(mutex_);
        if (!open_) return;
        if (!entries_.empty() && !is_picture(entries_.back())) {
            change.follow(std::get<Changed>(std::move(entries_.back())));
            entries_.pop_back();
        }
        entries_.emplace_back(std::move(change));
    }
    arrived_.notify_one();
}

std::optional<Entry> CaptureQueue::take(std::chrono::nanoseconds timeout) {
    std::unique_lock lock(mutex_);
    arrived_.wait_for(lock, timeout, [this] { return !entries_.empty() || !open_; });
    if (entries_.empty()) return std::nullopt;
    Entry first = std::move(entries_.front());
    entries_.erase(entries_.begin());
    pictures_ -= is_picture(first);
    return first;
}

void CaptureQueue::open() {
    const std::lock_guard lock(mutex_);
    open_ = true;
    missed_ = 0;
}

void CaptureQueue::close() {
    std::vector<Entry> queued;
    queued.reserve(most_entries());
    {
        const std::lock_guard lock(mutex_);
        open_ = false;
        std::swap(queued, entries_);
        pictures_ = 0;
    }
    arrived_.notify_all();
}

std::uint64_t CaptureQueue::missed() const {
    const std::lock_guard lock(mutex_);
    return missed_;
}

// With the lock held. A change that stood before the picture becomes one with another that follows it.
Entry CaptureQueue::without_oldest_picture() {
    const auto oldest = std::ranges::find_if(entries_, is_picture);
    Entry picture = std::move(*oldest);
    const auto after = entries_.erase(oldest);
    const bool between_changes = after != entries_.begin() && after != entries_.end() && !is_picture(*after);
    if (between_changes) {
        std::get<Changed>(*after).follow(std::get<Changed>(std::move(*std::prev(after))));
        entries_.erase(std::prev(after));
    }
    --pictures_;
    ++missed_;
    return picture;
}

}  // namespace livegrade::decklink
