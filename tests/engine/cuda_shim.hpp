// A CUDA device that is not there: just enough of the language to run a kernel text unchanged on the CPU. Put before the
// text by tests/engine/cuda_shim.py, which also appends the table lg_shim_kernels.
//
// The threads of a block are fibers, run one after the other from barrier to barrier; blocks run one after the other.
// Shared memory is static, and filled with rubbish before each block. A barrier that only some threads reach is
// reported. The order of the fibers is the caller's choice: results that depend on it show a missing barrier.
#include <cstdint>
#include <cstring>
#include <string>
#include <ucontext.h>
#include <vector>

#define __global__ static
#define __device__
#define __forceinline__ inline
#define __shared__ static __attribute__((section("lg_shared")))
#define __launch_bounds__(threads)

struct float4 {
    float x, y, z, w;
} __attribute__((aligned(16)));
struct uint4 {
    unsigned x, y, z, w;
} __attribute__((aligned(16)));
struct dim3 {
    unsigned x, y, z;
};

static inline uint4 make_uint4(unsigned x, unsigned y, unsigned z, unsigned w) { return {x, y, z, w}; }

template <class T>
static inline T __ldg(const T* at) {
    return *at;
}
static inline unsigned atomicAdd(unsigned* at, unsigned value) {
    const unsigned before = *at;
    *at = before + value;
    return before;
}

static dim3 threadIdx, blockIdx, blockDim, gridDim;

static ucontext_t lg_shim_scheduler;
static ucontext_t* lg_shim_current;

static void __syncthreads() {
    const dim3 me = threadIdx;
    swapcontext(lg_shim_current, &lg_shim_scheduler);
    threadIdx = me;
}

// Dynamic shared memory: its only user says `extern __shared__ T name[]`, which becomes a reference to this.
alignas(16) __attribute__((section("lg_shared"), used)) static unsigned char lg_shim_dynamic[48 * 1024];
