// The input tables of the generations before one input of a card.
#pragma once

#include "device.hpp"
#include "displaymode.hpp"

namespace decklink {

Result supports_mode(Device& device, std::uint32_t connection, std::uint32_t mode, std::uint32_t pixel_format,
                     std::uint32_t* actual, bool* supported);
Result find_display_mode(Device& device, std::uint32_t mode, DisplayMode** found);

template <class Interface>
class PortTable : public Held<Interface> {
 public:
    PortTable(Device& device, const char* kind, int generation)
        : Held<Interface>(device, kind), generation_(generation) {}
    Result DoesSupportVideoMode(std::uint32_t connection, std::uint32_t mode, std::uint32_t pixel_format, std::uint32_t,
                                std::uint32_t, std::uint32_t* actual, bool* supported) override {
        ledger().call("DoesSupportVideoMode");
        return supports_mode(this->device_, connection, mode, pixel_format, actual, supported);
    }
    Result GetDisplayMode(std::uint32_t mode, DisplayMode** found) override {
        ledger().call("GetDisplayMode");
        return find_display_mode(this->device_, mode, found);
    }
    Result GetDisplayModeIterator(DisplayModeIterator** iterator) override {
        ledger().call("GetDisplayModeIterator");
        if (!iterator) return null_pointer;
        *iterator = make_display_mode_iterator(this->card().abilities().most_lines);
        return ok;
    }
    Result SetScreenPreviewCallback(Unknown*) override { return ok; }

 protected:
    int generation_;
};

template <class Interface>
class InputPort : public PortTable<Interface> {
 public:
    using PortTable<Interface>::PortTable;
    Result EnableVideoInput(std::uint32_t mode, std::uint32_t pixel_format, std::uint32_t flags) override {
        ledger().call("IDeckLinkInput::EnableVideoInput");
        return enable(mode, pixel_format, flags, std::move(memory_));
    }
    Result DisableVideoInput() override {
        ledger().call("IDeckLinkInput::DisableVideoInput");
        return input().disable(&this->device_);
    }
    Result GetAvailableVideoFrameCount(std::uint32_t* count) override {
        ledger().call("IDeckLinkInput::GetAvailableVideoFrameCount");
        if (!count) return null_pointer;
        *count = 0;
        return ok;
    }
    Result EnableAudioInput(std::uint32_t rate, std::uint32_t type, std::uint32_t channels) override {
        ledger().call("IDeckLinkInput::EnableAudioInput");
        return input().enable_audio(&this->device_, rate, type, channels);
    }
    Result DisableAudioInput() override {
        ledger().call("IDeckLinkInput::DisableAudioInput");
        return input().disable_audio(&this->device_);
    }
    Result GetAvailableAudioSampleFrameCount(std::uint32_t* count) override {
        if (!count) return null_pointer;
        *count = 0;
        return ok;
    }
    Result StartStreams() override {
        ledger().call("IDeckLinkInput::StartStreams");
        return this->device_.alive() ? input().start(&this->device_) : failed;
    }
    Result StopStreams() override {
        ledger().call("IDeckLinkInput::StopStreams");
        return input().stop(&this->device_);
    }
    Result PauseStreams() override {
        ledger().call("IDeckLinkInput::PauseStreams");
        return input().pause(&this->device_);
    }
    Result FlushStreams() override {
        ledger().call("IDeckLinkInput::FlushStreams");
        return ok;
    }
    Result SetCallback(InputCallback* callback) override {
        ledger().call("IDeckLinkInput::SetCallback");
        return input().set_callback(&this->device_, callback);
    }
    Result GetHardwareReferenceClock(std::int64_t scale, std::int64_t* time, std::int64_t* in_frame,
                                     std::int64_t* per_frame) override {
        ledger().call("IDeckLinkInput::GetHardwareReferenceClock");
        if (!time || !in_frame || !per_frame) return null_pointer;
        if (!this->device_.alive()) return failed;
        input().clock(scale, time, in_frame, per_frame);
        return ok;
    }

 protected:
    Input& input() { return this->card().input; }
    Result enable(std::uint32_t mode, std::uint32_t pixel_format, std::uint32_t flags, ClientMemory memory) {
        if (!this->device_.alive()) return failed;
        return input().enable(&this->device_, mode, pixel_format, flags, std::move(memory), this->generation_);
    }
    void let_go() override { input().abandon(&this->device_); }
    ClientMemory memory_;  // of the next enable
};

class InputPort14 final : public InputPort<Input14> {
 public:
    using InputPort::InputPort;
    Result SetVideoInputFrameMemoryAllocator(MemoryAllocator* allocator) override;
};

class InputPort15 final : public InputPort<Input15> {  // of generation 16 too
 public:
    using InputPort::InputPort;
    Result EnableVideoInputWithAllocatorProvider(std::uint32_t mode, std::uint32_t pixel_format, std::uint32_t flags,
                                                 BufferAllocatorProvider* provider) override;
};

}  // namespace decklink
