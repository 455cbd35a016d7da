// Counts for the scopes, exactly as livegrade/scopes/measure.py says, with the integer formulas of wire.py.
//
// lg_waveform: a block counts one channel of a strip of columns in shared memory and writes every count of the strip.
// lg_histogram: sums of the waveform's columns. lg_vectorscope: counts in device memory; each thread walks down a column
// and counts runs of one colour at once, because a grey picture would otherwise queue up at a single counter.
#include "levels.h"
#include "livegrade/scopes.h"
#include "picture.h"

#define LG_STRIP 16
#define LG_STRIP_THREADS 256
#define LG_WORDS 512
#define LG_PITCH 513
#define LG_SUM_THREADS 128
#define LG_SUM_COLUMNS 64
#define LG_WALK_THREADS 128
#define LG_WALK_ROWS 32

enum { lg_y = 0, lg_r = 1, lg_g = 2, lg_b = 3, lg_cb = 4, lg_cr = 5 };

// channel: which ones, `count` of them. step, offset_x, offset_y: ScopeRequest. columns: of the waveform. left, top: the
// first counted pixel; right, bottom: behind the last. rule, values: of a plot.
// waveform: 16-bit, [count][columns][1024]; histogram: 32-bit, [count][1024]; vectorscope, plot: 32-bit, [512][512]. All
// but the first must be zero before.
struct lg_scope_arguments {
    lg_picture picture;
    lg_wire wire;
    int channel[6];
    int count, step, offset_x, offset_y, columns;
    int left, right, top, bottom;
    lg_plot_rule rule;
    lg_u64 waveform, histogram, vectorscope, plot, values;
};
static_assert(sizeof(lg_scope_arguments) == 272, "as cuda_arguments.py says");

LG_D int lg_level_of_ycbcr(const lg_picture& p, const lg_wire& wire, int channel, int i, int y) {
    if (channel >= lg_cb) return lg_level_at(p, channel - 3, i, y);
    const int luma = lg_level_at(p, 0, i, y);
    if (channel == lg_y) return luma;
    const int u = channel == lg_r ? 0 : lg_doubled(p, 1, i, y), v = channel == lg_b ? 0 : lg_doubled(p, 2, i, y);
    if (channel == lg_r) return lg_wire_red(wire, luma, v);
    return channel == lg_g ? lg_wire_green(wire, luma, u, v) : lg_wire_blue(wire, luma, u);
}

LG_D int lg_level_of_rgb(const lg_picture& p, const lg_wire& wire, int channel, int i, int y) {
    const int bits = p.layout.code_bits;
    if (channel != lg_y && channel <= lg_b) return lg_level_at(p, channel - 1, i, y);
    const lg_u32 r = lg_code_at(p, 0, i, y), g = lg_code_at(p, 1, i, y), b = lg_code_at(p, 2, i, y);
    if (channel == lg_y) return lg_to_10(lg_wire_luma(wire, r, g, b), bits);
    const int* factors = channel == lg_cb ? wire.cb : wire.cr;
    return lg_wire_chroma(factors, lg_to_10((int)r, bits), lg_to_10((int)g, bits), lg_to_10((int)b, bits));
}

// The 10-bit code of a channel at column i of its own samples and row y of the picture.
LG_D int lg_level_of(const lg_picture& p, const lg_wire& wire, int channel, int i, int y) {
    return p.layout.ycbcr ? lg_level_of_ycbcr(p, wire, channel, i, y) : lg_level_of_rgb(p, wire, channel, i, y);
}

// Columns of a channel's own samples: the counted part's first, and what lies behind its last.
LG_D int lg_first_sample(const lg_scope_arguments& a, int channel) {
    return a.picture.layout.ycbcr && channel >= lg_cb ? a.left >> a.picture.layout.shift_x : a.left;
}
LG_D int lg_after_sample(const lg_scope_arguments& a, int channel) {
    const int shift = a.picture.layout.shift_x;
    return a.picture.layout.ycbcr && channel >= lg_cb ? (a.right + shift) >> shift : a.right;
}

// Two 16-bit counts in a word; a column has at most 16,384 samples, so none runs over. One word of padding a column
// keeps columns of one level out of one memory bank.
extern "C" __global__ void __launch_bounds__(LG_STRIP_THREADS) lg_waveform(const lg_scope_arguments a) {
    __shared__ lg_u32 bins[LG_STRIP * LG_PITCH];
    const int first = blockIdx.x * LG_STRIP, channel = a.channel[blockIdx.y];
    for (int j = threadIdx.x; j < LG_STRIP * LG_PITCH; j += LG_STRIP_THREADS) bins[j] = 0;
    __syncthreads();
    const int column = threadIdx.x % LG_STRIP;
    const int i = (first + column) * a.step + a.offset_x + lg_first_sample(a, channel);
    const int down = LG_STRIP_THREADS / LG_STRIP * a.step;
    if (i < lg_after_sample(a, channel))
        for (int y = a.top + (int)threadIdx.x / LG_STRIP * a.step + a.offset_y; y < a.bottom; y += down) {
            const int level = lg_level_of(a.picture, a.wire, channel, i, y);
            atomicAdd(&bins[column * LG_PITCH + (level >> 1)], 1u << (16 * (level & 1)));
        }
    __syncthreads();
    lg_u32* out = (lg_u32*)a.waveform + ((lg_u64)blockIdx.y * a.columns + first) * LG_WORDS;
    const int columns = a.columns - first < LG_STRIP ? a.columns - first : LG_STRIP;
    for (int j = threadIdx.x; j < columns * LG_WORDS; j += LG_STRIP_THREADS)
        out[j] = bins[j / LG_WORDS * LG_PITCH + j % LG_WORDS];
}

