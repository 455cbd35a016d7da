// What is laid over pictures: livegrade/scopes/peaking.py, livegrade/engine/marks.py and squeeze.py, which make the
// numbers. Grid as of lg_zebra in overlay.cu: segments by rows, one row high for 4:2:0 too.
#include "levels.h"
#include "livegrade/overlay.h"
#include "livegrade/scopes.h"
#include "picture.h"
#include "segment.h"

// The row of chroma that belongs to row y; beyond the last where y is the second of its pair.
LG_D int lg_sited_row(const lg_picture& p, int y) {
    const lg_place420 place = lg_gather420(y, p.interlaced);
    return place.second ? p.height : place.row;
}

LG_D int lg_chroma_rows(const lg_picture& p) { return (p.height + 1) >> 1; }

struct lg_edges_arguments {
    lg_picture clean, picture;
    lg_wire wire;
    lg_edges edges;
};
static_assert(sizeof(lg_edges_arguments) == 296, "as cuda_arguments.py says");

LG_D int lg_luma10(const lg_picture& p, const lg_wire& wire, int x, int y) {
    const lg_u32 first = lg_code_at(p, 0, x, y);
    if (p.layout.ycbcr) return lg_to_10((int)first, p.layout.code_bits);
    return lg_to_10(lg_wire_luma(wire, first, lg_code_at(p, 1, x, y), lg_code_at(p, 2, x, y)), p.layout.code_bits);
}

LG_D int lg_is_edge(const lg_edges_arguments& a, int x, int y) {
    const lg_edges& e = a.edges;
    if (y < e.top || y >= e.bottom || x >= a.picture.width) return 0;
    const int last = a.picture.width - 1, left = lg_edge(x - 1, last), right = lg_edge(x + 1, last);
    const int above = y - e.apart >= e.top ? y - e.apart : y, below = y + e.apart < e.bottom ? y + e.apart : y;
#define LG_AT(x, y) lg_luma10(a.clean, a.wire, x, y)
    return lg_edge_squares(LG_AT(left, above), LG_AT(x, above), LG_AT(right, above), LG_AT(left, y), LG_AT(right, y),
                           LG_AT(left, below), LG_AT(x, below), LG_AT(right, below)) >= e.limit;
#undef LG_AT
}

LG_D void lg_edges_420(const lg_edges_arguments& a, int x0, int y) {
    const lg_picture& p = a.picture;
    const lg_edges& e = a.edges;
    const int row = lg_sited_row(p, y), codes[3] = {e.first, e.second, e.third};
    for (int x = x0 + threadIdx.x; x < x0 + LG_SEGMENT && x < p.width; x += LG_THREADS) {
        const int here = lg_is_edge(a, x, y);
        if (here) lg_put_sample(p, 0, x, y, (lg_u32)e.first);
        if ((x & 1) || row >= lg_chroma_rows(p)) continue;
        const int marked = here | lg_is_edge(a, x + 1, y);
        if (!marked && !e.grey) continue;
        for (int k = 1; k < 3; ++k) lg_put_sample(p, k, x >> 1, row, (lg_u32)(marked ? codes[k] : e.neutral));
    }
}

// The code of a component that is not of an edge.
LG_D int lg_plain_code(const lg_edges_arguments& a, int k, int i, int y) {
    const lg_picture& p = a.picture;
    if (!a.edges.grey || (p.layout.ycbcr && k == 0)) return (int)lg_code_at(p, k, i, y);
    if (p.layout.ycbcr) return a.edges.neutral;
    return lg_wire_luma(a.wire, lg_code_at(p, 0, i, y), lg_code_at(p, 1, i, y), lg_code_at(p, 2, i, y));
}

LG_D void lg_edge_codes(const lg_edges_arguments& a, int x0, int y, lg_u16 (*out)[LG_SEGMENT]) {
    const lg_picture& p = a.picture;
    const int codes[3] = {a.edges.first, a.edges.second, a.edges.third};
    for (int j = threadIdx.x; j < LG_SEGMENT; j += LG_THREADS) {
        const int x = x0 + j, inside = x < p.width, here = inside ? lg_is_edge(a, x, y) : 0;
        out[0][j] = (lg_u16)(!inside ? 0 : (here ? codes[0] : lg_plain_code(a, 0, x, y)));
        if (p.layout.shift_x && (j & 1)) continue;
        const int i = x >> p.layout.shift_x, marked = here | (p.layout.shift_x && inside ? lg_is_edge(a, x + 1, y) : 0);
        for (int k = 1; k < 3; ++k)
            out[k][j >> p.layout.shift_x] = (lg_u16)(!inside ? 0 : (marked ? codes[k] : lg_plain_code(a, k, i, y)));
    }
}

// In place: a block reads nothing of the picture that another one writes.
extern "C" __global__ void __launch_bounds__(LG_THREADS) lg_draw_edges(const lg_edges_arguments a) {
    __shared__ lg_segment segment;
    const int x0 = blockIdx.x * LG_SEGMENT, y = blockIdx.y;
    if (y < a.edges.top || y >= a.edges.bottom) return;
    if (a.picture.layout.shift_y) return lg_edges_420(a, x0, y);
    lg_edge_codes(a, x0, y, segment.code[0]);
    __syncthreads();
    lg_pack_segment(a.picture, x0, y, segment);
}

// spans: of all rows; rows: begins of those of each row from `top` on, and the end; palette: three rows of `colors`.
struct lg_marks_arguments {
    lg_picture picture;
    lg_u64 rows, spans, palette;
    int top, colors;
};
static_assert(sizeof(lg_marks_arguments) == 136, "as cuda_arguments.py says");

