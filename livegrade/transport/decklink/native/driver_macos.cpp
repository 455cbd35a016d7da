// macOS: the library is a bundle in the system's framework folder, and strings are CFStrings. Untested: no macOS
// machine and no emulated driver for one.
#if defined(__APPLE__)

#include <CoreFoundation/CoreFoundation.h>

#include "driver.hpp"

namespace livegrade::decklink::platform {

namespace {

CFBundleRef bundle = nullptr;

template <class T>
T* created_by(CFStringRef entry) {
    using Create = T* (*)();
    const auto create = reinterpret_cast<Create>(CFBundleGetFunctionPointerForName(bundle, entry));
    return create ? create() : nullptr;
}

}  // namespace

std::string load() {
    const CFStringRef path = CFSTR("/Library/Frameworks/DeckLinkAPI.framework");
    const CFURLRef url = CFURLCreateWithFileSystemPath(kCFAllocatorDefault, path, kCFURLPOSIXPathStyle, true);
    if (url) {
        if (!bundle) bundle = CFBundleCreate(kCFAllocatorDefault, url);
        CFRelease(url);
    }
    if (bundle && CFBundleLoadExecutable(bundle)) return {};
    return "/Library/Frameworks/DeckLinkAPI.framework cannot be loaded";
}

IDeckLinkIterator* create_iterator() {
    return created_by<IDeckLinkIterator>(CFSTR("CreateDeckLinkIteratorInstance_0004"));
}

IDeckLinkAPIInformation* create_information() {
    return created_by<IDeckLinkAPIInformation>(CFSTR("CreateDeckLinkAPIInformationInstance_0001"));
}

std::string taken_text(Text text) {
    const auto string = static_cast<CFStringRef>(text);
    if (!string) return {};
    const CFIndex most = CFStringGetMaximumSizeForEncoding(CFStringGetLength(string), kCFStringEncodingUTF8) + 1;
    std::string copy(static_cast<std::size_t>(most), '\0');
    if (!CFStringGetCString(string, copy.data(), most, kCFStringEncodingUTF8)) copy.clear();
    CFRelease(string);
    return copy.c_str();
}

void enter_thread() {}

}  // namespace livegrade::decklink::platform

#endif
