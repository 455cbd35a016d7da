// The second half of the shim, after the kernel text: runs a kernel of the table over a grid.
extern unsigned char __start_lg_shared[], __stop_lg_shared[];

struct lg_shim_kernel {
    const char* name;
    void (*run)(const void* arguments);
};
extern const lg_shim_kernel lg_shim_kernels[];
extern const int lg_shim_kernel_count;

namespace {

constexpr std::size_t stack_bytes = 64 * 1024;

struct Fiber {
    ucontext_t context;
    bool done;
};

void (*entry)(const void*);
const void* given;
Fiber* running;

void fiber_main() {
    entry(given);
    running->done = true;
    for (;;) swapcontext(&running->context, &lg_shim_scheduler);
}

// Order of the threads in one round: forward, backward, or even numbers before odd ones.
unsigned in_order(unsigned i, unsigned count, int order) {
    if (order == 1) return count - 1 - i;
    if (order == 2) return i < (count + 1) / 2 ? 2 * i : 2 * (i - (count + 1) / 2) + 1;
    return i;
}

// False when a barrier was reached by some threads of the block and not by others.
bool run_block(std::vector<Fiber>& fibers, std::vector<char>& stacks, int order) {
    const unsigned count = static_cast<unsigned>(fibers.size());
    std::memset(__start_lg_shared, 0xa5, static_cast<std::size_t>(__stop_lg_shared - __start_lg_shared));
    for (unsigned i = 0; i < count; ++i) {
        fibers[i].done = false;
        getcontext(&fibers[i].context);
        fibers[i].context.uc_stack.ss_sp = stacks.data() + i * stack_bytes;
        fibers[i].context.uc_stack.ss_size = stack_bytes;
        fibers[i].context.uc_link = nullptr;
        makecontext(&fibers[i].context, fiber_main, 0);
    }
    for (unsigned done = 0; done < count;) {
        done = 0;
        for (unsigned i = 0; i < count; ++i) {
            const unsigned t = in_order(i, count, order);
            running = &fibers[t];
            lg_shim_current = &running->context;
            threadIdx = {t % blockDim.x, t / blockDim.x, 0};
            swapcontext(&lg_shim_scheduler, &running->context);
            done += running->done;
        }
        if (done != 0 && done != count) return false;
    }
    return true;
}

}  // namespace

// 0: done; 1: no such kernel; 2: a barrier in divergent code; 3: more dynamic shared memory than a block has.
extern "C" int lg_shim_launch(const char* kernel, const unsigned* grid, const unsigned* block, unsigned shared,
                              const void* arguments, int order) {
    entry = nullptr;
    for (int i = 0; i < lg_shim_kernel_count; ++i)
        if (std::string(lg_shim_kernels[i].name) == kernel) entry = lg_shim_kernels[i].run;
    if (entry == nullptr) return 1;
    const std::size_t used = static_cast<std::size_t>(__stop_lg_shared - __start_lg_shared) - sizeof lg_shim_dynamic;
    if (used + shared > sizeof lg_shim_dynamic) return 3;
    given = arguments;
    gridDim = {grid[0], grid[1], grid[2]};
    blockDim = {block[0], block[1], block[2]};
    std::vector<Fiber> fibers(block[0] * block[1] * block[2]);
    std::vector<char> stacks(fibers.size() * stack_bytes);
    for (blockIdx.z = 0; blockIdx.z < gridDim.z; ++blockIdx.z)
        for (blockIdx.y = 0; blockIdx.y < gridDim.y; ++blockIdx.y)
            for (blockIdx.x = 0; blockIdx.x < gridDim.x; ++blockIdx.x)
                if (!run_block(fibers, stacks, order)) return 2;
    return 0;
}
