// A look over a picture in one pass: unpack, chroma up, the operations of livegrade/engine/program.py, chroma down,
// round, pack. Grid: segments of LG_SEGMENT pixels by rows (4:2:0 targets: by lg_first_row); LG_THREADS threads.
#include "livegrade/chroma.h"
#include "livegrade/look.h"
#include "picture.h"
#include "segment.h"

enum { lg_op_mix = 0, lg_op_ramp = 1, lg_op_raise = 2, lg_op_lookup = 3, lg_op_cube = 4 };

// p: mix: rows of 3 x 4; ramp: scale, offset, low, high; raise: exponent; lookup: first, per_x.
// lookup: `count` values (and one more) from number `first` of the tables; cube: `count` points a side.
struct lg_operation {
    int kind, channel, count, first;
    float p[12];
};

// operations: `count` of them, followed by the tables of all lookups. lattice: points of 4 floats, order [r, g, b].
struct lg_look_arguments {
    lg_picture source, target;
    lg_u64 operations, lattice;
    int count;
    float low, high;
    int unused;
};
static_assert(sizeof(lg_operation) == 64 && sizeof(lg_look_arguments) == 240, "as cuda_arguments.py says");

struct lg_rgb {
    float r, g, b;
};

// Codes with chroma at every pixel. Sited pixels meet their own sample twice: cheaper than threads that part.
LG_D lg_rgb lg_load(const lg_picture& p, int x, int y) {
    const int i = x >> p.layout.shift_x, next = lg_next_chroma(p, x);
    const lg_u32 cb = lg_code_at(p, 1, i, y), cr = lg_code_at(p, 2, i, y);
    return {(float)lg_code_at(p, 0, x, y), lg_chroma_between((float)cb, (float)lg_code_at(p, 1, next, y)),
            lg_chroma_between((float)cr, (float)lg_code_at(p, 2, next, y))};
}

LG_D float lg_scalar(const lg_operation& op, const float* tables, float x) {
    switch (op.kind) {
        case lg_op_ramp: return lg_ramp(x, op.p[0], op.p[1], op.p[2], op.p[3]);
        case lg_op_raise: return lg_power(x, op.p[0]);
        default: return lg_lookup(x, tables + op.first, op.count, op.p[0], op.p[1]);
    }
}

LG_D lg_rgb lg_cube(const float4* points, int n, lg_rgb c) {
    const lg_corners corners = lg_tetrahedron(c.r, c.g, c.b, n);
    lg_rgb sum = {0.0f, 0.0f, 0.0f};
#pragma unroll
    for (int k = 0; k < 4; ++k) {
        const float4 p = __ldg(points + corners.point[k]);
        sum.r += p.x * corners.weight[k];
        sum.g += p.y * corners.weight[k];
        sum.b += p.z * corners.weight[k];
    }
    return sum;
}

LG_D lg_rgb lg_run(const lg_look_arguments& a, const lg_operation* operations, lg_rgb c) {
    const float* tables = (const float*)((const lg_operation*)a.operations + a.count);
    for (int i = 0; i < a.count; ++i) {
        const lg_operation& op = operations[i];
        if (op.kind == lg_op_mix)
            c = {lg_mix(op.p, c.r, c.g, c.b), lg_mix(op.p + 4, c.r, c.g, c.b), lg_mix(op.p + 8, c.r, c.g, c.b)};
        else if (op.kind == lg_op_cube)
            c = lg_cube((const float4*)a.lattice, op.count, c);
        else if (op.channel == 0)
            c.r = lg_scalar(op, tables, c.r);
        else if (op.channel == 1)
            c.g = lg_scalar(op, tables, c.g);
        else
            c.b = lg_scalar(op, tables, c.b);
    }
    return c;
}

// Unrounded codes of a segment and two pixels either side of it, from index 0 on.
struct lg_wide {
    float code[3][LG_SEGMENT + 4];
};

