#include "device.hpp"

#include "outputport.hpp"
#include "properties.hpp"

namespace decklink {

namespace {

class DeckLinkTable final : public Facet<DeckLink, Device> {
 public:
    using Facet::Facet;
    Result GetModelName(const char** name) override {
        ledger().call("IDeckLink::GetModelName");
        if (!name) return null_pointer;
        *name = client_string(core_.card().model());
        return ok;
    }
    Result GetDisplayName(const char** name) override {
        ledger().call("IDeckLink::GetDisplayName");
        if (!name) return null_pointer;
        *name = client_string(core_.card().name());
        return ok;
    }
};

}  // namespace

struct Device::Tables {
    explicit Tables(Device& device)
        : deck_link(device), attributes(device), status(device), statistics(device),
          configuration14(device, "Configuration"), configuration16(device, "Configuration"),
          input14(device, "Input", 14), input15(device, "Input", 15), input16(device, "Input", 16),
          output14(device, "Output", 14), output15(device, "Output", 15), output16(device, "Output", 16) {}
    DeckLinkTable deck_link;
    AttributeTable attributes;
    StatusTable status;
    StatisticsTable statistics;
    Configuration14Table configuration14;
    Configuration16Table configuration16;
    InputPort14 input14;
    InputPort15 input15, input16;
    OutputPort14 output14;
    OutputPort15 output15, output16;

    // Null: not of this card, or of a later driver.
    Unknown* find(const Iid& id, const Abilities& abilities) {
        const struct {
            const Iid& id;
            int generation;
            Unknown* table;
            bool there;
        } all[] = {
            {unknown_id, 14, &deck_link, true},
            {deck_link_id, 14, &deck_link, true},
            {attributes14_id, 14, &attributes, true},
            {attributes16_id, 16, &attributes, true},
            {status14_id, 14, &status, true},
            {status16_id, 16, &status, true},
            {statistics16_id, 16, &statistics, true},
            {configuration14_id, 14, &configuration14, true},
            {configuration16_id, 16, &configuration16, true},
            {input14_id, 14, &input14, abilities.captures},
            {input15_id, 15, &input15, abilities.captures},
            {input16_id, 16, &input16, abilities.captures},
            {output14_id, 14, &output14, abilities.plays},
            {output15_id, 15, &output15, abilities.plays},
            {output16_id, 16, &output16, abilities.plays},
        };
        for (const auto& one : all)
            if (one.id == id && one.there && (one.table == &deck_link || cards().serves(one.generation)))
                return one.table;
        return nullptr;
    }
};

Device::Device(Card& card) : card_(card), plugged_(card.plugged()), tables_(std::make_unique<Tables>(*this)) {}

Device::~Device() = default;

DeckLink* Device::table() { return &tables_->deck_link; }

Count Device::release() {
    const Count left = --count_;
    if (left == 0) delete this;
    return left;
}

Result Device::query(Iid id, void** out) {
    Unknown* found = tables_->find(id, card_.abilities());
    ledger().query("DeckLink", id, found != nullptr);
    *out = found;
    if (!found) return no_interface;
    found->AddRef();
    return ok;
}

}  // namespace decklink
