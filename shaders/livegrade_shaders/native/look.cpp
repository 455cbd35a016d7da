#include "look.hpp"

#include <algorithm>
#include <new>
#include <stdexcept>

#include "dispatch.hpp"
#include "look_driver.hpp"

LG_DECLARE_KERNELS(LookKernels, look_kernels)

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

FloatLook float_look(const Signal& signal, const FloatOps& ops) {
    FloatLook look;
    look.ops = ops.list().data();
    look.count = static_cast<int>(ops.list().size());
    look.width = signal.width;
    look.source_halved = info(signal.source).chroma_shift_x != 0;
    look.target_halved = info(signal.target).chroma_shift_x != 0;
    return look;
}

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
