// Linux: the library is loaded by its bare name, so that LD_LIBRARY_PATH, or a library already loaded under this name,
// decides which one it is. Bound at once and globally, as the driver's other clients do.
#if defined(__linux__)

#include <dlfcn.h>

#include <cstdlib>

#include "driver.hpp"

namespace livegrade::decklink::platform {

namespace {

void* library = nullptr;

template <class T>
T* created_by(const char* entry) {
    using Create = T* (*)();
    const auto create = reinterpret_cast<Create>(dlsym(library, entry));
    return create ? create() : nullptr;
}

}  // namespace

std::string load() {
    library = dlopen("libDeckLinkAPI.so", RTLD_NOW | RTLD_GLOBAL);
    if (library) return {};
    const char* why = dlerror();
    return why ? why : "libDeckLinkAPI.so cannot be loaded";
}

IDeckLinkIterator* create_iterator() { return created_by<IDeckLinkIterator>("CreateDeckLinkIteratorInstance_0004"); }

IDeckLinkAPIInformation* create_information() {
    return created_by<IDeckLinkAPIInformation>("CreateDeckLinkAPIInformationInstance_0001");
}

std::string taken_text(Text text) {
    if (!text) return {};
    std::string copy(text);
    std::free(const_cast<char*>(text));
    return copy;
}

void enter_thread() {}

}  // namespace livegrade::decklink::platform

#endif
