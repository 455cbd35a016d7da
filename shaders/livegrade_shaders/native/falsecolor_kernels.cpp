// One row of false colour or zebra, for one instruction-set level.
#include "falsecolor.hpp"
#include "layouts.hpp"
#include "livegrade/chroma.h"
#include "livegrade/pack.h"

namespace livegrade::LG_ISA {

namespace {

using u16 = std::uint16_t;

// Luma codes of a row, at the depth of its codes; wire Y' where there is one.
const u16* luma_of(const LayoutInfo& layout, const lg_wire& wire, int width, const RowScratch& t) {
    if (layout.ycbcr) return t.code[0];
    const u16 *r = t.code[0], *g = t.code[1], *b = t.code[2];
    u16* luma = t.luma;
    const lg_wire w = wire;
    for (int i = 0; i < width; ++i) luma[i] = static_cast<u16>(lg_wire_luma(w, r[i], g[i], b[i]));
    return luma;
}

// Twice the chroma at every pixel, minus 1024; `code` has room for one more sample, `out` for a pixel more.
void double_chroma(const LayoutInfo& layout, u16* LG_RESTRICT code, int width, std::int16_t* LG_RESTRICT out) {
    const int samples = layout.chroma_shift_x ? (width + 1) / 2 : width, bits = layout.code_bits;
    if (bits > 10)
        for (int i = 0; i < samples; ++i) code[i] = static_cast<u16>(code[i] >> (bits - 10));
    else if (bits < 10)
        for (int i = 0; i < samples; ++i) code[i] = static_cast<u16>(code[i] << (10 - bits));
    code[samples] = code[samples - 1];
    if (!layout.chroma_shift_x)
        for (int i = 0; i < width; ++i) out[i] = static_cast<std::int16_t>(2 * code[i] - 1024);
    else
        for (int i = 0; i < samples; ++i) {
            out[2 * i] = static_cast<std::int16_t>(2 * code[i] - 1024);
            out[2 * i + 1] = static_cast<std::int16_t>(code[i] + code[i + 1] - 1024);
        }
}

// Y' codes of `bits` bits, and doubled chroma in the places of G' and B', to R'G'B'.
void decode(const lg_wire w, int bits, int width, const u16* LG_RESTRICT luma, std::int16_t* LG_RESTRICT red,
            std::int16_t* LG_RESTRICT green, std::int16_t* LG_RESTRICT blue) {
    const int down = bits > 10 ? bits - 10 : 0, up = bits < 10 ? 10 - bits : 0;
    for (int i = 0; i < width; ++i) {
        const int y = luma[i] >> down << up, u = green[i], v = blue[i];
        red[i] = static_cast<std::int16_t>(lg_open_red(w, y, v));
        green[i] = static_cast<std::int16_t>(lg_open_green(w, y, u, v));
        blue[i] = static_cast<std::int16_t>(lg_open_blue(w, y, u));
    }
}

// R'G'B' of 10 bits of a row, as it comes, into t.full. Spends the chroma codes.
void open_rgb(const LayoutInfo& layout, const lg_wire& wire, int width, const RowScratch& t) {
    const int bits = layout.code_bits;
    std::int16_t* out[3];
    for (int c = 0; c < 3; ++c) out[c] = reinterpret_cast<std::int16_t*>(t.full[c]);
    if (!layout.ycbcr) {
        for (int c = 0; c < 3; ++c)
            for (int i = 0; i < width; ++i) out[c][i] = static_cast<std::int16_t>(lg_to_10(t.code[c][i], bits));
        return;
    }
    double_chroma(layout, t.code[1], width, out[1]);
    double_chroma(layout, t.code[2], width, out[2]);
    decode(wire, bits, width, t.code[0], out[0], out[1], out[2]);
}

void limit_classes(const lg_class_rule rule, int width, const std::int16_t* LG_RESTRICT r,
                   const std::int16_t* LG_RESTRICT g, const std::int16_t* LG_RESTRICT b, u16* LG_RESTRICT kind) {
    for (int i = 0; i < width; ++i) kind[i] = static_cast<u16>(lg_limit_class(rule, r[i], g[i], b[i]));
}

// Sums first, then one pass for each edge: passes over numbers in a row have no branches and no gathers.
void light_classes(const ClassTables& c, int width, const std::int16_t* LG_RESTRICT r,
                   const std::int16_t* LG_RESTRICT g, const std::int16_t* LG_RESTRICT b, u16* LG_RESTRICT kind) {
    constexpr int block = 256;
    float sums[block];
    int segments[block];
    for (int x = 0; x < width; x += block) {
        const int count = width - x < block ? width - x : block;
        for (int i = x; i < x + count; ++i)
            sums[i - x] = lg_light_sum(c.light, lg_level(r[i]), lg_level(g[i]), lg_level(b[i]));
        for (int i = 0; i < count; ++i) segments[i] = 0;
        for (int e = 0; e < c.rule.count; ++e) {
            const float edge = c.light[3072 + e];
            for (int i = 0; i < count; ++i) segments[i] += sums[i] >= edge;
        }
        for (int i = 0; i < count; ++i) kind[x + i] = c.segments[segments[i]];
    }
}

void classify(const FalseColorJob& job, int width, const RowScratch& t) {
    open_rgb(info(job.source.layout), job.wire, width, t);
    const std::int16_t *r = reinterpret_cast<const std::int16_t*>(t.full[0]),
                       *g = reinterpret_cast<const std::int16_t*>(t.full[1]),
                       *b = reinterpret_cast<const std::int16_t*>(t.full[2]);
    if (job.classes.rule.kind == LG_CLASS_LIMITS)
        limit_classes(job.classes.rule, width, r, g, b, t.kind);
    else
        light_classes(job.classes, width, r, g, b, t.kind);
}

void look_up(const u16* LG_RESTRICT table, const u16* LG_RESTRICT luma, u16* LG_RESTRICT out, int width) {
    for (int i = 0; i < width; ++i) out[i] = table[luma[i]];
}

// The same, but classes have a colour of their own.
void look_up_classes(const u16* LG_RESTRICT table, const u16* LG_RESTRICT palette, const u16* LG_RESTRICT kind,
                     const u16* LG_RESTRICT luma, u16* LG_RESTRICT out, int width) {
    for (int i = 0; i < width; ++i) {
        const u16* from = kind[i] ? palette + kind[i] : table + luma[i];
        out[i] = *from;
    }
}

// Chroma of every pixel down to every second one. `full` has room for its ends to be held.
void down(u16* full, int width, int low, int high, u16* out) {
    full[-1] = full[-2] = full[0];
    full[width] = full[width + 1] = full[width + 2] = full[width - 1];
    for (int i = 0; i < (width + 1) / 2; ++i) {
        const u16* at = full + 2 * i;
        out[i] = static_cast<u16>(lg_chroma_code(lg_chroma_down8(at[-2], at[-1], at[0], at[1], at[2]), low, high));
    }
}

void false_color(const FalseColorJob& job, int y, const RowScratch& t) {
    const int width = job.source.width;
    job.unpack(job.source, y, t.code[0], t.code[1], t.code[2]);
    const u16* luma = luma_of(info(job.source.layout), job.wire, width, t);
    const bool classes = job.classes.rule.kind != LG_CLASS_NONE;
    if (classes) classify(job, width, t);
    for (int c = 0; c < 3; ++c) {
        if (classes)
            look_up_classes(job.table[c], job.classes.palette[c], t.kind, luma, t.full[c], width);
        else
            look_up(job.table[c], luma, t.full[c], width);
    }
    if (info(job.target.layout).chroma_shift_x == 0) {
        job.pack(job.target, y, t.full[0], t.full[1], t.full[2]);
        return;
    }
    for (int c = 1; c < 3; ++c) down(t.full[c], width, job.low, job.high, t.code[c]);
    job.pack(job.target, y, t.full[0], t.code[1], t.code[2]);
}

// 4:2:0 in its own planes: unpacked chroma is interpolated and would not come back the same.
template <class S>
void zebra_420(const ZebraJob& job, int y, int shift) {
    const LayoutInfo& layout = info(job.image.layout);
    const lg_stripes s = job.stripes;
    const int top = (1 << layout.bits) - 1;
    S* row = reinterpret_cast<S*>(row_of(job.image.plane[0], y));
    const lg_place420 place = lg_gather420(y, job.image.interlaced);
    const bool pairs = layout.planes == 2, sited = !place.second && place.row < (job.image.height + 1) / 2;
    S* cb = sited ? reinterpret_cast<S*>(row_of(job.image.plane[1], place.row)) : nullptr;
    S* cr = !sited ? nullptr : (pairs ? cb + 1 : reinterpret_cast<S*>(row_of(job.image.plane[2], place.row)));
    const int apart = pairs ? 2 : 1;
    for (int x = 0; x < job.image.width; ++x) {
        const int code = row[x] >> shift;
        const int luma = lg_to_10(code < top ? code : top, layout.bits);
        if (!lg_striped(s, x, y, luma)) continue;
        row[x] = static_cast<S>(lg_stripe_paint(s, luma) << shift);
        if (sited && (x & 1) == 0)
            cb[x / 2 * apart] = cr[x / 2 * apart] = static_cast<S>(s.neutral << shift);
    }
}

void stripe_row(const ZebraJob& job, int y, const RowScratch& t) {
    const LayoutInfo& layout = info(job.image.layout);
    const lg_stripes s = job.stripes;
    const int width = job.image.width, bits = layout.code_bits;
    const u16* luma = luma_of(layout, job.wire, width, t);
    u16 *mark = t.full[0], *paint = t.full[1];
    for (int x = 0; x < width; ++x) {
        const int level = lg_to_10(luma[x], bits);
        mark[x] = static_cast<u16>(lg_striped(s, x, y, level));
        paint[x] = static_cast<u16>(lg_stripe_paint(s, level));
    }
    for (int x = 0; x < width; ++x) t.code[0][x] = mark[x] ? paint[x] : t.code[0][x];
    for (int c = 1; c < 3; ++c) {
        u16* code = t.code[c];
        const u16 neutral = static_cast<u16>(s.neutral);
        if (!layout.ycbcr)
            for (int x = 0; x < width; ++x) code[x] = mark[x] ? paint[x] : code[x];
        else if (layout.chroma_shift_x == 0)
            for (int x = 0; x < width; ++x) code[x] = mark[x] ? neutral : code[x];
        else
            for (int i = 0; i < (width + 1) / 2; ++i) code[i] = mark[2 * i] ? neutral : code[i];
    }
}

void zebra(const ZebraJob& job, int y, const RowScratch& t) {
    const LayoutInfo& layout = info(job.image.layout);
    if (layout.chroma_shift_y != 0) {
        if (layout.bits == 8)
            zebra_420<std::uint8_t>(job, y, 0);
        else
            zebra_420<u16>(job, y, job.image.layout == LayoutId::p010 ? 6 : 0);
        return;
    }
    job.unpack(job.image, y, t.code[0], t.code[1], t.code[2]);
    stripe_row(job, y, t);
    job.pack(job.image, y, t.code[0], t.code[1], t.code[2]);
}

}  // namespace

extern const FalseColorKernels falsecolor_kernels;
constexpr FalseColorKernels falsecolor_kernels = {false_color, zebra};

}  // namespace livegrade::LG_ISA
