// The look in the extension: what a compiled look is, and the table of kernels that run one row of it.
#pragma once

#include <cstddef>
#include <cstdint>

namespace livegrade {

// One operation of livegrade/engine/program.py, for one row kernel to run over a tile.
struct FloatOp {
    enum Kind : int { mix, ramp, power, lookup, cube };
    Kind kind = mix;
    int channel = 0;
    float p[12] = {};  // mix: rows of 3 x 4; ramp: scale, offset, low, high; power: exponent; lookup: first, per_x
    const float* table = nullptr;  // lookup: count + 1 values; cube: n * n * n points of 4 floats, 16-byte aligned
    int count = 0;                 // lookup: values; cube: n
};

struct FloatLook {
    const FloatOp* ops = nullptr;
    int count = 0;
    int width = 0;
    bool source_halved = false, target_halved = false;  // chroma of every second pixel
    float low = 0, high = 0;                            // limits of the target's codes
};

// Samples that a row buffer holds beyond the width: kernels may read and write that far.
inline constexpr int row_slack = 64;

// Floats of scratch that FloatRow wants, 64-byte aligned.
inline std::size_t float_row_scratch(int width) { return 16 * 1024 + 2 * (static_cast<std::size_t>(width) + 4 * row_slack); }

inline constexpr std::size_t colours_scratch = 11 * 256;  // floats that run_colours wants

// in: codes at the source's code_bits; halved chroma must be held one sample past its end. out: codes at the target's
// bits. Buffers hold row_slack samples more than the row.
using FloatRow = void (*)(const FloatLook&, const std::uint16_t* const in[3], std::uint16_t* const out[3],
                          float* scratch);

// A curve from Q15 to Q15 as quadratics: c0 + t (c1 + t c2), t = position in the segment in Q15. Entries 0-15: segments of
// 2048 from 0 (the first two are not used), 16-31: of 256 from 0 (below 4096), 32-47: of 16 from 0 (below 256).
struct FixedCurveTable {
    alignas(64) std::int16_t c0[64], c1[64], c2[64];
    std::int16_t top;  // the value for 32767, which stands for 1
    bool near_black;  // whether entries 32-47 are needed; where they are free they are used anyway
};

// What comes before the lattice in Q15. R' = (luma y + cr v + offset) >> shift with doubled chroma u, v; B' with cb,
// G' with both.
struct FixedSetup {
    int luma[3], cb[3], cr[3], offset[3], shift[3];
    const FixedCurveTable* first[3];   // null: identity
    bool saturates;
    int weight[3], more_saturation;  // luma weights, sum 32768; (saturation - 1) in Q15
    const FixedCurveTable* second[3];
};

// A look whose lattice is interpolated in 16-bit lanes. Entries are (code - middle) << (shift + 1) for 10-bit codes, so
// a channel comes out as (value + bias) >> shift.
struct FixedLook {
    FloatLook front;  // operations before the lattice (none in fixed_row); low and high are not used
    const FixedSetup* setup = nullptr;  // fixed_row only
    const std::int16_t* records = nullptr;  // fixed_lattice.hpp; 16-byte aligned
    int n = 0;
    int shift = 0, bias = 0, chroma_bias = 0;
    int low = 0, high = 0;
};

using FixedRow = void (*)(const FixedLook&, const std::uint16_t* const in[3], std::uint16_t* const out[3],
                          float* scratch);

// Null where the instruction-set level has no such path.
struct FixedKernels {
    FixedRow mixed_row;  // float up to the lattice
    FixedRow fixed_row;  // all in 16-bit lanes
};

const FixedKernels& fixed_kernels();

struct LookKernels {
    FloatRow float_row;
    // Runs operations of one channel, whichever it is, over x in place.
    void (*run_scalars)(const FloatOp* ops, int count, float* x, int n);
    // Runs operations over n colours, interleaved, in place. scratch: colours_scratch floats, 64-byte aligned.
    void (*run_colours)(const FloatOp* ops, int count, float* rgb, std::size_t n, float* scratch);
};

const LookKernels& look_kernels();

}  // namespace livegrade
