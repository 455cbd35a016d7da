// A client's handle of one card, with all interfaces that it may ask for. Each walk through the cards makes new handles;
// who holds one holds nothing of the card itself until it enables an input or an output.
#pragma once

#include "card.hpp"

namespace decklink {

class Device {
 public:
    // Made with one reference.
    explicit Device(Card& card);
    DeckLink* table();

    Result query(Iid id, void** out);
    Count retain() { return ++count_; }
    Count release();

    Card& card() { return card_; }
    // False: the card was pulled out since this handle was made; it stays dead.
    bool alive() { return card_.present() && card_.plugged() == plugged_; }

 private:
    struct Tables;
    ~Device();

    Card& card_;
    std::int64_t plugged_;
    Living living_{"DeckLink"};
    std::unique_ptr<Tables> tables_;
    std::atomic<Count> count_{1};
};

// An interface of a handle whose last reference means something: a port is stopped, settings end.
template <class Interface>
class Held : public Interface {
 public:
    Held(Device& device, const char* kind) : device_(device), kind_(kind) {}
    Result QueryInterface(Iid id, void** out) final { return out ? device_.query(id, out) : null_pointer; }
    Count AddRef() final {
        if (++own_ == 1) ledger().alive(kind_, 1);
        return device_.retain();
    }
    Count Release() final {
        if (--own_ == 0) {
            ledger().alive(kind_, -1);
            let_go();
        }
        return device_.release();
    }

 protected:
    virtual void let_go() = 0;
    Card& card() { return device_.card(); }
    Device& device_;

 private:
    const char* kind_;
    std::atomic<Count> own_{0};
};

}  // namespace decklink
