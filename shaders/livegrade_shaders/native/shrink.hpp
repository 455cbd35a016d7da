// Pictures made small for people: the mean of the area that a pixel of the small picture covers, as 8-bit R, G, B.
#pragma once

#include <cstdint>

namespace livegrade {

// Which samples of a row (or rows of a picture) a place of the small one covers: `count` from `first` on, the first and
// the last of them with these weights and those between with 1, the sum times `scale`.
struct Span {
    int first, count;
    float head, tail, scale;
};

struct ShrinkKernels {
    // sums[i] += weight * codes[i]
    void (*add_row)(const std::uint16_t* codes, float weight, float* sums, int n);
    // means[x]: the mean of `sums` over spans[x]
    void (*across)(const float* sums, const Span* spans, float* means, int n);
    // Means of codes to R, G, B, 255, held at 0..255 and rounded; `rows`: three of 3 x 4, in steps of 1/255.
    void (*colours)(const float* const means[3], const float rows[12], std::uint8_t* out, int n);
};

}  // namespace livegrade
