#include <cmath>
#include <stdexcept>

#include "dispatch.hpp"
#include "look_driver.hpp"

LG_DECLARE_KERNELS(FixedKernels, fixed_kernels)

namespace livegrade {

FixedLattice::FixedLattice(const double* values, int n, const double* tail, int fraction_bits)
    : n_(n), fraction_bits_(fraction_bits), records_(12 * (static_cast<std::size_t>(n) * n * n + n * n + n + 1)) {
    if (n > largest_side) throw std::invalid_argument("the lattice is too large for the fixed-point path");
    const std::size_t count = static_cast<std::size_t>(n) * n * n;
    // Weights sum to 32767 / 32768; the entries make up for it.
    const double step = std::ldexp(1.0, fraction_bits) * 32768.0 / 32767.0;
    std::vector<std::int16_t> entries(3 * (count + 2 * (n * n + n + 1)));
    for (std::size_t i = 0; i < count; ++i)
        for (int k = 0; k < 3; ++k) {
            const double *m = tail + 4 * k, *v = values + 3 * i;
            const double entry = std::floor((m[0] * v[0] + m[1] * v[1] + m[2] * v[2] + m[3] - 512.0) * step + 0.5);
            if (!(entry >= -32768.0 && entry <= 32767.0))
                throw std::invalid_argument("an entry of the lattice does not fit in 16 bits");
            entries[3 * i + k] = static_cast<std::int16_t>(entry);
        }
    auto* out = reinterpret_cast<std::int16_t*>(records_.data());
    const int stride[3] = {1, n, n * n};
    for (std::size_t i = 0; i < count + n * n + n + 1; ++i)
        for (int axis = 0; axis < 3; ++axis) {
            const std::int16_t *near = &entries[3 * i], *next = near + 3 * stride[axis];
            for (int k = 0; k < 3; ++k) {
                *out++ = near[k];
                *out++ = next[k];
            }
            *out++ = 0;
            *out++ = 0;
        }
}

namespace {

FixedLook fixed_look(const Signal& signal, int low, int high, const FixedLattice& lattice) {
    const int bits = info(signal.target).bits;
    if (bits > 10 || fixed_kernels().mixed_row == nullptr)
        throw std::invalid_argument("the fixed-point path has targets of 8 and 10 bits on AVX2 or better");
    FixedLook look;
    look.records = lattice.records();
    look.n = lattice.size();
    const int middle = 512 << (lattice.fraction_bits() - 1);
    look.shift = lattice.fraction_bits() - 1 + 10 - bits;
    look.bias = middle + (1 << (look.shift - 1));
    // Eight times that, and the half step that truncation took from each of the filter's samples, whose weights sum to 8.
    look.chroma_bias = 8 * look.bias + 4;
    look.low = low;
    look.high = high;
    return look;
}

}  // namespace

MixedProgram::MixedProgram(const Signal& signal, int low, int high, std::shared_ptr<const FloatOps> before,
                           std::shared_ptr<const FixedLattice> lattice)
    : signal_(signal), before_(std::move(before)), lattice_(std::move(lattice)) {
    look_ = fixed_look(signal, low, high, *lattice_);
    look_.front = float_look(signal, *before_);
}

void MixedProgram::run(BandPool& pool, const Image& source, const Image& target) const {
    const FixedRow kernel = fixed_kernels().mixed_row;
    run_rows(pool, source, target, signal_,
             [&](const RowBuffers& rows) { kernel(look_, rows.in, rows.out, rows.scratch); });
}

FixedProgram::FixedProgram(const Signal& signal, int low, int high, const double* decode,
                           std::vector<std::shared_ptr<const FixedCurve>> first, double saturation,
                           const double* weights, std::vector<std::shared_ptr<const FixedCurve>> second,
                           std::shared_ptr<const FixedLattice> lattice)
    : signal_(signal), first_(std::move(first)), second_(std::move(second)), lattice_(std::move(lattice)) {
    const LayoutInfo& source = info(signal.source);
    if (!source.ycbcr || source.code_bits > 12 || first_.size() != 3 || second_.size() != 3)
        throw std::invalid_argument("the fixed-point path takes Y'CbCr of up to 12 bits and curves for 3 channels");
    look_ = fixed_look(signal, low, high, *lattice_);
    look_.front = float_look(signal, FloatOps());
    look_.setup = &setup_;
    for (int k = 0; k < 3; ++k) {
        set_decode(k, decode + 4 * k);
        setup_.first[k] = first_[k] ? &first_[k]->table() : nullptr;
        setup_.second[k] = second_[k] ? &second_[k]->table() : nullptr;
    }
    set_saturation(saturation, weights);
}

void FixedProgram::set_decode(int channel, const double* row) {
    const double unit[3] = {row[0] * 32768.0, row[1] * 16384.0, row[2] * 16384.0};  // chroma comes doubled
    const double largest = std::max({std::abs(unit[0]), std::abs(unit[1]), std::abs(unit[2])});
    int shift = 14;
    while (shift > 1 && largest * std::ldexp(1.0, shift) > 32767.0) --shift;
    if (largest * std::ldexp(1.0, shift) > 32767.0) throw std::invalid_argument("the slope is too steep");
    int whole[3];
    for (int k = 0; k < 3; ++k) whole[k] = static_cast<int>(std::lround(std::ldexp(unit[k], shift)));
    // The offset makes rounding of the coefficients harmless at mid grey (code 502 of 10 bits).
    const int bits = info(signal_.source).code_bits;
    const double luma = std::ldexp(502.0, bits - 10), chroma = std::ldexp(1024.0, bits - 10);
    const double exact = unit[0] * luma + (unit[1] + unit[2]) * chroma + row[3] * 32768.0;
    const double rounded = whole[0] * luma + (static_cast<double>(whole[1]) + whole[2]) * chroma;
    const double offset = std::ldexp(exact, shift) - rounded + std::ldexp(1.0, shift - 1);
    if (!(std::abs(offset) < 1e9)) throw std::invalid_argument("the offset is too large");
    setup_.luma[channel] = whole[0];
    setup_.cb[channel] = whole[1];
    setup_.cr[channel] = whole[2];
    setup_.offset[channel] = static_cast<int>(std::lround(offset));
    setup_.shift[channel] = shift;
}

void FixedProgram::set_saturation(double saturation, const double* weights) {
    setup_.saturates = saturation != 1.0;
    setup_.more_saturation = static_cast<int>(std::lround((saturation - 1.0) * 32768.0));
    if (setup_.more_saturation < -32768 || setup_.more_saturation > 32767)
        throw std::invalid_argument("saturation is not below 2");
    setup_.weight[0] = static_cast<int>(std::lround(weights[0] * 32768.0));
    setup_.weight[2] = static_cast<int>(std::lround(weights[2] * 32768.0));
    setup_.weight[1] = 32768 - setup_.weight[0] - setup_.weight[2];
}

void FixedProgram::run(BandPool& pool, const Image& source, const Image& target) const {
    const FixedRow kernel = fixed_kernels().fixed_row;
    run_rows(pool, source, target, signal_,
             [&](const RowBuffers& rows) { kernel(look_, rows.in, rows.out, rows.scratch); });
}

}  // namespace livegrade
