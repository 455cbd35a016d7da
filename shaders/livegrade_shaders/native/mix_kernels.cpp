// One row of two pictures mixed, for one instruction-set level: plain loops that compilers vectorise.
#include "layouts.hpp"
#include "livegrade/pack.h"
#include "mix.hpp"

namespace livegrade::LG_ISA {

namespace {

using u16 = std::uint16_t;

static inline int mixed(const MixNumbers& n, int bias, int a, int b) {
    const int sum = (n.one * a + n.other * b + bias) >> 8;
    return sum < n.low ? n.low : (sum > n.high ? n.high : sum);
}

void packed(const MixJob& job, int y, const MixRows& rows) {
    const LayoutInfo& layout = info(job.into.layout);
    const MixNumbers n = job.numbers;
    job.unpack(job.one, y, rows.one[0], rows.one[1], rows.one[2]);
    job.unpack(job.other, y, rows.other[0], rows.other[1], rows.other[2]);
    for (int c = 0; c < 3; ++c) {
        u16* a = rows.one[c];
        const u16* b = rows.other[c];
        const int width = c == 0 ? job.into.width : chroma_width(layout, job.into.width);
        const int bias = n.bias[c != 0 && layout.ycbcr];
        for (int i = 0; i < width; ++i) a[i] = static_cast<u16>(mixed(n, bias, a[i], b[i]));
    }
    job.pack(job.into, y, rows.one[0], rows.one[1], rows.one[2]);
}

template <class S>
void mix_samples(const MixNumbers n, int bias, int shift, int top, const S* LG_RESTRICT a, const S* LG_RESTRICT b,
                 S* LG_RESTRICT out, int used, int all) {
    for (int i = 0; i < used; ++i) {
        const int one = a[i] >> shift, other = b[i] >> shift;
        out[i] = static_cast<S>(mixed(n, bias, one < top ? one : top, other < top ? other : top) << shift);
    }
    for (int i = used; i < all; ++i) out[i] = 0;
}

void planar(const MixJob& job, int plane, int y, int used, int all) {
    const LayoutInfo& layout = info(job.into.layout);
    const int bias = job.numbers.bias[plane != 0 && layout.ycbcr], top = (1 << layout.bits) - 1;
    const std::uint8_t *a = row_of(job.one.plane[plane], y), *b = row_of(job.other.plane[plane], y);
    std::uint8_t* out = row_of(job.into.plane[plane], y);
    if (layout.bits == 8)
        mix_samples<std::uint8_t>(job.numbers, bias, 0, top, a, b, out, used, all);
    else
        mix_samples<u16>(job.numbers, bias, job.into.layout == LayoutId::p010 ? 6 : 0, top,
                         reinterpret_cast<const u16*>(a), reinterpret_cast<const u16*>(b), reinterpret_cast<u16*>(out),
                         used, all);
}

}  // namespace

extern const MixKernels mix_kernels;
constexpr MixKernels mix_kernels = {packed, planar};

}  // namespace livegrade::LG_ISA
