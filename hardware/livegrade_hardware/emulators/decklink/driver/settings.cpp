#include "settings.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <functional>
#include <stdexcept>

#include "card.hpp"

namespace decklink {

namespace {

// What a value that cannot be read throws; its text is half a sentence.
using Wrong = std::invalid_argument;

std::vector<std::string> parts_of(const std::string& text, char separator) {
    std::vector<std::string> parts;
    for (std::size_t from = 0; from <= text.size() && !text.empty();) {
        const std::size_t end = std::min(text.find(separator, from), text.size());
        parts.push_back(text.substr(from, end - from));
        from = end + 1;
    }
    return parts;
}

std::int64_t number(const std::string& text) {
    const bool hex = text.starts_with("0x");
    std::int64_t value = 0;
    const char* const end = text.data() + text.size();
    const auto read = std::from_chars(text.data() + (hex ? 2 : 0), end, value, hex ? 16 : 10);
    if (read.ec != std::errc() || read.ptr != end) throw Wrong("not a whole number: " + text);
    return value;
}

double real(const std::string& text) {
    double value = 0;
    const char* const end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, value);
    if (read.ec != std::errc() || read.ptr != end || !std::isfinite(value)) throw Wrong("not a number: " + text);
    return value;
}

bool on(const std::string& text) {
    if (text != "on" && text != "off") throw Wrong("neither on nor off: " + text);
    return text == "on";
}

std::uint32_t code(const std::string& text) {
    if (text.size() != 4) throw Wrong("not a four-character code: " + text);
    std::uint32_t value = 0;
    for (const char letter : text) value = value << 8 | static_cast<unsigned char>(letter);
    return value;
}

const Mode* mode(const std::string& text) {
    if (text == "none") return nullptr;
    const Mode* found = mode_named(text);
    if (!found) throw Wrong("not a mode of the emulated cards: " + text);
    return found;
}

std::uint8_t byte(const std::string& text, std::size_t at) {
    return static_cast<std::uint8_t>(number("0x" + text.substr(at, 2)));
}

// "51/52@10:0102ff": DID and SDID in hexadecimal, line (may be left out), data in hexadecimal.
PacketValue packet(const std::string& text) {
    const std::size_t colon = text.find(':'), line = text.find('@');
    if (text.size() < 6 || text[2] != '/' || colon == std::string::npos || (text.size() - colon - 1) % 2)
        throw Wrong("not a packet like 51/52@10:0102ff: " + text);
    PacketValue value{byte(text, 0), byte(text, 3), 0, 0, {}};
    if (line < colon) value.line = static_cast<std::uint32_t>(number(text.substr(line + 1, colon - line - 1)));
    for (std::size_t at = colon + 1; at < text.size(); at += 2) value.data.push_back(byte(text, at));
    if (value.data.size() > 255) throw Wrong("more than 255 bytes in a packet: " + text);
    return value;
}

TimecodeValue timecode(const std::string& text) {
    unsigned hours, minutes, seconds, frames;
    char separator;
    if (std::sscanf(text.c_str(), "%2u:%2u:%2u%c%2u", &hours, &minutes, &seconds, &separator, &frames) != 5 ||
        hours > 23 || minutes > 59 || seconds > 59 || (separator != ':' && separator != ';'))
        throw Wrong("not a timecode like 10:00:00:00: " + text);
    return {static_cast<std::uint8_t>(hours), static_cast<std::uint8_t>(minutes), static_cast<std::uint8_t>(seconds),
            static_cast<std::uint8_t>(frames), separator == ';' ? timecode_flag::drop_frame : 0, 0};
}

using CardSetting = std::function<void(Card&, const std::string&)>;

template <class Change>
CardSetting signal(Change change) {
    return [change](Card& card, const std::string& value) {
        card.change_signal([&](Signal& signal) { change(signal, value); });
    };
}
template <class Change>
CardSetting ability(Change change) {
    return [change](Card& card, const std::string& value) {
        card.change_abilities([&](Abilities& abilities) { change(abilities, value); });
    };
}
template <class Change>
CardSetting in_fault(Change change) {
    return [change](Card& card, const std::string& value) {
        card.input.change_faults([&](Input::Faults& faults) { change(faults, value); });
    };
}
template <class Change>
CardSetting out_fault(Change change) {
    return [change](Card& card, const std::string& value) {
        card.output.change_faults([&](Output::Faults& faults) { change(faults, value); });
    };
}

using Text = const std::string&;

void set_pattern(Signal& s, Text text) {
    s.file.clear();
    if (text == "moving") s.pattern = Pattern::moving;
    else if (text == "still") s.pattern = Pattern::still;
    else if (text.starts_with("file:")) s.pattern = Pattern::file, s.file = text.substr(5);
    else throw Wrong("a pattern is moving, still or file:PATH, not " + text);
}

void set_loop(Signal& s, Text text) {
    const std::int64_t from = text == "none" ? -1 : number(text);
    if (from >= Cards::most) throw Wrong("no such card: " + text);
    s.loop_from = static_cast<int>(from);
}

void set_timecode(Card& card, Text text) {
    const std::int64_t index = card.input.next_index();
    card.change_signal([&](Signal& s) {
        s.timecode.on = text != "off";
        if (s.timecode.on) s.timecode.start = timecode(text);
        s.timecode.anchor = index;
    });
}

void set_carriers(Signal& s, Text text) {
    s.timecode.carriers.clear();
    for (const std::string& each : parts_of(text, ',')) s.timecode.carriers.push_back(code(each));
}

void set_record_frames(Signal& s, Text text) {
    const std::size_t dash = text.find('-');
    s.record.from = text == "none" ? -1 : number(text.substr(0, dash));
    s.record.until = dash == std::string::npos || dash + 1 == text.size() ? -1 : number(text.substr(dash + 1));
}

// "51/52:01 51/52:00": while it records, and while it does not.
void set_record_packets(Signal& s, Text text) {
    s.record.packet_on.reset();
    s.record.packet_off.reset();
    if (text == "none") return;
    const auto both = parts_of(text, ' ');
    if (both.size() != 2) throw Wrong("two packets are wanted, recording and not: " + text);
    s.record.packet_on = packet(both[0]);
    s.record.packet_off = packet(both[1]);
}

void set_hdr(Signal& s, Text text) {
    s.floats.clear();
    for (const std::string& each : parts_of(text == "none" ? "" : text, ','))
        if (each.size() < 6 || each[4] != '=') throw Wrong("not a value like mcll=1000: " + each);
        else s.floats[code(each.substr(0, 4))] = real(each.substr(5));
}

void set_code(Signal& s, std::uint32_t key, std::optional<std::int64_t> value) {
    if (value) s.ints[key] = *value;
    else s.ints.erase(key);
}

void set_reference(Card& card, Text text) {
    if (text == "locked") card.reference = Reference::locked;
    else if (text == "unlocked") card.reference = Reference::unlocked;
    else if (text == "none") card.reference = Reference::none;
    else throw Wrong("a reference is locked, unlocked or none, not " + text);
    card.change_abilities([&](Abilities& a) { a.reference = text != "none"; });
}

std::uint32_t busy(Text text) {
    if (text == "none") return 0;
    if (text == "capture") return 1;
    if (text == "playback") return 2;
    if (text == "both") return 3;
    throw Wrong("busy is none, capture, playback or both, not " + text);
}

std::int64_t connection(Text text) {
    if (text == "sdi") return 1;
    if (text == "hdmi") return 2;
    throw Wrong("a connection is sdi or hdmi, not " + text);
}

const std::map<std::string, CardSetting>& card_settings() {
    static const auto* const all = new std::map<std::string, CardSetting>{
        {"signal", signal([](Signal& s, Text v) { s.mode = mode(v); })},
        {"rgb", signal([](Signal& s, Text v) { s.rgb = on(v); })},
        {"depth", signal([](Signal& s, Text v) { s.depth = static_cast<int>(number(v)); })},
        {"connection", signal([](Signal& s, Text v) { s.connection = static_cast<std::uint32_t>(connection(v)); })},
        {"psf", signal([](Signal& s, Text v) { s.psf = on(v); })},
        {"pattern", signal(set_pattern)},
        {"loop", signal(set_loop)},
        {"eotf", signal([](Signal& s, Text v) {
             set_code(s, four("eotf"), v == "none" ? std::nullopt : std::optional(number(v)));
         })},
        {"colorspace", signal([](Signal& s, Text v) {
             set_code(s, four("cspc"), v == "none" ? std::nullopt : std::optional<std::int64_t>(code(v)));
         })},
        {"hdr", signal(set_hdr)},
        {"timecode", set_timecode},
        {"timecode-running", signal([](Signal& s, Text v) { s.timecode.running = on(v); })},
        {"timecode-carriers", signal(set_carriers)},
        {"user-bits", signal([](Signal& s, Text v) { s.timecode.user_bits = static_cast<std::uint32_t>(number(v)); })},
        {"record", signal([](Signal& s, Text v) { s.record.recording = on(v); })},
        {"record-frames", signal(set_record_frames)},
        {"record-noise", signal([](Signal& s, Text v) {
             s.record.noise.clear();
             for (const std::string& each : parts_of(v == "none" ? "" : v, ',')) s.record.noise.insert(number(each));
         })},
        {"record-flag", signal([](Signal& s, Text v) { s.record.in_flag = on(v); })},
        {"record-bits", signal([](Signal& s, Text v) { s.record.in_bits = static_cast<std::uint32_t>(number(v)); })},
        {"record-packets", signal(set_record_packets)},
        {"packets", signal([](Signal& s, Text v) {
             s.packets.clear();
             for (const std::string& each : parts_of(v == "none" ? "" : v, ' ')) s.packets.push_back(packet(each));
         })},
        {"counter-packet", signal([](Signal& s, Text v) { s.counter_packet = on(v); })},
        {"sound", signal([](Signal& s, Text v) { s.sound = on(v); })},
        {"index", [](Card& card, Text v) { card.input.set_next_index(number(v)); }},
        {"drop-every", in_fault([](Input::Faults& f, Text v) { f.drop_every = number(v); })},
        {"drop-next", in_fault([](Input::Faults& f, Text v) { f.drop_next = number(v); })},
        {"refuse-next", in_fault([](Input::Faults& f, Text v) { f.refuse_next = number(v); })},
        {"detect-frames", in_fault([](Input::Faults& f, Text v) { f.detect_frames = static_cast<int>(number(v)); })},
        {"buffers", in_fault([](Input::Faults& f, Text v) { f.buffers = static_cast<std::size_t>(number(v)); })},
        {"buffers-ahead", in_fault([](Input::Faults& f, Text v) { f.buffers_ahead = on(v); })},
        {"in-sums", in_fault([](Input::Faults& f, Text v) { f.sums = on(v); })},
        {"out-sums", out_fault([](Output::Faults& f, Text v) { f.sums = on(v); })},
        {"late-every", out_fault([](Output::Faults& f, Text v) { f.late_every = number(v); })},
        {"out-drop-every", out_fault([](Output::Faults& f, Text v) { f.drop_every = number(v); })},
        {"skip-ticks", out_fault([](Output::Faults& f, Text v) { f.skip_ticks = number(v); })},
        {"save", out_fault([](Output::Faults& f, Text v) { f.save = v; })},
        {"in-drift", [](Card& card, Text v) { card.input.oscillator.set_drift(real(v)); }},
        {"out-drift", [](Card& card, Text v) { card.output.oscillator.set_drift(real(v)); }},
        {"present", [](Card& card, Text v) { card.set_present(on(v)); }},
        {"busy", [](Card& card, Text v) { card.busy_elsewhere = busy(v); }},
        {"hang-stop", [](Card& card, Text v) { card.hang_s = std::clamp(real(v), 0.0, 3600.0); }},
        {"reference", set_reference},
        {"captures", ability([](Abilities& a, Text v) { a.captures = on(v); })},
        {"plays", ability([](Abilities& a, Text v) { a.plays = on(v); })},
        {"detects", ability([](Abilities& a, Text v) { a.detects_format = on(v); })},
        {"does-hdr", ability([](Abilities& a, Text v) { a.hdr = on(v); })},
        {"lines", ability([](Abilities& a, Text v) { a.most_lines = static_cast<int>(number(v)); })},
        {"packets-need-v210", ability([](Abilities& a, Text v) { a.packets_need_v210 = on(v); })},
        {"least-preroll", ability([](Abilities& a, Text v) { a.least_preroll = static_cast<int>(number(v)); })},
    };
    return *all;
}

void set_version(Text text) {
    unsigned major = 0, minor = 0, patch = 0;
    if (std::sscanf(text.c_str(), "%3u.%3u.%3u", &major, &minor, &patch) < 2 || major > 255 || minor > 255 || patch > 255)
        throw Wrong("not a version like 14.2: " + text);
    cards().set_version(major << 24 | minor << 16 | patch << 8);
}

bool apply_global(Text name, Text value) {
    if (name == "cards") {
        const std::int64_t count = number(value);
        if (count < 0 || count > Cards::most) throw Wrong("there can be 0 to 8 cards, not " + value);
        cards().set_count(static_cast<int>(count));
    } else if (name == "version") {
        set_version(value);
    } else if (name == "mode-without-rate") {
        const Mode* const found = mode(value);
        cards().set_mode_without_rate(found ? found->code : 0);
    } else if (name == "keeps-timecode") {
        cards().set_keeps_timecode(on(value));
    } else if (name == "speed") {
        const double factor = real(value);
        if (factor <= 0 || factor > 1e4) throw Wrong("a speed is more than 0 and at most 10000, not " + value);
        driver_time().set_speed(factor);
    } else if (name == "stepped") {
        driver_time().set_stepped(on(value));
    } else if (name == "log-file") {
        open_log_file(value);
    } else {
        return false;
    }
    return true;
}

}  // namespace

std::string apply_setting(const std::string& name, const std::string& value) try {
    if (apply_global(name, value)) return "";
    const std::size_t dot = name.find('.');
    if (dot == std::string::npos) return "no setting is called " + name;
    const std::int64_t card = number(name.substr(0, dot));
    const auto found = card_settings().find(name.substr(dot + 1));
    if (card < 0 || card >= Cards::most) return "no such card: " + name;
    if (found == card_settings().end()) return "no setting is called " + name;
    found->second(cards()[static_cast<int>(card)], value);
    return "";
} catch (const Wrong& wrong) {
    return wrong.what();
}

}  // namespace decklink
