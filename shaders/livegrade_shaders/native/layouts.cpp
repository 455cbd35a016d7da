#include "layouts.hpp"

#include <cstring>

#include "dispatch.hpp"

LG_DECLARE_KERNELS(LayoutKernels, layout_kernels)

namespace livegrade {

namespace {

constexpr PlaneRule none{1, 0, 1, false};

constexpr LayoutInfo packed(const char* name, bool ycbcr, int bits, int pixels, int bytes, int padded) {
    return {name, ycbcr, bits, bits, ycbcr ? 1 : 0, 0, 1, {{pixels, bytes, padded, false}, none, none}};
}

constexpr LayoutInfo semi_planar(const char* name, int bits, int shift_y) {
    const int pair = bits == 8 ? 2 : 4;
    const int code_bits = shift_y ? bits + 2 : bits;
    return {name, true, bits, code_bits, 1, shift_y, 2, {{2, pair, pair, false}, {2, pair, pair, shift_y == 1}, none}};
}

constexpr LayoutInfo planar(const char* name, bool ycbcr, int bits, int shift_x, int shift_y, int planes = 3) {
    const int size = bits == 8 ? 1 : 2;
    const int code_bits = shift_y && bits <= 14 ? bits + 2 : bits;
    const PlaneRule chroma = planes == 1 ? none : PlaneRule{1 + shift_x, size, size, shift_y == 1};
    return {name, ycbcr, bits, code_bits, shift_x, shift_y, planes, {{1, size, size, false}, chroma, chroma}};
}

constexpr LayoutInfo table[layout_count] = {
    packed("v210", true, 10, 6, 16, 128),
    packed("uyvy", true, 8, 2, 4, 4),
    semi_planar("p216", 16, 0),
    packed("r210", false, 10, 1, 4, 256),
    packed("R10l", false, 10, 1, 4, 256),
    packed("R10b", false, 10, 1, 4, 256),
    packed("R12B", false, 12, 8, 36, 36),
    packed("R12L", false, 12, 8, 36, 36),
    packed("bgra", false, 8, 1, 4, 4),
    semi_planar("nv12", 8, 1),
    semi_planar("p010", 10, 1),
    planar("yuv420p", true, 8, 1, 1),
    planar("yuv420p10", true, 10, 1, 1),
    planar("yuv420p12", true, 12, 1, 1),
    planar("yuv420p14", true, 14, 1, 1),
    planar("yuv420p16", true, 16, 1, 1),
    planar("yuv422p", true, 8, 1, 0),
    planar("yuv422p10", true, 10, 1, 0),
    planar("yuv422p12", true, 12, 1, 0),
    planar("yuv422p14", true, 14, 1, 0),
    planar("yuv422p16", true, 16, 1, 0),
    planar("yuv444p", true, 8, 0, 0),
    planar("yuv444p10", true, 10, 0, 0),
    planar("yuv444p12", true, 12, 0, 0),
    planar("yuv444p14", true, 14, 0, 0),
    planar("yuv444p16", true, 16, 0, 0),
    planar("gbrp", false, 8, 0, 0),
    planar("gbrp10", false, 10, 0, 0),
    planar("gbrp12", false, 12, 0, 0),
    planar("gbrp14", false, 14, 0, 0),
    planar("gbrp16", false, 16, 0, 0),
    planar("gray", true, 8, 0, 0, 1),
    planar("gray10", true, 10, 0, 0, 1),
    planar("gray16", true, 16, 0, 0, 1),
};

}  // namespace

const LayoutInfo& info(LayoutId id) { return table[static_cast<int>(id)]; }

bool find_layout(const char* name, LayoutId& id) {
    for (int i = 0; i < layout_count; ++i)
        if (std::strcmp(table[i].name, name) == 0) {
            id = static_cast<LayoutId>(i);
            return true;
        }
    return false;
}

UnpackRow unpack_row(LayoutId id) { return layout_kernels().unpack[static_cast<int>(id)]; }
PackRow pack_row(LayoutId id) { return layout_kernels().pack[static_cast<int>(id)]; }

}  // namespace livegrade
