// Attributes, status and settings of a card, by four-character code.
#pragma once

#include <map>
#include <optional>

#include "device.hpp"

namespace decklink {

using Property = std::optional<std::int64_t>;
Property attribute_flag(Card& card, std::uint32_t id);
Property attribute_int(Card& card, std::uint32_t id);
std::optional<std::string> attribute_string(Card& card, std::uint32_t id);
Property status_flag(Card& card, std::uint32_t id);
Property status_int(Card& card, std::uint32_t id);

class AttributeTable final : public Facet<Attributes, Device> {
 public:
    using Facet::Facet;
    Result GetFlag(std::uint32_t id, bool* value) override;
    Result GetInt(std::uint32_t id, std::int64_t* value) override;
    Result GetFloat(std::uint32_t id, double* value) override;
    Result GetString(std::uint32_t id, const char** value) override;
    Result GetStringWithParam(std::uint32_t id, std::int64_t parameter, const char** value) override;
};

class StatusTable final : public Facet<Status16, Device> {  // generation 14 is its beginning
 public:
    using Facet::Facet;
    Result GetFlag(std::uint32_t id, bool* value) override;
    Result GetInt(std::uint32_t id, std::int64_t* value) override;
    Result GetFloat(std::uint32_t id, double* value) override;
    Result GetString(std::uint32_t id, const char** value) override;
    Result GetBytes(std::uint32_t id, void* buffer, std::uint32_t* size) override;
    Result UnseenSlot8() override;
    Result GetFlagWithParam(std::uint32_t id, std::int64_t parameter, bool* value) override;
    Result GetIntWithParam(std::uint32_t id, std::int64_t parameter, std::int64_t* value) override;
    Result UnseenSlot11() override;
    Result GetStringWithParam(std::uint32_t id, std::int64_t parameter, const char** value) override;
};

class StatisticsTable final : public Facet<Statistics16, Device> {
 public:
    using Facet::Facet;
    Result GetInt(std::uint32_t id, std::int64_t* value) override;
    Result GetIntWithParam(std::uint32_t id, std::int64_t parameter, std::int64_t* value) override;
    Result GetStringWithParam(std::uint32_t id, std::int64_t parameter, const char** value) override;
};

// Settings live as long as this interface is held.
template <class Interface>
class ConfigurationTable : public Held<Interface> {
 public:
    using Held<Interface>::Held;
    Result SetFlag(std::uint32_t id, bool value) override { return set(id, value); }
    Result GetFlag(std::uint32_t id, bool* value) override { return get(id, value); }
    Result SetInt(std::uint32_t id, std::int64_t value) override { return set(id, value); }
    Result GetInt(std::uint32_t id, std::int64_t* value) override { return get(id, value); }
    Result SetFloat(std::uint32_t, double) override { return not_implemented; }
    Result GetFloat(std::uint32_t, double*) override { return not_implemented; }
    Result SetString(std::uint32_t, const char*) override { return not_implemented; }
    Result GetString(std::uint32_t, const char**) override { return not_implemented; }
    Result WriteConfigurationToPreferences() override { return ok; }

 private:
    Result set(std::uint32_t id, std::int64_t value) {
        ledger().call("IDeckLinkConfiguration::Set");
        if (!this->device_.alive()) return failed;
        if (id == four("vicn")) {
            if (!(this->card().abilities().connections & value)) return invalid_argument;
            this->card().chosen_connection = value;
            chose_ = true;
        }
        values_[id] = value;
        return ok;
    }
    template <class Value>
    Result get(std::uint32_t id, Value* value) {
        ledger().call("IDeckLinkConfiguration::Get");
        if (!value) return null_pointer;
        if (!this->device_.alive()) return failed;
        const auto found = values_.find(id);
        if (id == four("vicn"))
            *value = static_cast<Value>(this->card().chosen_connection.load());
        else
            *value = static_cast<Value>(found == values_.end() ? 0 : found->second);
        return ok;
    }
    void let_go() override {
        values_.clear();
        if (std::exchange(chose_, false)) this->card().chosen_connection = 1;
    }
    bool chose_ = false;
    std::map<std::uint32_t, std::int64_t> values_;
};

class Configuration14Table final : public ConfigurationTable<Configuration14> {
 public:
    using ConfigurationTable::ConfigurationTable;
};

class Configuration16Table final : public ConfigurationTable<Configuration16> {
 public:
    using ConfigurationTable::ConfigurationTable;
    Result SetFlagWithParam(std::uint32_t id, std::int64_t, bool value) override { return SetFlag(id, value); }
    Result GetFlagWithParam(std::uint32_t id, std::int64_t, bool* value) override { return GetFlag(id, value); }
    Result SetIntWithParam(std::uint32_t id, std::int64_t, std::int64_t value) override { return SetInt(id, value); }
    Result GetIntWithParam(std::uint32_t id, std::int64_t, std::int64_t* value) override { return GetInt(id, value); }
    Result SetFloatWithParam(std::uint32_t, std::int64_t, double) override { return not_implemented; }
    Result GetFloatWithParam(std::uint32_t, std::int64_t, double*) override { return not_implemented; }
    Result SetStringWithParam(std::uint32_t, std::int64_t, const char*) override { return not_implemented; }
    Result GetStringWithParam(std::uint32_t, std::int64_t, const char**) override { return not_implemented; }
};

}  // namespace decklink
