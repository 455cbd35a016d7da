#include "tagged_frame.hpp"

#include <atomic>
#include <utility>

#include "constants.hpp"

namespace livegrade::decklink {

namespace {

class TaggedFrame final : public IDeckLinkVideoFrame, public IDeckLinkVideoFrameMetadataExtensions {
  public:
    TaggedFrame(Ref<IDeckLinkMutableVideoFrame> inner, MetadataValue metadata)
        : inner_(std::move(inner)), metadata_(std::move(metadata)) {}

    // The identities are ours, other interfaces (ancillary packets) those of the driver's frame.
    Result LG_DRIVER_CALL QueryInterface(IidArgument id, void** found) override {
        if (id == IUnknown::iid || id == IDeckLinkVideoFrame::iid)
            *found = static_cast<IDeckLinkVideoFrame*>(this);
        else if (id == IDeckLinkVideoFrameMetadataExtensions::iid)
            *found = static_cast<IDeckLinkVideoFrameMetadataExtensions*>(this);
        else
            return inner_->QueryInterface(id, found);
        AddRef();
        return result_ok;
    }
    Count LG_DRIVER_CALL AddRef() override { return ++count_; }
    Count LG_DRIVER_CALL Release() override {
        const auto left = --count_;
        if (left == 0) delete this;
        return left;
    }

    long LG_DRIVER_CALL GetWidth() override { return inner_->GetWidth(); }
    long LG_DRIVER_CALL GetHeight() override { return inner_->GetHeight(); }
    long LG_DRIVER_CALL GetRowBytes() override { return inner_->GetRowBytes(); }
    std::uint32_t LG_DRIVER_CALL GetPixelFormat() override { return inner_->GetPixelFormat(); }
    // A colour space alone is there for who asks, and makes no picture HDR.
    std::uint32_t LG_DRIVER_CALL GetFlags() override {
        return inner_->GetFlags() | (metadata_.ints.contains(metadata::eotf) ? frame_flag::has_metadata : 0);
    }
    Result LG_DRIVER_CALL GetBytes(void** bytes) override { return inner_->GetBytes(bytes); }
    Result LG_DRIVER_CALL GetTimecode(std::uint32_t format, IDeckLinkTimecode** timecode) override {
        return inner_->GetTimecode(format, timecode);
    }
    Result LG_DRIVER_CALL GetAncillaryData(IUnknown** ancillary) override {
        return inner_->GetAncillaryData(ancillary);
    }

    Result LG_DRIVER_CALL GetInt(std::uint32_t id, std::int64_t* value) override {
        return found_in(metadata_.ints, id, value);
    }
    Result LG_DRIVER_CALL GetFloat(std::uint32_t id, double* value) override {
        return found_in(metadata_.floats, id, value);
    }
    Result LG_DRIVER_CALL GetFlag(std::uint32_t, Flag*) override { return result_invalid_argument; }
    Result LG_DRIVER_CALL GetString(std::uint32_t, Text*) override { return result_invalid_argument; }
    Result LG_DRIVER_CALL GetBytes(std::uint32_t, void*, std::uint32_t*) override { return result_invalid_argument; }

  private:
    ~TaggedFrame() = default;

    template <class Values, class T>
    static Result found_in(const Values& values, std::uint32_t id, T* value) {
        const auto found = values.find(id);
        if (found == values.end()) return result_invalid_argument;
        *value = found->second;
        return result_ok;
    }

    std::atomic<Count> count_{1};
    const Ref<IDeckLinkMutableVideoFrame> inner_;
    const MetadataValue metadata_;
};

}  // namespace

Ref<IDeckLinkVideoFrame> tagged(Ref<IDeckLinkMutableVideoFrame> inner, MetadataValue metadata) {
    return Ref<IDeckLinkVideoFrame>::taken(new TaggedFrame(std::move(inner), std::move(metadata)));
}

}  // namespace livegrade::decklink
