// A compiled look of the float path as the extension holds it, and the driver that runs it over a picture.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "band_pool.hpp"
#include "image.hpp"
#include "layouts.hpp"
#include "look.hpp"

namespace livegrade {

// 64-byte aligned floats of fixed number.
class AlignedFloats {
  public:
    explicit AlignedFloats(std::size_t count);
    float* data() const { return data_.get(); }

  private:
    struct Free {
        void operator()(float* p) const;
    };
    std::unique_ptr<float, Free> data_;
};

// A lattice of n * n * n points (index order r, g, b) as 4 floats each; shared by all programs that use it.
class FloatLattice {
  public:
    // values: n^3 triples; tail: rows of 3 x 4 applied to each entry.
    FloatLattice(const double* values, int n, const double* tail);
    const float* points() const { return points_.data(); }
    int size() const { return n_; }

  private:
    int n_;
    AlignedFloats points_;
};

// The lattice of the fixed-point paths: records as fixed_lattice.hpp wants them; shared by all programs that use it.
class FixedLattice {
  public:
    // values and tail as for FloatLattice, tail giving codes of 10 bits. One code is 2^fraction_bits steps of an entry.
    // Throws std::invalid_argument where an entry does not fit or n is above largest_side.
    FixedLattice(const double* values, int n, const double* tail, int fraction_bits);
    const std::int16_t* records() const { return reinterpret_cast<const std::int16_t*>(records_.data()); }
    int size() const { return n_; }
    int fraction_bits() const { return fraction_bits_; }

    static constexpr int largest_side = 72;  // offsets are 16-bit products

  private:
    int n_, fraction_bits_;
    AlignedFloats records_;
};

// Operations and what they point at. Built by the add functions, then given to a program and never changed.
class FloatOps {
  public:
    FloatOps() = default;
    FloatOps(const FloatOps&) = delete;
    FloatOps& operator=(const FloatOps&) = delete;
    void add_mix(const double* rows);
    void add_ramp(int channel, double scale, double offset, double low, double high);
    void add_power(int channel, double exponent);
    void add_lookup(int channel, double first, double last, const double* values, int count);
    void add_cube(std::shared_ptr<const FloatLattice> lattice);
    const std::vector<FloatOp>& list() const { return ops_; }

  private:
    FloatOp& add(FloatOp::Kind kind, int channel);

    std::vector<FloatOp> ops_;
    std::vector<AlignedFloats> tables_;
    std::vector<std::shared_ptr<const FloatLattice>> lattices_;
};

// Two layouts and a width: what every program is made for.
struct Signal {
    LayoutId source, target;
    int width;
};

// Operations from codes to codes, all in float.
class FloatProgram {
  public:
    FloatProgram(const Signal& signal, int low, int high, std::shared_ptr<const FloatOps> ops);
    // Throws std::invalid_argument where the pictures are not of this program's layouts and width.
    void run(BandPool& pool, const Image& source, const Image& target) const;

  private:
    Signal signal_;
    FloatLook look_;
    std::shared_ptr<const FloatOps> ops_;
};

// Float operations up to a lattice that gives codes, the lattice in 16-bit lanes. For targets of 8 and 10 bits.
class MixedProgram {
  public:
    MixedProgram(const Signal& signal, int low, int high, std::shared_ptr<const FloatOps> before,
                 std::shared_ptr<const FixedLattice> lattice);
    void run(BandPool& pool, const Image& source, const Image& target) const;

  private:
    Signal signal_;
    FixedLook look_;
    std::shared_ptr<const FloatOps> before_;
    std::shared_ptr<const FixedLattice> lattice_;
};

// A curve on 0..1 fitted for the fixed-point path.
class FixedCurve {
  public:
    // ops: scalar operations of one channel from 0..1 to 0..1, evaluated in float at all 32,768 inputs.
    // Throws std::invalid_argument where one is not scalar.
    explicit FixedCurve(const FloatOps& ops);
    const FixedCurveTable& table() const { return table_; }
    // Largest difference from the exact curve over all inputs, and largest step between neighbouring inputs, in Q15.
    double error() const { return error_; }
    double largest_step() const { return largest_step_; }
    // Mean step in the steepest eighth of the range.
    double steep_step() const { return steep_step_; }
    // Mean error in the worst segment above 1/128, in Q15.
    double usual_error() const { return usual_error_; }

  private:
    FixedCurveTable table_{};
    double error_ = 0, largest_step_ = 0, steep_step_ = 0, usual_error_ = 0;
};

// Everything in 16-bit lanes, for Y'CbCr sources of up to 12 bits and targets of 8 and 10.
class FixedProgram {
  public:
    // decode: rows of 3 x 4 from codes (chroma not doubled) to 0..1, without Cb in R' and Cr in B'. Curves may be null.
    // saturation 0..2 (2 excluded) with luma weights that sum to 1. Throws std::invalid_argument where it does not fit.
    FixedProgram(const Signal& signal, int low, int high, const double* decode,
                 std::vector<std::shared_ptr<const FixedCurve>> first, double saturation, const double* weights,
                 std::vector<std::shared_ptr<const FixedCurve>> second, std::shared_ptr<const FixedLattice> lattice);
    FixedProgram(const FixedProgram&) = delete;
    FixedProgram& operator=(const FixedProgram&) = delete;
    void run(BandPool& pool, const Image& source, const Image& target) const;

  private:
    void set_decode(int channel, const double* row);
    void set_saturation(double saturation, const double* weights);

    Signal signal_;
    FixedLook look_;
    FixedSetup setup_{};
    std::vector<std::shared_ptr<const FixedCurve>> first_, second_;
    std::shared_ptr<const FixedLattice> lattice_;
};

// Row buffers of one thread, reused from frame to frame.
struct RowBuffers {
    std::uint16_t* in[3];
    std::uint16_t* out[3];
    float* scratch;
};
RowBuffers row_buffers(int width);

// Holds the last sample of halved chroma one sample past its end.
void hold_chroma(const Image& source, std::uint16_t* const in[3]);

// Throws std::invalid_argument unless both pictures have the signal's layouts and width, and equal heights.
void check_pictures(const Image& source, const Image& target, const Signal& signal);

}  // namespace livegrade
