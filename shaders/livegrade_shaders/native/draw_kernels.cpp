// Drawing of counts, for one instruction-set level. Scaling is by area: every count lands in the pixels that it covers,
// in shares, so that none is dropped and no pattern appears. Magnified counts are repeated.
#include "draw.hpp"
#include "livegrade/look.h"

namespace livegrade::LG_ISA {

namespace {

using u8 = std::uint8_t;

constexpr int levels = 1024;
constexpr int side = 512;

// The stretch of an axis that one pixel covers.
struct Span {
    int first, after;      // bins touched
    float head, tail;      // share of the first and of the last; 1 in between
};

Span span_of(double from, double to, int bins) {
    const double low = from < 0 ? 0 : from, high = to > bins ? bins : to;
    if (high <= low) return {0, 0, 0, 0};
    const double per = to - from < 1 ? 1 / (to - from) : 1;
    Span s{static_cast<int>(low), static_cast<int>(high), 0, 0};
    if (s.after < high) ++s.after;
    if (s.after > bins) s.after = bins;
    if (s.after - s.first == 1) {
        s.head = s.tail = static_cast<float>((high - low) * per);
    } else {
        s.head = static_cast<float>((s.first + 1 - low) * per);
        s.tail = static_cast<float>((high - (s.after - 1)) * per);
    }
    return s;
}

float share(const Span& s, int bin) { return bin == s.first ? s.head : bin == s.after - 1 ? s.tail : 1.0f; }

float gathered(const Span& s, const float* bins) {
    float sum = 0;
    for (int i = s.first; i < s.after; ++i) sum += share(s, i) * bins[i];
    return sum;
}

// The logarithm makes a single count visible; the power 3/2 gives dense traces back their shape.
float brightness(const Canvas& c, float count) {
    const float x = lg_min(c.scale * lg_log2(1.0f + c.gain * count), 1.0f);
    return 255.0f * x * __builtin_sqrtf(x);
}

void add_light(u8* pixel, const float* color, float light) {
    for (int k = 0; k < 3; ++k) {
        const float sum = static_cast<float>(pixel[k]) + color[k] * light;
        pixel[k] = static_cast<u8>(sum > 255.0f ? 255.0f : sum + 0.5f);
    }
}

// The light of draw_block pixels side by side, added where there is any.
void add_block(const Canvas& c, const float* density, int n, u8* row) {
    float light[draw_block];
    for (int j = 0; j < draw_block; ++j) light[j] = brightness(c, density[j]);
    for (int j = 0; j < n; ++j)
        if (density[j] > 0) add_light(row + 3 * j, c.color, light[j]);
}

// Counts of level l to levels l - (spread - 1) / 2 and on, `spread` of them, in equal shares; in place. Codes of fewer
// bits than the scale has would otherwise be lines with gaps, and bands where a row of pixels covers about one gap.
void spread_levels(float* column, int spread) {
    if (spread < 2) return;
    const int back = (spread - 1) / 2;
    const float part = 1.0f / static_cast<float>(spread);
    float before[levels];
    for (int l = 0; l < levels; ++l) {
        before[l] = column[l] * part;
        column[l] = 0;
    }
    for (int k = -back; k < spread - back; ++k) {
        const int first = k < 0 ? -k : 0, after = k > 0 ? levels - k : levels;
        for (int l = first; l < after; ++l) column[l + k] += before[l];
        for (int l = 0; l < first; ++l) column[0] += before[l];
        for (int l = after; l < levels; ++l) column[levels - 1] += before[l];
    }
}

// Output columns block * draw_block and on. `bins` holds [level][column of the block].
void waveform(const WaveformDrawing& d, int block, float* scratch) {
    const Canvas& c = d.canvas;
    const int first = block * draw_block;
    const int n = c.width - first < draw_block ? c.width - first : draw_block;
    float *column = scratch, *bins = scratch + levels;
    const double per_x = static_cast<double>(d.columns) / c.width, per_y = (d.high - d.low) / c.height;
    for (int i = 0; i < levels * draw_block; ++i) bins[i] = 0;
    for (int j = 0; j < n; ++j) {
        const Span s = span_of((first + j) * per_x, (first + j + 1) * per_x, d.columns);
        for (int l = 0; l < levels; ++l) column[l] = 0;
        for (int i = s.first; i < s.after; ++i) {
            const float w = share(s, i);
            const std::uint16_t* from = d.counts + static_cast<std::ptrdiff_t>(i) * levels;
            for (int l = 0; l < levels; ++l) column[l] += w * static_cast<float>(from[l]);
        }
        spread_levels(column, d.spread);
        for (int l = 0; l < levels; ++l) bins[l * draw_block + j] = column[l];
    }
    for (int y = 0; y < c.height; ++y) {
        const Span s = span_of(d.high - (y + 1) * per_y, d.high - y * per_y, levels);
        float density[draw_block] = {}, any = 0;
        for (int i = s.first; i < s.after; ++i) {
            const float w = share(s, i);
            for (int j = 0; j < draw_block; ++j) density[j] += w * bins[i * draw_block + j];
        }
        for (int j = 0; j < draw_block; ++j) any += density[j];
        if (any > 0) add_block(c, density, n, c.data + y * c.stride + 3 * first);
    }
}

// Light of the hue at this chroma (BT.709 is near enough for a tint): brightest component 1.
void hue_of(double cb, double cr, float* color) {
    const double y = 0.55;
    double rgb[3] = {y + 1.5748 * cr, y - 0.1873 * cb - 0.4681 * cr, y + 1.8556 * cb}, top = 0.05;
    for (double& x : rgb) {
        x = x < 0.05 ? 0.05 : x;
        top = x > top ? x : top;
    }
    for (int k = 0; k < 3; ++k) color[k] = static_cast<float>(rgb[k] / top);
}

void tint_of(const u8* tints, double x, double y, float* color) {
    const int i = x < 0 ? 0 : x < side ? static_cast<int>(x) : side - 1;
    const int j = y < 0 ? 0 : y < side ? static_cast<int>(y) : side - 1;
    const u8* tint = tints + 3 * (static_cast<std::ptrdiff_t>(j) * side + i);
    for (int k = 0; k < 3; ++k) color[k] = static_cast<float>(tint[k]) / 255.0f;
}

// Line i of the counts, or with `spread` a quarter of its neighbours and half of itself.
void add_line(const PlaneDrawing& d, int i, float w, float* line) {
    const auto add = [&](int at, float part) {
        if (at < 0 || at >= side) return;
        const std::uint32_t* from = d.counts + static_cast<std::ptrdiff_t>(at) * side;
        for (int x = 0; x < side; ++x) line[x] += part * static_cast<float>(from[x]);
    };
    add(i, d.spread ? 0.5f * w : w);
    if (!d.spread) return;
    add(i - 1, 0.25f * w);
    add(i + 1, 0.25f * w);
}

// Output rows block * draw_block and on. Every pixel's stretch of the Cb axis is worked out once a block.
void plane(const PlaneDrawing& d, int block, float* scratch) {
    const Canvas& c = d.canvas;
    const double per_x = d.size / c.width, per_y = d.size / c.height;
    float line[side + 2], *density = scratch;
    Span* across = reinterpret_cast<Span*>(density + (c.width + draw_block));
    for (int x = 0; x < c.width; ++x) across[x] = span_of(d.left + x * per_x, d.left + (x + 1) * per_x, side);
    const int end = (block + 1) * draw_block < c.height ? (block + 1) * draw_block : c.height;
    for (int y = block * draw_block; y < end; ++y) {
        const double top = d.low + d.size - y * per_y;
        const Span rows = span_of(top - per_y, top, side);
        for (int x = 0; x < side + 2; ++x) line[x] = 0;
        for (int i = rows.first; i < rows.after; ++i) add_line(d, i, share(rows, i), line + 1);
        if (d.spread)
            for (int x = 0; x < side; ++x) line[x] = 0.25f * (line[x] + 2 * line[x + 1] + line[x + 2]);
        const float* places = d.spread ? line : line + 1;
        for (int x = 0; x < c.width; ++x) density[x] = gathered(across[x], places);
        u8* out = c.data + y * c.stride;
        for (int x = 0; x < c.width; ++x) {
            if (density[x] <= 0) continue;
            float color[3] = {c.color[0], c.color[1], c.color[2]};
            const double at_x = d.left + (x + 0.5) * per_x, at_y = top - per_y / 2;
            if (d.tints != nullptr)
                tint_of(d.tints, at_x, at_y, color);
            else if (d.span > 0)
                hue_of((at_x - d.middle_x) / d.span, (at_y - d.middle_y) / d.span, color);
            add_light(out + 3 * x, color, brightness(c, density[x]));
        }
    }
}

// A filled curve with a brighter edge; heights go by the square root, so that small counts are seen.
void histogram(const HistogramDrawing& d, float* scratch) {
    const Canvas& c = d.canvas;
    float *bins = scratch, *height = scratch + levels;
    for (int l = 0; l < levels; ++l) bins[l] = static_cast<float>(d.counts[l]);
    spread_levels(bins, d.spread);
    const double per_x = (d.high - d.low) / c.width;
    for (int x = 0; x < c.width; ++x) {
        const float count = gathered(span_of(d.low + x * per_x, d.low + (x + 1) * per_x, levels), bins);
        const double share_of_full = count / (d.full * (per_x < 1 ? 1 : per_x));
        const double part = share_of_full > 1 ? 1 : __builtin_sqrt(share_of_full);
        height[x] = static_cast<float>(part * c.height);
        if (count > 0 && height[x] < 1.0f) height[x] = 1.0f;
    }
    for (int y = 0; y < c.height; ++y) {
        u8* row = c.data + y * c.stride;
        const float from_bottom = static_cast<float>(c.height - y);
        for (int x = 0; x < c.width; ++x) {
            const float inside = height[x] - from_bottom + 1.0f;  // pixels of the bar at and above this one
            if (inside <= 0) continue;
            // Where levels go on out of sight there is no edge.
            const float left = x > 0 ? height[x - 1] : d.low > 0 ? height[x] : 0;
            const float right = x + 1 < c.width ? height[x + 1] : d.high < levels ? height[x] : 0;
            const float lower = left < right ? left : right;
            const bool edge = inside <= 1.5f || from_bottom > lower + 1.0f;
            const float cover = inside < 1.0f ? inside : 1.0f;
            add_light(row + 3 * x, c.color, (edge ? 200.0f : 70.0f) * cover);
        }
    }
}

}  // namespace

extern const DrawKernels draw_kernels;
constexpr DrawKernels draw_kernels = {waveform, plane, histogram};

}  // namespace livegrade::LG_ISA
