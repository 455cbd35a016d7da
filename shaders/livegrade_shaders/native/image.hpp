// A picture in memory as every kernel sees it: layout, size, and where each plane begins. No ownership.
#pragma once

#include <cstddef>
#include <cstdint>

#include "layouts.hpp"

namespace livegrade {

struct PlaneView {
    std::uint8_t* data = nullptr;
    std::ptrdiff_t stride = 0;  // bytes from row to row; may be negative
};

// Static, as everything inline that kernel files see (dispatch.hpp says why).
static inline std::uint8_t* row_of(const PlaneView& plane, int y) { return plane.data + y * plane.stride; }

struct Image {
    LayoutId layout = LayoutId::v210;
    int width = 0;
    int height = 0;
    bool writable = false;    // kernels that write ask this first, through `require_writable`
    bool interlaced = false;  // two fields of their own moments: chroma of 4:2:0 belongs to one of them
    PlaneView plane[3];
};

}  // namespace livegrade
