// Rows of codes in and out of every layout, for one instruction-set level. Plain loops that compilers vectorise; the
// packed layouts that need shuffles are in packed_rows.hpp.
#include "image.hpp"
#include "layouts.hpp"
#include "livegrade/pack.h"
#include "packed_rows.hpp"
#include "planar_rows.hpp"

namespace livegrade::LG_ISA {

namespace {

struct Entry {
    LayoutId id;
    UnpackRow unpack;
    PackRow pack;
};

template <class Rows>
constexpr Entry entry(LayoutId id) {
    return {id, Rows::unpack, Rows::pack};
}

using enum LayoutId;
constexpr Entry entries[] = {
    entry<V210>(v210),
    entry<Uyvy>(uyvy),
    entry<SemiPlanar<lg_u16, 16, 0, 0>>(p216),
    entry<Rgb10<true, 0>>(r210),
    entry<Rgb10<false, 2>>(R10l),
    entry<Rgb10<true, 2>>(R10b),
    entry<Rgb12<true>>(R12B),
    entry<Rgb12<false>>(R12L),
    entry<Bgra>(bgra),
    entry<SemiPlanar<lg_u8, 8, 0, 1>>(nv12),
    entry<SemiPlanar<lg_u16, 10, 6, 1>>(p010),
    entry<Planar<lg_u8, 8, 1, 1>>(yuv420p),
    entry<Planar<lg_u16, 10, 1, 1>>(yuv420p10),
    entry<Planar<lg_u16, 12, 1, 1>>(yuv420p12),
    entry<Planar<lg_u16, 14, 1, 1>>(yuv420p14),
    entry<Planar<lg_u16, 16, 1, 1>>(yuv420p16),
    entry<Planar<lg_u8, 8, 1, 0>>(yuv422p),
    entry<Planar<lg_u16, 10, 1, 0>>(yuv422p10),
    entry<Planar<lg_u16, 12, 1, 0>>(yuv422p12),
    entry<Planar<lg_u16, 14, 1, 0>>(yuv422p14),
    entry<Planar<lg_u16, 16, 1, 0>>(yuv422p16),
    entry<Planar<lg_u8, 8, 0, 0>>(yuv444p),
    entry<Planar<lg_u16, 10, 0, 0>>(yuv444p10),
    entry<Planar<lg_u16, 12, 0, 0>>(yuv444p12),
    entry<Planar<lg_u16, 14, 0, 0>>(yuv444p14),
    entry<Planar<lg_u16, 16, 0, 0>>(yuv444p16),
    entry<Gbr<lg_u8, 8>>(gbrp),
    entry<Gbr<lg_u16, 10>>(gbrp10),
    entry<Gbr<lg_u16, 12>>(gbrp12),
    entry<Gbr<lg_u16, 14>>(gbrp14),
    entry<Gbr<lg_u16, 16>>(gbrp16),
    entry<Gray<lg_u8, 8>>(gray),
    entry<Gray<lg_u16, 10>>(gray10),
    entry<Gray<lg_u16, 16>>(gray16),
};

constexpr bool in_order() {
    for (int i = 0; i < layout_count; ++i)
        if (entries[i].id != static_cast<LayoutId>(i)) return false;
    return sizeof entries / sizeof entries[0] == layout_count;
}
static_assert(in_order(), "one entry per layout, in the order of LayoutId");

constexpr LayoutKernels by_layout() {
    LayoutKernels table{};
    for (int i = 0; i < layout_count; ++i) {
        table.unpack[i] = entries[i].unpack;
        table.pack[i] = entries[i].pack;
    }
    return table;
}

}  // namespace

extern const LayoutKernels layout_kernels;
constexpr LayoutKernels layout_kernels = by_layout();

}  // namespace livegrade::LG_ISA
