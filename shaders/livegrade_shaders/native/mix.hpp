// Two pictures of one layout as one: weighted sums of their samples in whole numbers. livegrade/engine/compare.py, Mix.
#pragma once

#include <cstdint>

#include "image.hpp"

namespace livegrade {

// (one * a + other * b + bias) / 256, rounded down and held; bias[1] is that of Cb and Cr. Of 16-bit samples the sum
// stays within 32 bits for weights up to 64 * 256, as their difference counts.
struct MixNumbers {
    int one, other, bias[2], low, high;
};

// Rows of codes for one thread, with the slack that unpacking needs.
struct MixRows {
    std::uint16_t* one[3];
    std::uint16_t* other[3];
};

struct MixJob {
    Image one, other, into;
    MixNumbers numbers;
    UnpackRow unpack;
    PackRow pack;
};

struct MixKernels {
    // Row y of a layout whose samples share words.
    void (*packed)(const MixJob& job, int y, const MixRows& rows);
    // Row y of one plane; `used`: samples that are no padding, `all`: with it.
    void (*planar)(const MixJob& job, int plane, int y, int used, int all);
};

}  // namespace livegrade
