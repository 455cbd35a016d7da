#include "properties.hpp"

namespace decklink {

namespace {

constexpr std::uint32_t reference_locked = 2;

template <class Value>
Result hand(const Property& found, Value* value) {
    if (!value) return null_pointer;
    if (!found) return invalid_argument;
    *value = static_cast<Value>(*found);
    return ok;
}

Result hand(const std::optional<std::string>& found, const char** value) {
    if (!value) return null_pointer;
    *value = found ? client_string(*found) : nullptr;
    return found ? ok : invalid_argument;
}

}  // namespace

Property attribute_flag(Card& card, std::uint32_t id) {
    const Abilities abilities = card.abilities();
    switch (id) {
        case four("infd"): return abilities.detects_format;
        case four("hdrm"):
        case four("cmet"): return abilities.hdr;
        case four("hrin"): return abilities.reference;
        case four("HFRT"): return true;
        case four("vioY"): return abilities.packets_need_v210;
        case four("keyi"):
        case four("keye"): return false;
        default: return std::nullopt;
    }
}

Property attribute_int(Card& card, std::uint32_t id) {
    const Abilities abilities = card.abilities();
    switch (id) {
        case four("vios"): return (abilities.captures ? 1 : 0) | (abilities.plays ? 2 : 0);
        case four("vicn"):
        case four("vocn"): return abilities.connections;
        case four("dupx"): return four("dxfu");
        case four("prid"): return four("1dfd");
        case four("mprf"): return abilities.least_preroll;
        case four("nsbd"): return 1;
        case four("subi"): return 0;
        case four("peid"): return 0x1e57c0 + card.index;
        case four("mach"): return 16;
        default: return std::nullopt;
    }
}

std::optional<std::string> attribute_string(Card& card, std::uint32_t id) {
    if (id == four("devh")) return "emulated:" + std::to_string(card.index);
    return std::nullopt;
}

Property status_flag(Card& card, std::uint32_t id) {
    switch (id) {
        case four("visl"): return card.arriving().mode != nullptr;
        case four("refl"): return card.reference == Reference::locked;
        default: return std::nullopt;
    }
}

Property status_int(Card& card, std::uint32_t id) {
    const Signal signal = card.arriving();
    const Mode* const input = card.input.current_mode();
    const Mode* const output = card.output.current_mode();
    const auto code = [](const Mode* mode) -> Property { return mode ? mode->code : four("iunk"); };
    switch (id) {
        case four("dvim"): return code(signal.mode);
        case four("dvff"): return signal.mode ? detected_flags(signal) : 0;
        case four("dscl"): return signal.ints.contains(four("cspc")) ? signal.ints.at(four("cspc")) : four("r709");
        case four("cvim"): return code(input);
        case four("cvom"): return code(output);
        case four("refm"): return card.reference == Reference::locked ? Property(four("Hp25")) : std::nullopt;
        case four("reff"): return card.reference == Reference::locked ? reference_locked : 0;
        case four("busy"): return card.busy_elsewhere | (input ? 1u : 0u) | (output ? 2u : 0u);
        case four("dtmp"):
        case four("Stmp"): return 47;
        case four("pwid"): return 4;
        case four("plnk"): return 2;
        default: return std::nullopt;
    }
}

Result AttributeTable::GetFlag(std::uint32_t id, bool* value) {
    ledger().call("IDeckLinkProfileAttributes::GetFlag");
    return hand(attribute_flag(core_.card(), id), value);
}
Result AttributeTable::GetInt(std::uint32_t id, std::int64_t* value) {
    ledger().call("IDeckLinkProfileAttributes::GetInt");
    return hand(attribute_int(core_.card(), id), value);
}
Result AttributeTable::GetFloat(std::uint32_t, double* value) {
    ledger().call("IDeckLinkProfileAttributes::GetFloat");
    return hand(Property(), value);
}
Result AttributeTable::GetString(std::uint32_t id, const char** value) {
    ledger().call("IDeckLinkProfileAttributes::GetString");
    return hand(attribute_string(core_.card(), id), value);
}
Result AttributeTable::GetStringWithParam(std::uint32_t id, std::int64_t, const char** value) {
    ledger().call("IDeckLinkProfileAttributes::GetStringWithParam");
    return hand(attribute_string(core_.card(), id), value);
}

Result StatusTable::GetFlag(std::uint32_t id, bool* value) {
    ledger().call("IDeckLinkStatus::GetFlag");
    return core_.alive() ? hand(status_flag(core_.card(), id), value) : failed;
}
Result StatusTable::GetInt(std::uint32_t id, std::int64_t* value) {
    ledger().call("IDeckLinkStatus::GetInt");
    return core_.alive() ? hand(status_int(core_.card(), id), value) : failed;
}
Result StatusTable::GetFloat(std::uint32_t, double* value) { return hand(Property(), value); }
Result StatusTable::GetString(std::uint32_t, const char** value) { return hand(std::optional<std::string>(), value); }
Result StatusTable::GetBytes(std::uint32_t, void*, std::uint32_t*) { return invalid_argument; }
Result StatusTable::UnseenSlot8() { return not_implemented; }
Result StatusTable::GetFlagWithParam(std::uint32_t id, std::int64_t, bool* value) { return GetFlag(id, value); }
Result StatusTable::GetIntWithParam(std::uint32_t id, std::int64_t, std::int64_t* value) { return GetInt(id, value); }
Result StatusTable::UnseenSlot11() { return not_implemented; }
Result StatusTable::GetStringWithParam(std::uint32_t id, std::int64_t, const char** value) {
    return GetString(id, value);
}

Result StatisticsTable::GetInt(std::uint32_t id, std::int64_t* value) {
    ledger().call("IDeckLinkStatistics::GetInt");
    return core_.alive() ? hand(status_int(core_.card(), id), value) : failed;
}
Result StatisticsTable::GetIntWithParam(std::uint32_t id, std::int64_t, std::int64_t* value) {
    return GetInt(id, value);
}
Result StatisticsTable::GetStringWithParam(std::uint32_t, std::int64_t, const char** value) {
    return hand(std::optional<std::string>(), value);
}

}  // namespace decklink
