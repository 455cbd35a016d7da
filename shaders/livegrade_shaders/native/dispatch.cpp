#include "dispatch.hpp"

#include <cstdlib>
#include <cstring>
#include <initializer_list>

namespace livegrade {

Isa best_isa() {
#if defined(LG_HAVE_v3) && (defined(__GNUC__) || defined(__clang__))
    __builtin_cpu_init();
    const bool v3 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("bmi2");
    if (!v3) return Isa::base;
    const bool v4 = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                    __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") &&
                    __builtin_cpu_supports("avx512cd");
    return v4 ? Isa::v4 : Isa::v3;
#else
    return Isa::base;
#endif
}

static Isa choose() {
    const Isa best = best_isa();
    const char* wish = std::getenv("LIVEGRADE_ISA");
    if (wish == nullptr) return best;
    for (Isa isa : {Isa::base, Isa::v3, Isa::v4})
        if (std::strcmp(wish, isa_name(isa)) == 0 && isa <= best) return isa;
    return best;
}

Isa active_isa() {
    static const Isa isa = choose();
    return isa;
}

const char* isa_name(Isa isa) {
    switch (isa) {
        case Isa::v4: return "v4";
        case Isa::v3: return "v3";
        default: return "base";
    }
}

}  // namespace livegrade
