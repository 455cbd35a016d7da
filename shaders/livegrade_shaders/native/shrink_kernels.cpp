// Rows of small pictures, for one instruction-set level: plain loops that compilers vectorise.
#include "livegrade/look.h"
#include "shrink.hpp"

namespace livegrade::LG_ISA {

namespace {

void add_row(const std::uint16_t* codes, float weight, float* sums, int n) {
    for (int i = 0; i < n; ++i) sums[i] += weight * static_cast<float>(codes[i]);
}

void across(const float* sums, const Span* spans, float* means, int n) {
    for (int x = 0; x < n; ++x) {
        const Span& span = spans[x];
        const float* at = sums + span.first;
        const int last = span.count - 1;
        float sum = span.head * at[0];
        for (int i = 1; i < last; ++i) sum += at[i];
        if (last > 0) sum += span.tail * at[last];
        means[x] = sum * span.scale;
    }
}

void colours(const float* const means[3], const float rows[12], std::uint8_t* out, int n) {
    const float *a = means[0], *b = means[1], *c = means[2];
    float m[12];
    for (int k = 0; k < 12; ++k) m[k] = rows[k];
    for (int x = 0; x < n; ++x) {
        out[4 * x] = static_cast<std::uint8_t>(lg_code(lg_mix(m, a[x], b[x], c[x]), 0.0f, 255.0f));
        out[4 * x + 1] = static_cast<std::uint8_t>(lg_code(lg_mix(m + 4, a[x], b[x], c[x]), 0.0f, 255.0f));
        out[4 * x + 2] = static_cast<std::uint8_t>(lg_code(lg_mix(m + 8, a[x], b[x], c[x]), 0.0f, 255.0f));
        out[4 * x + 3] = 255;
    }
}

}  // namespace

extern const ShrinkKernels shrink_kernels;
const ShrinkKernels shrink_kernels{add_row, across, colours};

}  // namespace livegrade::LG_ISA
