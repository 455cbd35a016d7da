#include "band_pool.hpp"

#include <algorithm>

namespace livegrade {

BandPool::BandPool(int threads) {
    for (int worker = 1; worker < threads; ++worker)
        threads_.emplace_back([this, worker] { serve(worker); });
}

BandPool::~BandPool() {
    {
        std::lock_guard lock(mutex_);
        stop_ = true;
    }
    wake_.notify_all();
    for (auto& thread : threads_) thread.join();
}

bool BandPool::claim(const Job& job, int& index) {
    std::uint64_t ticket = ticket_.load(std::memory_order_relaxed);
    do {
        index = static_cast<int>(ticket & 0xffffffff);
        if (ticket >> 32 != job.number || index >= job.count) return false;
    } while (!ticket_.compare_exchange_weak(ticket, ticket + 1, std::memory_order_relaxed));
    return true;
}

void BandPool::work(const Job& job, int worker) {
    // A claimed task keeps its run from returning, and so `job.task` alive; without one it must not be touched.
    for (int index; claim(job, index);) {
        (*job.task)(index, worker);
        if (left_.fetch_sub(1, std::memory_order_acq_rel) == 1) {
            std::lock_guard lock(mutex_);
            done_.notify_one();
        }
    }
}

void BandPool::serve(int worker) {
    std::uint32_t seen = 0;
    std::unique_lock lock(mutex_);
    for (;;) {
        wake_.wait(lock, [&] { return stop_ || job_.number != seen; });
        if (stop_) return;
        const Job job = job_;
        seen = job.number;
        lock.unlock();
        work(job, worker);
        lock.lock();
    }
}

void BandPool::run(int count, const std::function<void(int, int)>& task) {
    if (count <= 0) return;
    std::lock_guard only(caller_);
    Job job;
    {
        std::lock_guard lock(mutex_);
        job = job_ = {&task, count, job_.number + 1};
        left_.store(count, std::memory_order_relaxed);
        ticket_.store(static_cast<std::uint64_t>(job.number) << 32, std::memory_order_relaxed);
    }
    const int helpers = std::min(count - 1, static_cast<int>(threads_.size()));
    for (int i = 0; i < helpers; ++i) wake_.notify_one();
    work(job, 0);
    std::unique_lock lock(mutex_);
    done_.wait(lock, [&] { return left_.load(std::memory_order_acquire) == 0; });
}

}  // namespace livegrade
