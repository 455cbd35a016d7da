// One row of what is laid over a picture, for one instruction-set level.
#include "layouts.hpp"
#include "livegrade/pack.h"
#include "overlay.hpp"

namespace livegrade::LG_ISA {

namespace {

using u16 = std::uint16_t;

int shift_of(LayoutId layout) { return layout == LayoutId::p010 ? 6 : 0; }

// The chroma of 4:2:0 in its own planes: unpacked it is interpolated and would not come back the same.
template <class S>
struct Chroma420 {
    S *cb = nullptr, *cr = nullptr;
    int apart = 1;

    Chroma420(const Image& image, int row) {
        if (row >= (image.height + 1) / 2) return;
        const bool pairs = info(image.layout).planes == 2;
        cb = reinterpret_cast<S*>(row_of(image.plane[1], row));
        cr = pairs ? cb + 1 : reinterpret_cast<S*>(row_of(image.plane[2], row));
        apart = pairs ? 2 : 1;
    }
};

// The chroma that belongs to row y, none where y is the second row of its pair.
template <class S>
Chroma420<S> sited_chroma(const Image& image, int y) {
    const lg_place420 place = lg_gather420(y, image.interlaced);
    return Chroma420<S>(image, place.second ? image.height : place.row);
}

// ---- edges

void luma(const EdgesJob& job, int y, const OverlayScratch& t) {
    const LayoutInfo& layout = info(job.clean.layout);
    const int width = job.clean.width, bits = layout.code_bits;
    u16* out = t.luma[y % 5];
    job.unpack(job.clean, y, t.other[0], t.other[1], t.other[2]);
    const u16 *r = t.other[0], *g = t.other[1], *b = t.other[2];
    const lg_wire w = job.wire;
    if (layout.ycbcr)
        for (int x = 0; x < width; ++x) out[x] = static_cast<u16>(lg_to_10(r[x], bits));
    else
        for (int x = 0; x < width; ++x) out[x] = static_cast<u16>(lg_to_10(lg_wire_luma(w, r[x], g[x], b[x]), bits));
    out[-1] = out[0];
    out[width] = out[width - 1];
}

void mark_edges(int limit, int width, const u16* a, const u16* b, const u16* c, u16* LG_RESTRICT mark) {
    for (int x = 0; x < width; ++x)
        mark[x] = lg_edge_squares(a[x - 1], a[x], a[x + 1], b[x - 1], b[x + 1], c[x - 1], c[x], c[x + 1]) >= limit;
}

template <class S>
void edges_420(const EdgesJob& job, int y, const u16* mark, int shift) {
    const lg_edges e = job.edges;
    const int width = job.image.width;
    S* row = reinterpret_cast<S*>(row_of(job.image.plane[0], y));
    for (int x = 0; x < width; ++x) row[x] = mark[x] ? static_cast<S>(e.first << shift) : row[x];
    const Chroma420<S> chroma = sited_chroma<S>(job.image, y);
    if (chroma.cb == nullptr) return;
    for (int i = 0; i < (width + 1) / 2; ++i) {
        const bool marked = mark[2 * i] | mark[2 * i + 1];
        if (!marked && !e.grey) continue;
        chroma.cb[i * chroma.apart] = static_cast<S>((marked ? e.second : e.neutral) << shift);
        chroma.cr[i * chroma.apart] = static_cast<S>((marked ? e.third : e.neutral) << shift);
    }
}

void paint(const u16* LG_RESTRICT mark, int code, u16* LG_RESTRICT out, int n) {
    for (int x = 0; x < n; ++x) out[x] = mark[x] ? static_cast<u16>(code) : out[x];
}

void edges_row(const EdgesJob& job, int y, const OverlayScratch& t) {
    const LayoutInfo& layout = info(job.image.layout);
    const lg_edges e = job.edges;
    const int width = job.image.width, codes[3] = {e.first, e.second, e.third};
    job.unpack(job.image, y, t.code[0], t.code[1], t.code[2]);
    if (!layout.ycbcr) {
        if (e.grey)
            for (int x = 0; x < width; ++x)
                t.code[0][x] = t.code[1][x] = t.code[2][x] =
                    static_cast<u16>(lg_wire_luma(job.wire, t.code[0][x], t.code[1][x], t.code[2][x]));
        for (int c = 0; c < 3; ++c) paint(t.mark, codes[c], t.code[c], width);
    } else {
        paint(t.mark, e.first, t.code[0], width);
        const int samples = chroma_width(layout, width);
        if (layout.chroma_shift_x != 0)
            for (int i = 0; i < samples; ++i) t.mark[i] = t.mark[2 * i] | t.mark[2 * i + 1];
        for (int c = 1; c < 3; ++c) {
            if (e.grey)
                for (int i = 0; i < samples; ++i) t.code[c][i] = static_cast<u16>(e.neutral);
            paint(t.mark, codes[c], t.code[c], samples);
        }
    }
    job.pack(job.image, y, t.code[0], t.code[1], t.code[2]);
}

void edges(const EdgesJob& job, int y, const OverlayScratch& t) {
    const LayoutInfo& layout = info(job.image.layout);
    const lg_edges e = job.edges;
    const int width = job.image.width, above = y - e.apart >= e.top ? y - e.apart : y,
              below = y + e.apart < e.bottom ? y + e.apart : y;
    mark_edges(e.limit, width, t.luma[above % 5], t.luma[y % 5], t.luma[below % 5], t.mark);
    t.mark[width] = 0;
    if (layout.chroma_shift_y == 0) return edges_row(job, y, t);
    const int shift = shift_of(job.image.layout);
    if (layout.bits == 8)
        edges_420<std::uint8_t>(job, y, t.mark, shift);
    else
        edges_420<u16>(job, y, t.mark, shift);
}

// ---- marks

template <class S>
void lay(S* row, int apart, int x, int end, int code, int alpha, int shift) {
    for (int i = x; i < end; ++i)
        row[i * apart] = static_cast<S>(lg_mixed(row[i * apart] >> shift, code, alpha) << shift);
}

template <class S>
void marks_420(const MarksJob& job, int y, const lg_span* span, const lg_span* last, int shift) {
    S* row = reinterpret_cast<S*>(row_of(job.image.plane[0], y));
    const Chroma420<S> chroma = sited_chroma<S>(job.image, y);
    for (; span != last; ++span) {
        const lg_span s = *span;
        lay(row, 1, s.x, s.end, job.palette[0][s.color], s.alpha, shift);
        if (chroma.cb == nullptr) continue;
        const int first = lg_span_chroma(s.x), end = lg_span_chroma_end(s.end);
        lay(chroma.cb, chroma.apart, first, end, job.palette[1][s.color], s.alpha, shift);
        lay(chroma.cr, chroma.apart, first, end, job.palette[2][s.color], s.alpha, shift);
    }
}

void marks(const MarksJob& job, int y, const OverlayScratch& t) {
    const LayoutInfo& layout = info(job.image.layout);
    const lg_span *span = job.spans + job.rows[y - job.top], *last = job.spans + job.rows[y - job.top + 1];
    if (span == last) return;
    if (layout.chroma_shift_y != 0) {
        if (layout.bits == 8) return marks_420<std::uint8_t>(job, y, span, last, 0);
        return marks_420<u16>(job, y, span, last, shift_of(job.image.layout));
    }
    job.unpack(job.image, y, t.code[0], t.code[1], t.code[2]);
    for (; span != last; ++span) {
        const lg_span s = *span;
        const int first = layout.chroma_shift_x ? lg_span_chroma(s.x) : s.x;
        const int end = layout.chroma_shift_x ? lg_span_chroma_end(s.end) : s.end;
        lay(t.code[0], 1, s.x, s.end, job.palette[0][s.color], s.alpha, 0);
        for (int c = 1; c < 3; ++c) lay(t.code[c], 1, first, end, job.palette[c][s.color], s.alpha, 0);
    }
    job.pack(job.image, y, t.code[0], t.code[1], t.code[2]);
}

// ---- bars above and below

void clear(std::uint32_t* sum, int n, std::uint32_t value) {
    for (int i = 0; i < n; ++i) sum[i] = value;
}

template <class S>
void add(const S* LG_RESTRICT row, int weight, int shift, std::uint32_t* LG_RESTRICT sum, int n) {
    for (int i = 0; i < n; ++i) sum[i] += static_cast<std::uint32_t>((row[i] >> shift) * weight);
}

template <class S>
void put(const std::uint32_t* LG_RESTRICT sum, int shift, S* LG_RESTRICT out, int n) {
    for (int i = 0; i < n; ++i) out[i] = static_cast<S>((sum[i] / LG_WHOLE) << shift);
}

constexpr std::uint32_t half = LG_WHOLE / 2;

bool is_empty(const lg_taps& taps) { return (taps.weight[0] | taps.weight[1] | taps.weight[2] | taps.weight[3]) == 0; }

template <class S>
void lower_samples(const LowerJob& job, int plane, int y, const lg_taps& taps, int n, int black, int shift,
                   const OverlayScratch& t) {
    clear(t.sum[0], n, is_empty(taps) ? static_cast<std::uint32_t>(black * LG_WHOLE) : half);
    for (int k = 0; k < LG_TAPS; ++k)
        if (taps.weight[k] != 0)
            add(reinterpret_cast<const S*>(row_of(job.image.plane[plane], taps.row[k])), taps.weight[k], shift, t.sum[0],
                n);
    put(t.sum[0], shift, reinterpret_cast<S*>(row_of(job.into.plane[plane], y)), n);
}

template <class S>
void lower_420(const LowerJob& job, int y, int planes, int shift, const OverlayScratch& t) {
    const int width = job.into.width, samples = (width + 1) / 2 * (planes == 2 ? 2 : 1);
    lower_samples<S>(job, 0, y, job.taps[y], width, job.black[0], shift, t);
    if (y >= (job.into.height + 1) / 2) return;
    for (int p = 1; p < planes; ++p)
        lower_samples<S>(job, p, y, job.chroma_taps[y], samples, job.black[p], shift, t);
}

void lower(const LowerJob& job, int y, const OverlayScratch& t) {
    const LayoutInfo& layout = info(job.into.layout);
    if (layout.chroma_shift_y != 0) {
        if (layout.bits == 8) return lower_420<std::uint8_t>(job, y, layout.planes, 0, t);
        return lower_420<u16>(job, y, layout.planes, shift_of(job.into.layout), t);
    }
    const lg_taps taps = job.taps[y];
    const int width = job.into.width, n[3] = {width, chroma_width(layout, width), chroma_width(layout, width)};
    for (int c = 0; c < 3; ++c)
        clear(t.sum[c], n[c], is_empty(taps) ? static_cast<std::uint32_t>(job.black[c] * LG_WHOLE) : half);
    for (int k = 0; k < LG_TAPS; ++k) {
        if (taps.weight[k] == 0) continue;
        job.unpack(job.image, taps.row[k], t.other[0], t.other[1], t.other[2]);
        for (int c = 0; c < 3; ++c) add(t.other[c], taps.weight[k], 0, t.sum[c], n[c]);
    }
    for (int c = 0; c < 3; ++c) put(t.sum[c], 0, t.code[c], n[c]);
    job.pack(job.into, y, t.code[0], t.code[1], t.code[2]);
}

}  // namespace

extern const OverlayKernels overlay_kernels;
constexpr OverlayKernels overlay_kernels = {luma, edges, marks, lower};

}  // namespace livegrade::LG_ISA
