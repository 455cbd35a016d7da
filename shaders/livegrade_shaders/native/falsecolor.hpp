// False colour and zebra, row by row.
#pragma once

#include <cstdint>

#include "image.hpp"
#include "livegrade/falsecolor.h"
#include "livegrade/scopes.h"

namespace livegrade {

// A row of codes for each plane, two of luma and full-width chroma, with the slack that unpacking needs; 64-byte
// aligned.
struct RowScratch {
    std::uint16_t* code[3];
    std::uint16_t* luma;
    std::uint16_t* full[3];  // full[1] and full[2] may be read and written 4 samples to the left
    std::uint16_t* kind;     // the class of each pixel
};

// classes.py: kind LG_CLASS_NONE needs none of the pointers.
struct ClassTables {
    lg_class_rule rule;
    const float* light;
    const std::uint8_t* segments;
    const std::uint16_t* palette[3];
};

struct FalseColorJob {
    Image source, target;
    lg_wire wire;
    ClassTables classes;
    const std::uint16_t* table[3];  // by luma code of the source: codes of the target
    int low, high;                  // of the target's chroma codes
    UnpackRow unpack;
    PackRow pack;
};

struct ZebraJob {
    Image image;
    lg_wire wire;
    lg_stripes stripes;
    UnpackRow unpack;
    PackRow pack;
};

struct FalseColorKernels {
    void (*false_color)(const FalseColorJob& job, int y, const RowScratch& scratch);
    void (*zebra)(const ZebraJob& job, int y, const RowScratch& scratch);
};

}  // namespace livegrade
