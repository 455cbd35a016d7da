#include "look.hpp"

#include <algorithm>
#include <cmath>
#include <new>
#include <stdexcept>

#include "dispatch.hpp"
#include "look_program.hpp"

LG_DECLARE_KERNELS(LookKernels, look_kernels)
LG_DECLARE_KERNELS(FixedKernels, fixed_kernels)

namespace livegrade {

AlignedFloats::AlignedFloats(std::size_t count)
    : data_(static_cast<float*>(::operator new(count * sizeof(float), std::align_val_t{64}))) {}

void AlignedFloats::Free::operator()(float* p) const { ::operator delete(p, std::align_val_t{64}); }

FloatLattice::FloatLattice(const double* values, int n, const double* tail)
    : n_(n), points_(4 * static_cast<std::size_t>(n) * n * n) {
    const std::size_t count = static_cast<std::size_t>(n) * n * n;
    for (std::size_t i = 0; i < count; ++i) {
        const double* v = values + 3 * i;
        for (int k = 0; k < 3; ++k) {
            const double* m = tail + 4 * k;
            points_.data()[4 * i + k] = static_cast<float>(m[0] * v[0] + m[1] * v[1] + m[2] * v[2] + m[3]);
        }
        points_.data()[4 * i + 3] = 0;
    }
}

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

FloatOp& FloatOps::add(FloatOp::Kind kind, int channel) {
    ops_.push_back({.kind = kind, .channel = channel});
    return ops_.back();
}

void FloatOps::add_mix(const double* rows) {
    FloatOp& op = add(FloatOp::mix, 0);
    for (int k = 0; k < 12; ++k) op.p[k] = static_cast<float>(rows[k]);
}

void FloatOps::add_ramp(int channel, double scale, double offset, double low, double high) {
    FloatOp& op = add(FloatOp::ramp, channel);
    op.p[0] = static_cast<float>(scale);
    op.p[1] = static_cast<float>(offset);
    op.p[2] = static_cast<float>(low);
    op.p[3] = static_cast<float>(high);
}

void FloatOps::add_power(int channel, double exponent) {
    add(FloatOp::power, channel).p[0] = static_cast<float>(exponent);
}

void FloatOps::add_lookup(int channel, double first, double last, const double* values, int count) {
    tables_.emplace_back(static_cast<std::size_t>(count) + 1);
    float* table = tables_.back().data();
    std::copy(values, values + count, table);
    table[count] = table[count - 1];
    FloatOp& op = add(FloatOp::lookup, channel);
    op.p[0] = static_cast<float>(first);
    op.p[1] = static_cast<float>((count - 1) / (last - first));
    op.table = table;
    op.count = count;
}

void FloatOps::add_cube(std::shared_ptr<const FloatLattice> lattice) {
    FloatOp& op = add(FloatOp::cube, 0);
    op.table = lattice->points();
    op.count = lattice->size();
    lattices_.push_back(std::move(lattice));
}

namespace {

// Rows of one task; even, so that 4:2:0 pairs stay together.
constexpr int rows_per_task = 16;

FloatLook float_look(const Signal& signal, const FloatOps& ops) {
    FloatLook look;
    look.ops = ops.list().data();
    look.count = static_cast<int>(ops.list().size());
    look.width = signal.width;
    look.source_halved = info(signal.source).chroma_shift_x != 0;
    look.target_halved = info(signal.target).chroma_shift_x != 0;
    return look;
}

// kernel(rows) turns one row of source codes into one row of target codes.
template <class Kernel>
void run_rows(BandPool& pool, const Image& source, const Image& target, const Signal& signal, const Kernel& kernel) {
    check_pictures(source, target, signal);
    const UnpackRow unpack = unpack_row(signal.source);
    const PackRow pack = pack_row(signal.target);
    const int tasks = (source.height + rows_per_task - 1) / rows_per_task;
    pool.run(tasks, [&](int task, int) {
        const RowBuffers rows = row_buffers(signal.width);
        const int end = std::min((task + 1) * rows_per_task, source.height);
        for (int y = task * rows_per_task; y < end; ++y) {
            unpack(source, y, rows.in[0], rows.in[1], rows.in[2]);
            hold_chroma(source, rows.in);
            kernel(rows);
            pack(target, y, rows.out[0], rows.out[1], rows.out[2]);
        }
    });
}

}  // namespace

FloatProgram::FloatProgram(const Signal& signal, int low, int high, std::shared_ptr<const FloatOps> ops)
    : signal_(signal), look_(float_look(signal, *ops)), ops_(std::move(ops)) {
    look_.low = static_cast<float>(low);
    look_.high = static_cast<float>(high);
}

void FloatProgram::run(BandPool& pool, const Image& source, const Image& target) const {
    const FloatRow kernel = look_kernels().float_row;
    run_rows(pool, source, target, signal_,
             [&](const RowBuffers& rows) { kernel(look_, rows.in, rows.out, rows.scratch); });
}

MixedProgram::MixedProgram(const Signal& signal, int low, int high, std::shared_ptr<const FloatOps> before,
                           std::shared_ptr<const FixedLattice> lattice)
    : signal_(signal), before_(std::move(before)), lattice_(std::move(lattice)) {
    const int bits = info(signal.target).bits;
    if (bits > 10 || fixed_kernels().mixed_row == nullptr)
        throw std::invalid_argument("the fixed-point path has targets of 8 and 10 bits on AVX2 or better");
    look_.front = float_look(signal, *before_);
    look_.records = lattice_->records();
    look_.n = lattice_->size();
    const int middle = 512 << (lattice_->fraction_bits() - 1);
    look_.shift = lattice_->fraction_bits() - 1 + 10 - bits;
    look_.bias = middle + (1 << (look_.shift - 1));
    // Eight times that, and the half step that truncation took from each of the filter's samples, whose weights sum to 8.
    look_.chroma_bias = 8 * look_.bias + 4;
    look_.low = low;
    look_.high = high;
}

void MixedProgram::run(BandPool& pool, const Image& source, const Image& target) const {
    const FixedRow kernel = fixed_kernels().mixed_row;
    run_rows(pool, source, target, signal_,
             [&](const RowBuffers& rows) { kernel(look_, rows.in, rows.out, rows.scratch); });
}

RowBuffers row_buffers(int width) {
    struct Memory {
        int width = -1;
        std::vector<AlignedFloats> floats;
    };
    static thread_local Memory memory;
    // Rows start on 64 bytes, and not a multiple of 4 KiB apart, where loads would wait for stores to other rows.
    const std::size_t row = (static_cast<std::size_t>(width) + 2 * row_slack + 63) / 64 * 64;
    if (memory.width != width) {
        memory.floats.clear();
        memory.floats.emplace_back(3 * row + 1024 + float_row_scratch(width));
        std::fill_n(memory.floats[0].data(), 3 * row + 1024 + float_row_scratch(width), 0.0f);
        memory.width = width;
    }
    auto* codes = reinterpret_cast<std::uint16_t*>(memory.floats[0].data());
    RowBuffers rows{};
    for (std::size_t k = 0; k < 3; ++k) {
        rows.in[k] = codes + k * row;
        rows.out[k] = codes + (3 + k) * row;
    }
    rows.scratch = memory.floats[0].data() + 3 * row;
    return rows;
}

void hold_chroma(const Image& source, std::uint16_t* const in[3]) {
    const LayoutInfo& layout = info(source.layout);
    if (layout.chroma_shift_x == 0) return;
    const int last = chroma_width(layout, source.width) - 1;
    for (int k = 1; k < 3; ++k) in[k][last + 1] = in[k][last];
}

void check_pictures(const Image& source, const Image& target, const Signal& signal) {
    if (source.layout != signal.source || target.layout != signal.target)
        throw std::invalid_argument("the picture's layout is not the one this program was made for");
    if (source.width != signal.width || target.width != signal.width || source.height != target.height)
        throw std::invalid_argument("the picture's size is not the one this program was made for");
}

}  // namespace livegrade