LG_D void lg_compute(const lg_look_arguments& a, const lg_operation* operations, int x0, int y, lg_wide& wide) {
    const int halo = a.target.layout.shift_x ? 2 : 0;
    for (int j = 2 - halo + threadIdx.x; j < LG_SEGMENT + 2 + halo; j += LG_THREADS) {
        const int x = x0 - 2 + j;
        if (x < 0 || x >= a.target.width) continue;
        const lg_rgb c = lg_run(a, operations, lg_load(a.source, x, y));
        wide.code[0][j] = c.r;
        wide.code[1][j] = c.g;
        wide.code[2][j] = c.b;
    }
}

LG_D lg_u16 lg_halved(const lg_look_arguments& a, const float* codes, int x0, int x) {
    const int last = a.target.width - 1;
    float c[5];
#pragma unroll
    for (int k = 0; k < 5; ++k) c[k] = codes[lg_edge(x + k - 2, last) - x0 + 2];
    return (lg_u16)lg_code(lg_chroma_down(c[0], c[1], c[2], c[3], c[4]), a.low, a.high);
}

LG_D void lg_round(const lg_look_arguments& a, int x0, const lg_wide& wide, lg_u16 (*out)[LG_SEGMENT]) {
    for (int j = threadIdx.x; j < LG_SEGMENT; j += LG_THREADS) {
        const int x = x0 + j, inside = x < a.target.width;
        out[0][j] = inside ? (lg_u16)lg_code(wide.code[0][j + 2], a.low, a.high) : 0;
        for (int k = 1; k < 3; ++k) {
            if (!a.target.layout.shift_x)
                out[k][j] = inside ? (lg_u16)lg_code(wide.code[k][j + 2], a.low, a.high) : 0;
            else if (!(j & 1))
                out[k][j >> 1] = inside ? lg_halved(a, wide.code[k], x0, x) : 0;
        }
    }
}

extern "C" __global__ void __launch_bounds__(LG_THREADS) lg_look(const lg_look_arguments a) {
    extern __shared__ lg_operation operations[];
    __shared__ lg_wide wide;
    __shared__ lg_segment segment;
    const int x0 = blockIdx.x * LG_SEGMENT, y0 = lg_first_row(a.target, blockIdx.y), apart = lg_row_apart(a.target);
    if (y0 >= a.target.height) return;
    for (int i = threadIdx.x; i < a.count * 16; i += LG_THREADS)
        ((lg_u32*)operations)[i] = ((const lg_u32*)a.operations)[i];
    __syncthreads();
    for (int r = 0; r < lg_rows_a_block(a.target) && y0 + r * apart < a.target.height; ++r) {
        lg_compute(a, operations, x0, y0 + r * apart, wide);
        __syncthreads();
        lg_round(a, x0, wide, segment.code[r]);
        __syncthreads();
    }
    lg_pack_segment(a.target, x0, y0, segment);
}

// Between two 4:2:0 layouts chroma rows stay as they are: livegrade/engine/repack420.py. In double, as there, because
// full-range steps of 16-bit codes are finer than float.
struct lg_repack420_arguments {
    lg_picture source, target;
    double scale[3], offset[3];
};
static_assert(sizeof(lg_repack420_arguments) == 256, "as cuda_arguments.py says");

LG_D lg_u32 lg_recoded(const lg_repack420_arguments& a, int k, int i, int y) {
    const double top = (double)((1u << a.target.layout.bits) - 1u);
    const double code = lg_planar_sample(a.source, k, i, y) * a.scale[k] + (a.offset[k] + 0.5);
    return (lg_u32)(code < 0.0 ? 0.0 : (code > top ? top : code));
}

// Grid: groups of LG_THREADS samples by rows; a thread has one sample of each component, as far as there is one.
extern "C" __global__ void __launch_bounds__(LG_THREADS) lg_repack420(const lg_repack420_arguments a) {
    const int i = blockIdx.x * LG_THREADS + threadIdx.x, y = blockIdx.y, width = a.target.width;
    if (i * a.target.layout.bytes < a.target.plane[0].stride)
        lg_put_sample(a.target, 0, i, y, i < width ? lg_recoded(a, 0, i, y) : 0);
    if (i < lg_chroma_width(a.target) && 2 * y < a.target.height)
        for (int k = 1; k < 3; ++k) lg_put_sample(a.target, k, i, y, lg_recoded(a, k, i, y));
}