// Grid: words of levels, groups of LG_SUM_COLUMNS columns, channels.
extern "C" __global__ void __launch_bounds__(LG_SUM_THREADS) lg_histogram(const lg_scope_arguments a) {
    const int word = blockIdx.x * LG_SUM_THREADS + threadIdx.x, first = blockIdx.y * LG_SUM_COLUMNS;
    const int end = first + LG_SUM_COLUMNS < a.columns ? first + LG_SUM_COLUMNS : a.columns;
    const lg_u32* counts = (const lg_u32*)a.waveform + (lg_u64)blockIdx.z * a.columns * LG_WORDS + word;
    lg_u32 even = 0, odd = 0;
    for (int column = first; column < end; ++column) {
        const lg_u32 both = counts[(lg_u64)column * LG_WORDS];
        even += both & 0xffffu;
        odd += both >> 16;
    }
    lg_u32* out = (lg_u32*)a.histogram + blockIdx.z * 2 * LG_WORDS + 2 * word;
    if (even) atomicAdd(out, even);
    if (odd) atomicAdd(out + 1, odd);
}

// A thread's walk down a column, counting runs of one place.
struct lg_walk {
    lg_u32* out;
    int place;
    lg_u32 run;
};
LG_D void lg_step(lg_walk& walk, int next) {
    if (next != walk.place) {
        if (walk.run) atomicAdd(walk.out + walk.place, walk.run);
        walk.run = 0;
    }
    walk.place = next;
    ++walk.run;
}

// Grid: groups of chroma columns, groups of LG_WALK_ROWS counted rows.
extern "C" __global__ void __launch_bounds__(LG_WALK_THREADS) lg_vectorscope(const lg_scope_arguments a) {
    const int i = (blockIdx.x * LG_WALK_THREADS + threadIdx.x) * a.step + a.offset_x + lg_first_sample(a, lg_cb);
    if (i >= lg_after_sample(a, lg_cb)) return;
    const int first = a.top + blockIdx.y * LG_WALK_ROWS * a.step + a.offset_y, end = first + LG_WALK_ROWS * a.step;
    lg_walk walk = {(lg_u32*)a.vectorscope, 0, 0};
    for (int y = first; y < end && y < a.bottom; y += a.step) {
        const int cb = lg_level_of(a.picture, a.wire, lg_cb, i, y), cr = lg_level_of(a.picture, a.wire, lg_cr, i, y);
        lg_step(walk, (cr >> 1) * 512 + (cb >> 1));
    }
    if (walk.run) atomicAdd(walk.out + walk.place, walk.run);
}

// The place in the plot of column i, a pixel's or a chroma sample's.
LG_D int lg_plot_place(const lg_scope_arguments& a, int i, int y) {
    if (a.rule.kind == LG_PLOT_CHROMATICITY) {
        const float* values = (const float*)a.values;
        const float* entry[3];
        for (int c = 0; c < 3; ++c)
            entry[c] = values + 4 * (1024 * c + lg_level_of(a.picture, a.wire, lg_r + c, i, y));
        return lg_chromaticity_place(a.rule.least, entry[0], entry[1], entry[2]);
    }
    const int pixel = a.picture.layout.ycbcr ? i << a.picture.layout.shift_x : i;
    return lg_balance_place(a.rule.low, a.rule.high, lg_level_of(a.picture, a.wire, lg_y, pixel, y),
                            lg_level_of(a.picture, a.wire, lg_cb, i, y), lg_level_of(a.picture, a.wire, lg_cr, i, y));
}

// Grid: groups of columns, groups of LG_WALK_ROWS counted rows.
extern "C" __global__ void __launch_bounds__(LG_WALK_THREADS) lg_plot(const lg_scope_arguments a) {
    const int channel = a.rule.kind == LG_PLOT_BALANCE ? lg_cb : lg_y;
    const int i = (blockIdx.x * LG_WALK_THREADS + threadIdx.x) * a.step + a.offset_x + lg_first_sample(a, channel);
    if (i >= lg_after_sample(a, channel)) return;
    const int first = a.top + blockIdx.y * LG_WALK_ROWS * a.step + a.offset_y, end = first + LG_WALK_ROWS * a.step;
    lg_walk walk = {(lg_u32*)a.plot, 0, 0};
    for (int y = first; y < end && y < a.bottom; y += a.step) lg_step(walk, lg_plot_place(a, i, y));
    if (walk.run) atomicAdd(walk.out + walk.place, walk.run);
}
