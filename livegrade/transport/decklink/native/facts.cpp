#include "facts.hpp"

#include "abi_streams.hpp"
#include "constants.hpp"

namespace livegrade::decklink {

namespace {

constexpr int most_modes = 256;
constexpr const char* rate_call = "IDeckLinkDisplayMode::GetFrameRate";

template <class Interface, class Method>
std::string text_of(Interface* from, Method method) {
    Text text{};
    return (from->*method)(&text) == result_ok ? platform::taken_text(text) : std::string();
}

void read_attributes(IDeckLink* card, CardFacts& facts) {
    const auto attributes = interface_of<IDeckLinkProfileAttributes>(card);
    const auto number = [&](std::uint32_t id) { return int_of(attributes.get(), id); };
    const auto flag = [&](std::uint32_t id) { return flag_of(attributes.get(), id).value_or(false); };
    const auto io = number(attribute::io_support).value_or(0);
    facts.captures = io & attribute::captures;
    facts.plays = io & attribute::plays;
    facts.persistent_id = number(attribute::persistent_id);
    facts.subdevice = number(attribute::subdevice).value_or(0);
    facts.subdevices = number(attribute::subdevices).value_or(1);
    facts.detects_format = flag(attribute::detects_format);
    facts.hdr = flag(attribute::hdr);
    facts.colorspace = flag(attribute::colorspace);
    facts.has_reference = flag(attribute::reference_input);
    facts.input_connections = number(attribute::input_connections).value_or(0);
    facts.output_connections = number(attribute::output_connections).value_or(0);
    facts.duplex = number(attribute::duplex);
    facts.profile = number(attribute::profile);
    facts.minimum_preroll = number(attribute::minimum_preroll).value_or(0);
    facts.max_audio_channels = number(attribute::audio_channels).value_or(0);
    facts.hfr_timecode = flag(attribute::hfr_timecode);
    facts.anc_needs_v210 = flag(attribute::anc_needs_v210);
    Text handle{};
    if (attributes && attributes->GetString(attribute::handle, &handle) == result_ok)
        facts.handle = platform::taken_text(handle);
}

void read_status(IDeckLink* card, CardFacts& facts) {
    const auto status_now = interface_of<IDeckLinkStatus>(card);
    const auto number = [&](std::uint32_t id) { return int_of(status_now.get(), id); };
    facts.busy = number(status::busy).value_or(0);
    facts.input_locked = flag_of(status_now.get(), status::input_locked);
    facts.detected_mode = number(status::detected_mode);
    facts.detected_flags = number(status::detected_flags);
    facts.reference_locked = flag_of(status_now.get(), status::reference_locked);
    facts.reference_mode = number(status::reference_mode);
    facts.pcie_width = number(status::pcie_width);
    facts.pcie_speed = number(status::pcie_speed);
    if (const auto celsius = number(status::temperature)) facts.temperature_c = static_cast<double>(*celsius);
}

// A mode that cannot be used is left out; the others are as good as before.
void add_usable(IDeckLinkDisplayMode* mode, std::vector<Mode>& found) {
    try {
        found.push_back(mode_of(mode));
    } catch (const DriverFailure&) {
    }
}

template <class Stream>
std::vector<Mode> modes_of(Stream* stream, const char* call) {
    Ref<IDeckLinkDisplayModeIterator> iterator;
    require(call, stream->GetDisplayModeIterator(iterator.out()));
    std::vector<Mode> found;
    Ref<IDeckLinkDisplayMode> mode;
    for (int n = 0; iterator && n < most_modes && iterator->Next(mode.out()) == result_ok && mode; ++n)
        add_usable(mode.get(), found);
    return found;
}

template <class Stream>
std::pair<bool, std::uint32_t> supported_by(Stream* stream, const char* call, std::uint32_t connection,
                                            std::uint32_t mode, std::uint32_t pixel_format) {
    std::uint32_t actual = mode;
    Flag supported{};
    require(call, stream->DoesSupportVideoMode(connection, mode, pixel_format, conversion::none, 0, &actual,
                                               &supported));
    return {supported != Flag{}, actual};
}

template <class Stream>
Ref<Stream> stream_of(int card, const char* call) {
    auto stream = interface_of<Stream>(card_at(card).get());
    if (!stream) throw DriverFailure(call, result_no_interface);
    return stream;
}

}  // namespace

Mode mode_of(IDeckLinkDisplayMode* mode) {
    Mode facts;
    facts.code = mode->GetDisplayMode();
    facts.name = text_of(mode, &IDeckLinkDisplayMode::GetName);
    facts.width = static_cast<int>(mode->GetWidth());
    facts.height = static_cast<int>(mode->GetHeight());
    require(rate_call, mode->GetFrameRate(&facts.duration, &facts.scale));
    if (facts.duration <= 0 || facts.scale <= 0) throw DriverFailure(rate_call, result_fail);
    facts.dominance = mode->GetFieldDominance();
    facts.flags = mode->GetFlags();
    return facts;
}

std::vector<CardFacts> cards() {
    std::vector<CardFacts> found;
    const auto iterator = card_iterator();
    Ref<IDeckLink> card;
    while (iterator && found.size() < most_cards && iterator->Next(card.out()) == result_ok && card) {
        CardFacts facts;
        facts.index = static_cast<int>(found.size());
        facts.model = text_of(card.get(), &IDeckLink::GetModelName);
        facts.name = text_of(card.get(), &IDeckLink::GetDisplayName);
        read_attributes(card.get(), facts);
        read_status(card.get(), facts);
        const auto settings = interface_of<IDeckLinkConfiguration>(card.get());
        facts.input_connection = int_of(settings.get(), setting::input_connection);
        found.push_back(std::move(facts));
    }
    return found;
}

std::vector<Mode> modes(int card, bool output) {
    if (output)
        return modes_of(stream_of<IDeckLinkOutput>(card, "IDeckLink::QueryInterface(IDeckLinkOutput)").get(),
                        "IDeckLinkOutput::GetDisplayModeIterator");
    return modes_of(stream_of<IDeckLinkInput>(card, "IDeckLink::QueryInterface(IDeckLinkInput)").get(),
                    "IDeckLinkInput::GetDisplayModeIterator");
}

std::pair<bool, std::uint32_t> supports(int card, bool output, std::uint32_t connection, std::uint32_t mode,
                                        std::uint32_t pixel_format) {
    if (output)
        return supported_by(stream_of<IDeckLinkOutput>(card, "IDeckLink::QueryInterface(IDeckLinkOutput)").get(),
                            "IDeckLinkOutput::DoesSupportVideoMode", connection, mode, pixel_format);
    return supported_by(stream_of<IDeckLinkInput>(card, "IDeckLink::QueryInterface(IDeckLinkInput)").get(),
                        "IDeckLinkInput::DoesSupportVideoMode", connection, mode, pixel_format);
}

}  // namespace livegrade::decklink
