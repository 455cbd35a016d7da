// Chooses, once, which build of the kernels runs: x86-64 baseline, x86-64-v3 (AVX2) or x86-64-v4 (AVX-512).
//
// A kernel family declares a table of function pointers (struct XKernels) and every x_kernels.cpp defines one object of
// it in namespace livegrade::LG_ISA. Kernel files use no standard-library templates and no non-static inline functions
// outside that namespace: the linker would keep one copy of them, perhaps the AVX one, for all callers.
#pragma once

namespace livegrade {

enum class Isa { base = 0, v3 = 1, v4 = 2 };

// The best level this processor and operating system have (and this build holds).
Isa best_isa();
// The best level, or the lower one that LIVEGRADE_ISA=base|v3|v4 asks for.
Isa active_isa();
const char* isa_name(Isa isa);

template <class Table>
const Table& pick(const Table& base, const Table& v3, const Table& v4) {
    switch (active_isa()) {
        case Isa::v4: return v4;
        case Isa::v3: return v3;
        default: return base;
    }
}

}  // namespace livegrade

// In a family's dispatching file:  LG_DECLARE_KERNELS(LookKernels, look_kernels)  declares the objects of every level
// that is built and defines `const LookKernels& look_kernels()`.
#if defined(LG_HAVE_v3) && defined(LG_HAVE_v4)
#define LG_DECLARE_KERNELS(Type, name)                                                      \
    namespace livegrade::isa_base { extern const Type name; }                               \
    namespace livegrade::isa_v3 { extern const Type name; }                                 \
    namespace livegrade::isa_v4 { extern const Type name; }                                 \
    namespace livegrade {                                                                   \
    const Type& name() { return pick(isa_base::name, isa_v3::name, isa_v4::name); }         \
    }
#else
#define LG_DECLARE_KERNELS(Type, name)                                                      \
    namespace livegrade::isa_base { extern const Type name; }                               \
    namespace livegrade {                                                                   \
    const Type& name() { return isa_base::name; }                                           \
    }
#endif
