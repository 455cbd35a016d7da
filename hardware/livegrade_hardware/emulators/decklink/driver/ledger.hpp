// What clients did with the driver: calls of every method, interfaces asked for, objects alive. A test reads it to tell
// which methods a client uses and whether it let go of everything.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <string>

#include "abi.hpp"

namespace decklink {

class Ledger {
 public:
    void call(const char* method);
    void query(const char* object, const Iid& id, bool served);
    void alive(const char* kind, int change);
    // One line "NAME COUNT" for each.
    std::string calls() const;
    // One line "OBJECT IDENTIFIER served|refused COUNT" for each.
    std::string queries() const;
    // One line "KIND COUNT" for each kind of object that there ever was.
    std::string living() const;
    void forget();

 private:
    mutable std::mutex mutex_;
    std::map<std::string, std::int64_t, std::less<>> calls_, queries_, living_;
};

Ledger& ledger();

// A member of each object that a client can hold.
class Living {
 public:
    explicit Living(const char* kind) : kind_(kind) { ledger().alive(kind_, 1); }
    ~Living() { ledger().alive(kind_, -1); }
    Living(const Living&) = delete;
    Living& operator=(const Living&) = delete;

 private:
    const char* kind_;
};

}  // namespace decklink
