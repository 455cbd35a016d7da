// How the driver's own objects are counted, found by identifier and handed to a client.
#pragma once

#include <atomic>
#include <cstdlib>
#include <cstring>
#include <string_view>
#include <utility>

#include "identifiers.hpp"
#include "ledger.hpp"

namespace decklink {

// Owns one reference to an object of either side.
template <class Interface>
class Ref {
 public:
    Ref() = default;
    static Ref taking(Interface* object) { return Ref(object); }
    static Ref sharing(Interface* object) {
        if (object) object->AddRef();
        return Ref(object);
    }
    Ref(Ref&& other) noexcept : object_(std::exchange(other.object_, nullptr)) {}
    Ref(const Ref& other) : Ref(sharing(other.object_)) {}
    Ref& operator=(Ref other) noexcept {
        std::swap(object_, other.object_);
        return *this;
    }
    ~Ref() {
        if (object_) object_->Release();
    }
    Interface* get() const { return object_; }
    Interface* operator->() const { return object_; }
    explicit operator bool() const { return object_ != nullptr; }
    Interface* give() { return std::exchange(object_, nullptr); }

 private:
    explicit Ref(Interface* object) : object_(object) {}
    Interface* object_ = nullptr;
};

// One interface of an object `Core` that has several: the count and the finding are the core's.
template <class Interface, class Core>
class Facet : public Interface {
 public:
    explicit Facet(Core& core) : core_(core) {}
    Result QueryInterface(Iid id, void** out) final {
        return out ? core_.query(id, out) : null_pointer;
    }
    Count AddRef() final { return core_.retain(); }
    Count Release() final { return core_.release(); }

 protected:
    Core& core_;
};

// An object with one interface, counted by itself; it is made with one reference.
template <class Interface>
class Alone : public Interface {
 public:
    Alone(const char* kind, const Iid& id) : kind_(kind), id_(id), living_(kind) {}
    Result QueryInterface(Iid id, void** out) final {
        if (!out) return null_pointer;
        const bool served = id == id_ || id == unknown_id;
        ledger().query(kind_, id, served);
        *out = served ? this : nullptr;
        if (served) AddRef();
        return served ? ok : no_interface;
    }
    Count AddRef() final { return ++count_; }
    Count Release() final {
        const Count left = --count_;
        if (left == 0) finish();
        return left;
    }

 protected:
    ~Alone() = default;
    virtual void finish() = 0;  // deletes the whole object

 private:
    const char* kind_;
    Iid id_;
    Living living_;
    std::atomic<Count> count_{1};
};

// What a client is given as a string; it frees it.
inline const char* client_string(std::string_view text) {
    char* copy = static_cast<char*>(std::malloc(text.size() + 1));
    if (!copy) return nullptr;
    std::memcpy(copy, text.data(), text.size());
    copy[text.size()] = 0;
    return copy;
}

}  // namespace decklink
