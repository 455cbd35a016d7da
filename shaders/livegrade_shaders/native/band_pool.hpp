// A persistent pool of threads that share out bands of a picture. No OpenMP: its barriers spin and lose frames when
// another program wants the core. One job at a time; a second caller waits. A job ends with its last task: a helper that
// the system wakes too late finds nothing to do and is waited for by nobody.
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
    struct Job {
        const std::function<void(int, int)>* task = nullptr;
        int count = 0;
        std::uint32_t number = 0;
    };

    void serve(int worker);
    void work(const Job& job, int worker);
    // The next task of `job`; false when all are taken, or when a later job has begun.
    bool claim(const Job& job, int& index);

    std::mutex caller_;  // one job at a time
    std::mutex mutex_;   // over job_ and stop_
    std::condition_variable wake_, done_;
    Job job_;
    bool stop_ = false;
    std::atomic<std::uint64_t> ticket_{0};  // number of the job, then its next task: one value, so that both are claimed
    std::atomic<int> left_{0};              // tasks of the job that are not done
    std::vector<std::thread> threads_;
};

}  // namespace livegrade
