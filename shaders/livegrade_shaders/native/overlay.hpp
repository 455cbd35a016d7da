// What is laid over pictures: edges, marks, and bars above and below; row by row.
#pragma once

#include <cstdint>

#include "image.hpp"
#include "livegrade/overlay.h"
#include "livegrade/scopes.h"

namespace livegrade {

// Rows of codes for one thread, with the slack that unpacking needs.
struct OverlayScratch {
    std::uint16_t* code[3];
    std::uint16_t* other[3];
    std::uint16_t* luma[5];  // 10 bits, one more at either side; row y is in luma[y % 5]
    std::uint16_t* mark;
    std::uint32_t* sum[3];
};

// `clean`: the picture whose edges are drawn into `image`.
struct EdgesJob {
    Image clean, image;
    lg_wire wire;
    lg_edges edges;
    UnpackRow unpack;
    PackRow pack;
};

// `rows`: begins of the spans of each row from `top` on, one more than there are rows.
struct MarksJob {
    Image image;
    int top;
    const std::int32_t* rows;
    const lg_span* spans;
    const std::uint16_t* palette[3];
    UnpackRow unpack;
    PackRow pack;
};

// `taps`: of each row of the lower picture, and of each row of its chroma where that has fewer.
struct LowerJob {
    Image image, into;
    const lg_taps* taps;
    const lg_taps* chroma_taps;
    int black[3];
    UnpackRow unpack;
    PackRow pack;
};

struct OverlayKernels {
    void (*luma)(const EdgesJob& job, int y, const OverlayScratch& scratch);
    void (*edges)(const EdgesJob& job, int y, const OverlayScratch& scratch);
    void (*marks)(const MarksJob& job, int y, const OverlayScratch& scratch);
    void (*lower)(const LowerJob& job, int y, const OverlayScratch& scratch);
};

}  // namespace livegrade
