#include "own_packet.hpp"

#include <utility>

#include "constants.hpp"
#include "counted.hpp"

namespace livegrade::decklink {

namespace {

class OwnPacket final : public Counted<IDeckLinkAncillaryPacket> {
  public:
    explicit OwnPacket(PacketValue value) : value_(std::move(value)) {}

    // One form is enough: the driver asks for each that it can use.
    Result LG_DRIVER_CALL GetBytes(std::uint32_t format, const void** data, std::uint32_t* size) override {
        if (format != ancillary::bytes8) return result_not_implemented;
        if (data) *data = value_.data.data();
        if (size) *size = static_cast<std::uint32_t>(value_.data.size());
        return result_ok;
    }
    std::uint8_t LG_DRIVER_CALL GetDID() override { return value_.did; }
    std::uint8_t LG_DRIVER_CALL GetSDID() override { return value_.sdid; }
    std::uint32_t LG_DRIVER_CALL GetLineNumber() override { return value_.line; }
    std::uint8_t LG_DRIVER_CALL GetDataStreamIndex() override { return value_.stream; }

  private:
    ~OwnPacket() override = default;
    const PacketValue value_;
};

}  // namespace

Ref<IDeckLinkAncillaryPacket> packet_of(PacketValue value) {
    return Ref<IDeckLinkAncillaryPacket>::taken(new OwnPacket(std::move(value)));
}

}  // namespace livegrade::decklink