// Code `k` at its column i of row y, with all spans of the row laid over it.
LG_D int lg_laid(const lg_marks_arguments& a, int code, int k, int i, int y) {
    const int* rows = (const int*)a.rows + (y - a.top);
    const lg_u16* palette = (const lg_u16*)a.palette + k * a.colors;
    const int halved = k != 0 && a.picture.layout.shift_x;
    for (int n = rows[0]; n < rows[1]; ++n) {
        const lg_span s = ((const lg_span*)a.spans)[n];
        const int first = halved ? lg_span_chroma(s.x) : s.x, end = halved ? lg_span_chroma_end(s.end) : s.end;
        if (i >= first && i < end) code = lg_mixed(code, palette[s.color], s.alpha);
    }
    return code;
}

LG_D void lg_marks_420(const lg_marks_arguments& a, int x0, int y) {
    const lg_picture& p = a.picture;
    const int row = lg_sited_row(p, y);
    for (int x = x0 + threadIdx.x; x < x0 + LG_SEGMENT && x < p.width; x += LG_THREADS) {
        lg_put_sample(p, 0, x, y, (lg_u32)lg_laid(a, (int)lg_planar_sample(p, 0, x, y), 0, x, y));
        if ((x & 1) || row >= lg_chroma_rows(p)) continue;
        for (int k = 1; k < 3; ++k)
            lg_put_sample(p, k, x >> 1, row, (lg_u32)lg_laid(a, (int)lg_planar_sample(p, k, x >> 1, row), k, x >> 1, y));
    }
}

// In place. Rows from `top` on.
extern "C" __global__ void __launch_bounds__(LG_THREADS) lg_draw_marks(const lg_marks_arguments a) {
    __shared__ lg_segment segment;
    const lg_picture& p = a.picture;
    const int x0 = blockIdx.x * LG_SEGMENT, y = blockIdx.y + a.top;
    if (((const int*)a.rows)[blockIdx.y] == ((const int*)a.rows)[blockIdx.y + 1]) return;
    if (p.layout.shift_y) return lg_marks_420(a, x0, y);
    for (int j = threadIdx.x; j < LG_SEGMENT; j += LG_THREADS)
        for (int k = 0; k < 3; ++k) {
            if (k != 0 && p.layout.shift_x && (j & 1)) continue;
            const int x = x0 + j, i = k == 0 ? x : x >> p.layout.shift_x, at = k == 0 ? j : j >> p.layout.shift_x;
            segment.code[0][k][at] = (lg_u16)(x < p.width ? lg_laid(a, (int)lg_code_at(p, k, i, y), k, i, y) : 0);
        }
    __syncthreads();
    lg_pack_segment(p, x0, y, segment);
}

// taps: of every row; chroma_taps: of every row of chroma of 4:2:0.
struct lg_lower_arguments {
    lg_picture picture, into;
    lg_u64 taps, chroma_taps;
    int black[3], unused;
};
static_assert(sizeof(lg_lower_arguments) == 240, "as cuda_arguments.py says");

LG_D int lg_lowered(const lg_lower_arguments& a, const lg_taps& taps, int k, int i) {
    int sum = 0, whole = 0;
    for (int n = 0; n < LG_TAPS; ++n) {
        const int weight = taps.weight[n];
        if (weight == 0) continue;
        const lg_picture& p = a.picture;
        sum += weight * (int)(p.layout.shift_y ? lg_planar_sample(p, k, i, taps.row[n]) : lg_code_at(p, k, i, taps.row[n]));
        whole += weight;
    }
    return whole == 0 ? a.black[k] : (sum + LG_WHOLE / 2) / LG_WHOLE;
}

LG_D void lg_lower_420(const lg_lower_arguments& a, int x0, int y) {
    const lg_picture& p = a.into;
    for (int x = x0 + threadIdx.x; x < x0 + LG_SEGMENT && x < p.width; x += LG_THREADS) {
        lg_put_sample(p, 0, x, y, (lg_u32)lg_lowered(a, ((const lg_taps*)a.taps)[y], 0, x));
        if ((x & 1) || y >= lg_chroma_rows(p)) continue;
        for (int k = 1; k < 3; ++k)
            lg_put_sample(p, k, x >> 1, y, (lg_u32)lg_lowered(a, ((const lg_taps*)a.chroma_taps)[y], k, x >> 1));
    }
}

extern "C" __global__ void __launch_bounds__(LG_THREADS) lg_lower_picture(const lg_lower_arguments a) {
    __shared__ lg_segment segment;
    const lg_picture& p = a.into;
    const int x0 = blockIdx.x * LG_SEGMENT, y = blockIdx.y;
    if (p.layout.shift_y) return lg_lower_420(a, x0, y);
    const lg_taps taps = ((const lg_taps*)a.taps)[y];
    for (int j = threadIdx.x; j < LG_SEGMENT; j += LG_THREADS)
        for (int k = 0; k < 3; ++k) {
            if (k != 0 && p.layout.shift_x && (j & 1)) continue;
            const int x = x0 + j, i = k == 0 ? x : x >> p.layout.shift_x, at = k == 0 ? j : j >> p.layout.shift_x;
            segment.code[0][k][at] = (lg_u16)(x < p.width ? lg_lowered(a, taps, k, i) : 0);
        }
    __syncthreads();
    lg_pack_segment(p, x0, y, segment);
}
