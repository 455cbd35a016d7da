// The one way in which we hold a driver's object: a pointer that owns one reference.
#pragma once

#include <utility>

#include "abi.hpp"

namespace livegrade::decklink {

template <class T>
class Ref {
  public:
    Ref() = default;
    Ref(const Ref& other) : object_(other.object_) {
        if (object_) object_->AddRef();
    }
    Ref(Ref&& other) noexcept : object_(std::exchange(other.object_, nullptr)) {}
    Ref& operator=(Ref other) noexcept {
        std::swap(object_, other.object_);
        return *this;
    }
    ~Ref() {
        if (object_) object_->Release();
    }

    // Takes over a reference that the caller has (what an out parameter or a `new` gave).
    static Ref taken(T* object) {
        Ref ref;
        ref.object_ = object;
        return ref;
    }
    // Adds a reference to what somebody else lends.
    static Ref shared(T* object) {
        if (object) object->AddRef();
        return taken(object);
    }

    T* get() const { return object_; }
    T* operator->() const { return object_; }
    explicit operator bool() const { return object_ != nullptr; }

    // For an out parameter: lets go of what it holds first.
    T** out() {
        *this = Ref();
        return &object_;
    }

  private:
    T* object_ = nullptr;
};

// The interface T of `object`; empty when it has none.
template <class T, class From>
Ref<T> interface_of(From* object) {
    void* found = nullptr;
    if (!object || object->QueryInterface(T::iid, &found) != result_ok) return {};
    return Ref<T>::taken(static_cast<T*>(found));
}

}  // namespace livegrade::decklink
