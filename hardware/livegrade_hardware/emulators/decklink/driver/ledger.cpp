#include "ledger.hpp"

#include <cstdio>

namespace decklink {

namespace {

std::string lines(const std::map<std::string, std::int64_t, std::less<>>& counts) {
    std::string text;
    for (const auto& [name, count] : counts) text += name + ' ' + std::to_string(count) + '\n';
    return text;
}

void add(std::map<std::string, std::int64_t, std::less<>>& counts, std::string_view name, int change) {
    const auto found = counts.find(name);
    if (found != counts.end())
        found->second += change;
    else
        counts.emplace(name, change);
}

}  // namespace

void Ledger::call(const char* method) {
    std::lock_guard lock(mutex_);
    add(calls_, method, 1);
}

void Ledger::query(const char* object, const Iid& id, bool served) {
    char hex[33];
    for (int byte = 0; byte < 16; ++byte) std::snprintf(hex + 2 * byte, 3, "%02x", id.bytes[byte]);
    std::lock_guard lock(mutex_);
    add(queries_, std::string(object) + ' ' + hex + (served ? " served" : " refused"), 1);
}

void Ledger::alive(const char* kind, int change) {
    std::lock_guard lock(mutex_);
    add(living_, kind, change);
}

std::string Ledger::calls() const {
    std::lock_guard lock(mutex_);
    return lines(calls_);
}

std::string Ledger::queries() const {
    std::lock_guard lock(mutex_);
    return lines(queries_);
}

std::string Ledger::living() const {
    std::lock_guard lock(mutex_);
    return lines(living_);
}

void Ledger::forget() {
    std::lock_guard lock(mutex_);
    calls_.clear();
    queries_.clear();
}

Ledger& ledger() {
    static Ledger* const the_ledger = new Ledger;  // never destroyed: objects may outlive the end of main
    return *the_ledger;
}

}  // namespace decklink
