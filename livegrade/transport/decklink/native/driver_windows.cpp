// Windows: the driver registers COM classes, strings are BSTRs. Untested: no Windows machine and no emulated driver for
// one. The class identifiers are those that the driver's installer registers.
#if defined(_WIN32)

#include <objbase.h>
#include <oleauto.h>

#include <bit>
#include <cstdio>

#include "driver.hpp"

namespace livegrade::decklink::platform {

namespace {

constexpr Iid iterator_class = Iid::of("ba6c6f446da54dce94aaee2d1372a676");
constexpr Iid information_class = Iid::of("263ca19fed09482e9f9d84005783a237");

template <class T>
T* activated(const Iid& class_id, HRESULT* answer = nullptr) {
    enter_thread();
    void* object = nullptr;
    const HRESULT result = CoCreateInstance(std::bit_cast<GUID>(class_id), nullptr, CLSCTX_ALL,
                                            std::bit_cast<GUID>(T::iid), &object);
    if (answer) *answer = result;
    return SUCCEEDED(result) ? static_cast<T*>(object) : nullptr;
}

}  // namespace

std::string load() {
    HRESULT answer = S_OK;
    const auto probe = Ref<IDeckLinkIterator>::taken(activated<IDeckLinkIterator>(iterator_class, &answer));
    if (probe) return {};
    char digits[16];
    std::snprintf(digits, sizeof digits, "0x%08X", static_cast<unsigned>(answer));
    return std::string("the COM class CDeckLinkIterator cannot be activated, ") + digits;
}

IDeckLinkIterator* create_iterator() { return activated<IDeckLinkIterator>(iterator_class); }

IDeckLinkAPIInformation* create_information() { return activated<IDeckLinkAPIInformation>(information_class); }

std::string taken_text(Text text) {
    if (!text) return {};
    const int length = static_cast<int>(SysStringLen(text));
    const int size = WideCharToMultiByte(CP_UTF8, 0, text, length, nullptr, 0, nullptr, nullptr);
    std::string copy(static_cast<std::size_t>(size), '\0');
    WideCharToMultiByte(CP_UTF8, 0, text, length, copy.data(), size, nullptr, nullptr);
    SysFreeString(text);
    return copy;
}

// Every thread of ours joins the multithreaded apartment once; it is left when the thread ends.
void enter_thread() {
    struct Apartment {
        HRESULT entered = CoInitializeEx(nullptr, COINIT_MULTITHREADED);
        ~Apartment() {
            if (SUCCEEDED(entered)) CoUninitialize();
        }
    };
    thread_local const Apartment apartment;
    static_cast<void>(apartment);
}

}  // namespace livegrade::decklink::platform

#endif
