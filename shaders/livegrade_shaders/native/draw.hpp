// Counts drawn as light: density to brightness by a logarithm, added to a picture of 8-bit R, G, B.
#pragma once

#include <cstddef>
#include <cstdint>

namespace livegrade {

inline constexpr int draw_block = 16;  // output columns (vectorscope: rows) worked on together

// The rectangle of the picture that is drawn into, and how bright.
struct Canvas {
    std::uint8_t* data;      // of the rectangle's first pixel
    std::ptrdiff_t stride;   // bytes from row to row
    int width, height;
    float color[3];          // light of a full trace, 1 = 255
    float gain;              // brightness = (log2(1 + gain * count) * scale) ^ 1.5
    float scale;
};

struct WaveformDrawing {
    const std::uint16_t* counts;  // columns x 1024
    int columns;
    double low, high;             // levels at the lower and upper edge of the rectangle
    int spread;                   // levels that one code fills: 1, or 4 for codes of 8 bits
    Canvas canvas;
};

// A window of a plane of counts, upright: rows rise.
struct PlaneDrawing {
    const std::uint32_t* counts;  // 512 x 512
    double left, low, size;       // of the window, in places
    double middle_x, middle_y, span;  // of the hues that tint it: the neutral, and the places of all codes; span 0: none
    const std::uint8_t* tints;    // 512 x 512 x 3, the color of each place instead; or null
    bool spread;                  // codes of 8 bits: every second place is empty, and filled from its neighbours
    Canvas canvas;
};

struct HistogramDrawing {
    const std::uint32_t* counts;  // 1024
    double low, high;             // levels at the left and right edge of the rectangle
    double full;                  // counts of one level that reach the top
    int spread;                   // as of a waveform
    Canvas canvas;
};

// Floats of scratch that any drawing on such a canvas needs.
static inline std::size_t draw_scratch(int width) {
    return 1024 * (draw_block + 1) + 5 * (static_cast<std::size_t>(width) + draw_block);
}

struct DrawKernels {
    void (*waveform)(const WaveformDrawing&, int block, float* scratch);
    void (*plane)(const PlaneDrawing&, int block, float* scratch);
    void (*histogram)(const HistogramDrawing&, float* scratch);
};

}  // namespace livegrade
