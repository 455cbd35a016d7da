// A persistent pool of threads that share out bands of a picture. No OpenMP: its barriers spin and lose frames when
// another program wants the core. One job at a time; a second caller waits.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace livegrade {

class BandPool {
  public:
    // `threads` counts the calling thread, so 1 starts none.
    explicit BandPool(int threads);
    ~BandPool();
    BandPool(const BandPool&) = delete;
    BandPool& operator=(const BandPool&) = delete;

    // Number of threads that work on a job, the caller included; `worker` below is under this number.
    int size() const { return static_cast<int>(threads_.size()) + 1; }

    // Runs task(index, worker) for every index in 0..count-1 and returns when all are done. Tasks must not throw.
    // `task` is called from several threads at a time, each with its own `worker`.
    void run(int count, const std::function<void(int index, int worker)>& task);

  private:
    void serve(int worker);
    void take(int worker);

    std::mutex caller_;   // one job at a time
    std::mutex mutex_;
    std::condition_variable wake_, done_;
    const std::function<void(int, int)>* task_ = nullptr;
    std::atomic<int> next_{0};
    int count_ = 0;
    int busy_ = 0;
    std::uint64_t job_ = 0;
    bool stop_ = false;
    std::vector<std::thread> threads_;
};

}  // namespace livegrade
