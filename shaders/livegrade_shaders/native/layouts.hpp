// The native half of livegrade/video/layouts.py: the same table in the same order (a test compares them), and one row
// of codes in and out of any layout.
#pragma once

#include <cstdint>

namespace livegrade {

struct Image;

// clang-format off
enum class LayoutId : int {
    v210, uyvy, p216, r210, R10l, R10b, R12B, R12L, bgra, nv12, p010,
    yuv420p, yuv420p10, yuv420p12, yuv420p14, yuv420p16,
    yuv422p, yuv422p10, yuv422p12, yuv422p14, yuv422p16,
    yuv444p, yuv444p10, yuv444p12, yuv444p14, yuv444p16,
    gbrp, gbrp10, gbrp12, gbrp14, gbrp16,
    gray, gray10, gray16,
};
// clang-format on
inline constexpr int layout_count = 34;

// `pixels` pixels of a row, begun ones included, take `bytes` bytes (the smallest block); rows are padded to whole
// multiples of `padded` bytes where the stride leaves room. `halved`: one row for two rows of the picture.
struct PlaneRule {
    int pixels, bytes, padded;
    bool halved;
};

struct LayoutInfo {
    const char* name;
    bool ycbcr;
    int bits;       // depth of a sample in memory
    int code_bits;  // depth of the codes that unpacking gives (4:2:0: two more, at most 16)
    int chroma_shift_x, chroma_shift_y;
    int planes;
    PlaneRule plane[3];
};

const LayoutInfo& info(LayoutId id);
bool find_layout(const char* name, LayoutId& id);

// Samples of c1 and c2 in a row of `width` pixels.
static inline int chroma_width(const LayoutInfo& layout, int width) {
    return (width + layout.chroma_shift_x) >> layout.chroma_shift_x;
}

// Neither direction touches codes or bytes outside the row, and neither needs any alignment.
//
// One row of codes: c0 = Y' or R, c1 = Cb or G, c2 = Cr or B; chroma at chroma width and full height (4:2:0 is
// interpolated vertically, see lg_spread420). Codes above the depth of the layout are read as its largest code.
using UnpackRow = void (*)(const Image&, int y, std::uint16_t* c0, std::uint16_t* c1, std::uint16_t* c2);
// Codes at `bits`, larger ones written as the largest. 4:2:0 averages pairs of rows: give both rows of a pair in order
// on one thread. Padding inside a block, and after it up to PlaneRule::padded where the stride has room, becomes zero.
using PackRow = void (*)(const Image&, int y, const std::uint16_t* c0, const std::uint16_t* c1,
                         const std::uint16_t* c2);
UnpackRow unpack_row(LayoutId id);
PackRow pack_row(LayoutId id);

// What layout_kernels.cpp defines once per instruction-set level.
struct LayoutKernels {
    UnpackRow unpack[layout_count];
    PackRow pack[layout_count];
};

}  // namespace livegrade
