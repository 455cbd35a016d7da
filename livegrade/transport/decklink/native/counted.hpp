// Objects of ours that the driver holds: the counting part of an interface, which answers for itself and for IUnknown.
#pragma once

#include <atomic>

#include "abi.hpp"

namespace livegrade::decklink {

// The destructor comes after the interface's own slots, where the driver does not look.
template <class Interface>
class Counted : public Interface {
  public:
    Result LG_DRIVER_CALL QueryInterface(IidArgument id, void** found) override {
        *found = nullptr;
        if (!(id == Interface::iid || id == IUnknown::iid)) return result_no_interface;
        AddRef();
        *found = static_cast<Interface*>(this);
        return result_ok;
    }
    Count LG_DRIVER_CALL AddRef() override { return ++count_; }
    Count LG_DRIVER_CALL Release() override {
        const auto left = --count_;
        if (left == 0) delete this;
        return left;
    }

  protected:
    Counted() = default;
    virtual ~Counted() = default;

  private:
    std::atomic<Count> count_{1};
};

}  // namespace livegrade::decklink
