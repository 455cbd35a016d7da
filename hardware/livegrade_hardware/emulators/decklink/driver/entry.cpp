// What a client finds in the library by name. The number at the end of a name is the generation of that entry point.
#include <cstdio>

#include "control.hpp"
#include "device.hpp"

namespace decklink {

namespace {

class IteratorObject final : public Alone<Iterator> {
 public:
    IteratorObject() : Alone("Iterator", iterator_id) {}
    Result Next(DeckLink** card) override {
        ledger().call("IDeckLinkIterator::Next");
        if (!card) return null_pointer;
        *card = nullptr;
        while (next_ < cards().count() && !cards()[next_].present()) ++next_;
        if (next_ >= cards().count()) return no_value;
        *card = (new Device(cards()[next_++]))->table();
        return ok;
    }

 private:
    void finish() override { delete this; }
    int next_ = 0;
};

class ApiInformationObject final : public Alone<ApiInformation> {
 public:
    ApiInformationObject() : Alone("APIInformation", api_information_id) {}
    Result GetFlag(std::uint32_t, bool*) override { return invalid_argument; }
    Result GetInt(std::uint32_t id, std::int64_t* value) override {
        ledger().call("IDeckLinkAPIInformation::GetInt");
        if (!value) return null_pointer;
        if (id != four("vers")) return invalid_argument;
        *value = cards().version();
        return ok;
    }
    Result GetFloat(std::uint32_t, double*) override { return invalid_argument; }
    Result GetString(std::uint32_t id, const char** value) override {
        ledger().call("IDeckLinkAPIInformation::GetString");
        if (!value) return null_pointer;
        if (id != four("vers")) return invalid_argument;
        const std::uint32_t version = cards().version(), patch = version >> 8 & 0xff;
        char text[24];
        std::snprintf(text, sizeof text, patch ? "%u.%u.%u" : "%u.%u", version >> 24, version >> 16 & 0xff, patch);
        *value = client_string(text);
        return ok;
    }

 private:
    void finish() override { delete this; }
};

// Tells of the cards that are there when it is asked to; it does not tell of those that come and go later.
class DiscoveryObject final : public Alone<Discovery> {
 public:
    DiscoveryObject() : Alone("Discovery", discovery_id) {}
    Result InstallDeviceNotifications(NotificationCallback* callback) override {
        ledger().call("IDeckLinkDiscovery::InstallDeviceNotifications");
        if (!callback) return null_pointer;
        for (int index = 0; index < cards().count(); ++index) {
            if (!cards()[index].present()) continue;
            const auto card = Ref<DeckLink>::taking((new Device(cards()[index]))->table());
            callback->DeckLinkDeviceArrived(card.get());
        }
        return ok;
    }
    Result UninstallDeviceNotifications() override { return ok; }

 private:
    void finish() override { delete this; }
};

}  // namespace

}  // namespace decklink

#define EXPORTED extern "C" __attribute__((visibility("default")))

EXPORTED void* CreateDeckLinkIteratorInstance_0004() {
    decklink::ledger().call("CreateDeckLinkIteratorInstance");
    decklink::read_environment();
    return static_cast<decklink::Iterator*>(new decklink::IteratorObject);
}
EXPORTED void* CreateDeckLinkAPIInformationInstance_0001() {
    decklink::ledger().call("CreateDeckLinkAPIInformationInstance");
    decklink::read_environment();
    return static_cast<decklink::ApiInformation*>(new decklink::ApiInformationObject);
}
EXPORTED void* CreateDeckLinkDiscoveryInstance_0003() {
    decklink::ledger().call("CreateDeckLinkDiscoveryInstance");
    decklink::read_environment();
    return static_cast<decklink::Discovery*>(new decklink::DiscoveryObject);
}
EXPORTED void* CreateVideoConversionInstance_0001() { return nullptr; }
EXPORTED void* CreateVideoConversionInstance_0002() { return nullptr; }
EXPORTED void* CreateVideoConversionInstance_0003() { return nullptr; }
EXPORTED void* CreateVideoFrameAncillaryPacketsInstance_0001() { return decklink::make_packet_list(); }
EXPORTED void* CreateVideoFrameAncillaryPacketsInstance_0002() { return decklink::make_packet_list(); }
