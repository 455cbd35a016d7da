// Counting for scopes. The picture is dealt out in strips of columns: a strip's counts stay in the second-level cache of
// the thread that owns it, so nothing is merged but histograms and vectorscopes.
#pragma once

#include <cstddef>
#include <cstdint>

#include "image.hpp"
#include "livegrade/scopes.h"

namespace livegrade {

inline constexpr int scope_levels = 1024;
inline constexpr int scope_channels = 6;       // Y R G B Cb Cr, livegrade/scopes/measure.py Channel
inline constexpr int strip_columns = 48;       // columns of a waveform that one strip fills
inline constexpr int strip_pixels = 96;        // most pixels a strip is wide (step 2)
inline constexpr int vectorscope_side = 512;
// Entries from column to column. With 1024 the columns of a strip fall into a few sets of the first-level cache and
// push each other out, however small the strip is.
inline constexpr int strip_stride = scope_levels + 32;

struct ScopeJob {
    Image image;
    int bits = 10;              // of the unpacked codes
    bool ycbcr = true, halved = true;  // halved: chroma is half as wide
    UnpackRow unpack = nullptr;
    lg_wire wire{};
    int step = 1, offset_x = 0, offset_y = 0;
    // The counted part of the picture: its first pixel (a multiple of 4), and what lies behind its last.
    int left = 0, right = 0, top = 0, bottom = 0;
    int first_strip = 0;        // of the picture, that holds the first pixel
    int columns = 0, chroma_columns = 0;  // of the waveform, for Y R G B and for Cb Cr
    std::uint16_t* waveform[scope_channels] = {};  // columns x 1024; null: not counted
    bool vectorscope = false;
    bool decoded = false;       // R'G'B' are wanted of signals that do not carry them
    lg_plot_rule plot{};
    const float* plot_values = nullptr;  // [3][1024][4], of chromaticity
};

// One worker's own memory. Accumulators and `histogram` are zero between jobs except as said; 64-byte aligned.
struct StripScratch {
    // A row of codes has 64 samples behind it that unpacking may write, and one doubled chroma before none.
    alignas(64) std::uint16_t code[3][strip_pixels + 96];
    alignas(64) std::uint16_t level[scope_channels][strip_pixels + 64];
    alignas(64) std::uint16_t chroma[strip_pixels + 64];  // one plane at 10 bits
    alignas(64) std::uint32_t place[strip_pixels + 64];  // of chroma samples in the vectorscope
    alignas(64) std::int16_t doubled[2][strip_pixels + 64];
    alignas(64) std::uint16_t count[scope_channels][strip_columns * strip_stride];  // zero between strips
    alignas(64) std::uint32_t histogram[scope_channels][scope_levels];
    alignas(64) std::uint32_t vectorscope[vectorscope_side * vectorscope_side];
    alignas(64) std::uint32_t plotted[strip_pixels + 64];  // places in the plot
    std::uint32_t* plot = nullptr;  // vectorscope_side^2 counts, once there was a plot
};

struct ScopeKernels {
    void (*strip)(const ScopeJob& job, int index, StripScratch& scratch);
};

}  // namespace livegrade
