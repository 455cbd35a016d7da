// One tile of a row through float operations, in planar scratch that stays in the first-level cache. Plain loops for the
// compiler to vectorise; only the lattice fetch says what its vectors are. Included by *_kernels.cpp only.
#pragma once

#include "livegrade/chroma.h"
#include "livegrade/look.h"
#include "look.hpp"

namespace livegrade::LG_ISA {

namespace {

constexpr int tile = 256;

struct Tile {
    float* plane[3];
    int* point[4];
    float* weight[4];
    int n;
};

void load_full(const std::uint16_t* in, float* out, int n) {
    for (int i = 0; i < n; ++i) out[i] = static_cast<float>(in[i]);
}

void load_halved(const std::uint16_t* in, float* out, int n) {
    for (int i = 0; i < (n + 1) / 2; ++i) {
        const float left = static_cast<float>(in[i]), right = static_cast<float>(in[i + 1]);
        out[2 * i] = left;
        out[2 * i + 1] = lg_chroma_between(left, right);
    }
}

void run_mix(const FloatOp& op, const Tile& t) {
    const int n = t.n;
    float *a = t.plane[0], *b = t.plane[1], *c = t.plane[2];
    float m[12];
    for (int k = 0; k < 12; ++k) m[k] = op.p[k];
    for (int i = 0; i < n; ++i) {
        const float x = a[i], y = b[i], z = c[i];
        a[i] = lg_mix(m, x, y, z);
        b[i] = lg_mix(m + 4, x, y, z);
        c[i] = lg_mix(m + 8, x, y, z);
    }
}

void run_ramp(const FloatOp& op, const Tile& t) {
    const int n = t.n;
    float* x = t.plane[op.channel];
    const float scale = op.p[0], offset = op.p[1], low = op.p[2], high = op.p[3];
    for (int i = 0; i < n; ++i) x[i] = lg_ramp(x[i], scale, offset, low, high);
}

void run_power(const FloatOp& op, const Tile& t) {
    const int n = t.n;
    float* x = t.plane[op.channel];
    const float exponent = op.p[0];
#if defined(__GNUC__) || defined(__clang__)
    if (exponent == 0.75f) {  // where the planes of a camera signal's bake are even (livegrade/color/planes.py)
        for (int i = 0; i < n; ++i) {
            const float root = __builtin_sqrtf(lg_max(x[i], 0.0f));
            const float power = root * __builtin_sqrtf(root);
            x[i] = x[i] > 0.0f ? power : x[i];
        }
        return;
    }
#endif
    for (int i = 0; i < n; ++i) x[i] = lg_power(x[i], exponent);
}

void run_lookup(const FloatOp& op, const Tile& t) {
    const int n = t.n;
    float* x = t.plane[op.channel];
    const float *table = op.table, first = op.p[0], per_x = op.p[1];
    const int count = op.count;
    for (int i = 0; i < n; ++i) x[i] = lg_lookup(x[i], table, count, first, per_x);
}

void find_corners(const Tile& t, int side) {
    const int n = t.n;  // in a local: a member could be changed by the stores below, for all the compiler knows
    const float *r = t.plane[0], *g = t.plane[1], *b = t.plane[2];
    int *p0 = t.point[0], *p1 = t.point[1], *p2 = t.point[2], *p3 = t.point[3];
    float *w0 = t.weight[0], *w1 = t.weight[1], *w2 = t.weight[2], *w3 = t.weight[3];
#pragma GCC ivdep
    for (int i = 0; i < n; ++i) {
        const lg_corners c = lg_tetrahedron(r[i], g[i], b[i], side);
        p0[i] = c.point[0];
        p1[i] = c.point[1];
        p2[i] = c.point[2];
        p3[i] = c.point[3];
        w0[i] = c.weight[0];
        w1[i] = c.weight[1];
        w2[i] = c.weight[2];
        w3[i] = c.weight[3];
    }
}

#if defined(__GNUC__) || defined(__clang__)
typedef float Point __attribute__((vector_size(16), may_alias));

Point fetch(const Point* lattice, const Tile& t, int i) {
    return lattice[t.point[0][i]] * t.weight[0][i] + lattice[t.point[1][i]] * t.weight[1][i] +
           lattice[t.point[2][i]] * t.weight[2][i] + lattice[t.point[3][i]] * t.weight[3][i];
}

// No gathers: a lattice point is one vector load.
void run_cube(const FloatOp& op, const Tile& t) {
    const int n = t.n;
    find_corners(t, op.count);
    const Point* lattice = reinterpret_cast<const Point*>(op.table);
    for (int i = 0; i < n; i += 4) {
        const Point p = fetch(lattice, t, i), q = fetch(lattice, t, i + 1);
        const Point r = fetch(lattice, t, i + 2), s = fetch(lattice, t, i + 3);
        const Point pq = __builtin_shufflevector(p, q, 0, 4, 1, 5), rs = __builtin_shufflevector(r, s, 0, 4, 1, 5);
        const Point pq2 = __builtin_shufflevector(p, q, 2, 6, 3, 7), rs2 = __builtin_shufflevector(r, s, 2, 6, 3, 7);
        *reinterpret_cast<Point*>(t.plane[0] + i) = __builtin_shufflevector(pq, rs, 0, 1, 4, 5);
        *reinterpret_cast<Point*>(t.plane[1] + i) = __builtin_shufflevector(pq, rs, 2, 3, 6, 7);
        *reinterpret_cast<Point*>(t.plane[2] + i) = __builtin_shufflevector(pq2, rs2, 0, 1, 4, 5);
    }
}
#else
void run_cube(const FloatOp& op, const Tile& t) {
    const int n = t.n;
    find_corners(t, op.count);
    for (int i = 0; i < n; ++i)
        for (int k = 0; k < 3; ++k) {
            float sum = 0;
            for (int corner = 0; corner < 4; ++corner)
                sum += op.table[4 * t.point[corner][i] + k] * t.weight[corner][i];
            t.plane[k][i] = sum;
        }
}
#endif

void run(const FloatOp& op, const Tile& t) {
    switch (op.kind) {
        case FloatOp::mix: return run_mix(op, t);
        case FloatOp::ramp: return run_ramp(op, t);
        case FloatOp::power: return run_power(op, t);
        case FloatOp::lookup: return run_lookup(op, t);
        case FloatOp::cube: return run_cube(op, t);
    }
}

void load_tile(const FloatLook& look, const std::uint16_t* const in[3], int x, const Tile& t) {
    load_full(in[0] + x, t.plane[0], t.n);
    for (int k = 1; k < 3; ++k) {
        if (look.source_halved)
            load_halved(in[k] + x / 2, t.plane[k], t.n);
        else
            load_full(in[k] + x, t.plane[k], t.n);
    }
}

Tile carve(float* scratch) {
    Tile t{};
    for (int k = 0; k < 3; ++k) t.plane[k] = scratch + k * tile;
    for (int k = 0; k < 4; ++k) {
        t.weight[k] = scratch + (3 + k) * tile;
        t.point[k] = reinterpret_cast<int*>(scratch + (7 + k) * tile);
    }
    return t;
}

}  // namespace

}  // namespace livegrade::LG_ISA
