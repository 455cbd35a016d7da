#include "control.hpp"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <mutex>
#include <sstream>
#include <thread>

#include "card.hpp"
#include "settings.hpp"

namespace decklink {

namespace {

constexpr std::size_t longest_line = 1 << 16;

std::string error(const std::string& what) { return "error " + what + '\n'; }

std::string set(std::istream& words) {
    std::string name, value;
    words >> name;
    std::getline(words >> std::ws, value);
    const std::string wrong = apply_setting(name, value);
    return wrong.empty() ? "ok\n" : error(wrong);
}

Card* card_of(std::istream& words) {
    int card = -1;
    words >> card;
    return card >= 0 && card < Cards::most ? &cards()[card] : nullptr;
}

std::string log_lines(std::istream& words) {
    Card* const card = card_of(words);
    std::string side;
    std::size_t from = 0, count = 0;
    words >> side >> from >> count;
    if (!card) return error("no such card");
    if (side == "in") return "ok\n" + card->input.log.lines(card->index, from, count);
    return "ok\n" + card->output.log.lines(card->index, from, count);
}

std::string log_sizes(std::istream& words) {
    Card* const card = card_of(words);
    if (!card) return error("no such card");
    return "ok\nin " + std::to_string(card->input.log.size()) + "\nout " + std::to_string(card->output.log.size()) + '\n';
}

std::string counters(std::istream& words) {
    Card* const card = card_of(words);
    return card ? "ok\n" + card->output.counters() : error("no such card");
}

// What goes out beside the picture that is shown: "packet 51/52@10:0102", "int eotf 2", "float mcll 1000".
std::string beside_picture(std::istream& words) {
    Card* const card = card_of(words);
    if (!card) return error("no such card");
    const Carried carried = card->output.carried();
    std::ostringstream text;
    text << "ok\n";
    const auto code = [](std::uint32_t id) {
        return std::string{static_cast<char>(id >> 24), static_cast<char>(id >> 16), static_cast<char>(id >> 8),
                           static_cast<char>(id)};
    };
    for (const PacketValue& packet : carried.packets) {
        char head[24];
        std::snprintf(head, sizeof head, "%02x/%02x@%u:", packet.did, packet.sdid, packet.line);
        text << "packet " << head;
        for (const std::uint8_t byte : packet.data) {
            std::snprintf(head, sizeof head, "%02x", byte);
            text << head;
        }
        text << '\n';
    }
    for (const auto& [id, value] : carried.ints) text << "int " << code(id) << ' ' << value << '\n';
    text.precision(17);
    for (const auto& [id, value] : carried.floats) text << "float " << code(id) << ' ' << value << '\n';
    return text.str();
}

std::string advance(std::istream& words) {
    std::int64_t ns = 0;
    words >> ns;
    if (ns < 0 || !driver_time().stepped()) return error("time can be advanced in step mode only");
    return driver_time().advance(ns) ? "ok\n" : error("a client did not come back from a call-back");
}

std::string time_now() { return "ok\nns " + std::to_string(driver_time().now()) + '\n'; }

// "in 0" or "out 1": whose tick it was, and when.
std::string step() {
    const std::optional<int> rank = driver_time().step();
    if (!rank) return error("no clock runs, time is not stepped, or a client did not come back from a call-back");
    const bool input = *rank >= Input::first_rank;
    return std::string("ok\n") + (input ? "in " : "out ") + std::to_string(input ? *rank - Input::first_rank : *rank) +
           "\nns " + std::to_string(driver_time().now()) + '\n';
}

std::string forget() {
    ledger().forget();
    for (int card = 0; card < Cards::most; ++card) {
        cards()[card].input.forget();
        cards()[card].output.forget();
    }
    return "ok\n";
}

std::string reset() {
    driver_time().set_stepped(false);
    driver_time().set_speed(1);
    cards().set_count(2);
    cards().set_version(newest_version);
    cards().set_mode_without_rate(0);
    cards().set_keeps_timecode(false);
    open_log_file("");
    for (int card = 0; card < Cards::most; ++card) cards()[card].reset();
    return forget();
}

void report() {
    for (int card = 0; card < Cards::most; ++card) {
        const std::string text = cards()[card].input.tally().text(card) + cards()[card].output.tally().text(card);
        std::fputs(text.c_str(), stderr);
    }
}

void serve(int listener) {
    for (;;) {
        const int peer = ::accept(listener, nullptr, nullptr);
        if (peer < 0) return;
        std::string line;
        for (char letter; line.size() < longest_line && ::read(peer, &letter, 1) == 1 && letter != '\n';) line += letter;
        const std::string answer = obey(line);
        for (std::size_t sent = 0; sent < answer.size();) {
            const ssize_t more = ::send(peer, answer.data() + sent, answer.size() - sent, MSG_NOSIGNAL);
            if (more <= 0) break;
            sent += static_cast<std::size_t>(more);
        }
        ::close(peer);
    }
}

bool listen_at(const char* path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (std::strlen(path) >= sizeof address.sun_path) return false;
    std::strcpy(address.sun_path, path);
    const int listener = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (listener < 0) return false;
    if (::bind(listener, reinterpret_cast<sockaddr*>(&address), sizeof address) || ::listen(listener, 8)) {
        ::close(listener);  // a second process of the same command: the first one has the socket
        return false;
    }
    std::thread(serve, listener).detach();
    return true;
}

std::string listen_too(std::istream& words) {
    std::string path;
    std::getline(words >> std::ws, path);
    return listen_at(path.c_str()) ? "ok\n" : error("no socket can be made at " + path);
}

}  // namespace

std::string obey(const std::string& line) {
    std::istringstream words(line);
    std::string verb;
    words >> verb;
    if (verb == "set") return set(words);
    if (verb == "log") return log_lines(words);
    if (verb == "log-sizes") return log_sizes(words);
    if (verb == "counters") return counters(words);
    if (verb == "beside") return beside_picture(words);
    if (verb == "calls") return "ok\n" + ledger().calls();
    if (verb == "queries") return "ok\n" + ledger().queries();
    if (verb == "living") return "ok\n" + ledger().living();
    if (verb == "advance") return advance(words);
    if (verb == "step") return step();
    if (verb == "now") return time_now();
    if (verb == "listen") return listen_too(words);
    if (verb == "forget") return forget();
    if (verb == "reset") return reset();
    return error("no command is called " + verb);
}

void read_environment() {
    static std::once_flag once;
    std::call_once(once, [] {
        if (const char* settings = std::getenv("LIVEGRADE_EMULATED_DECKLINK")) {
            std::istringstream lines(settings);
            for (std::string line; std::getline(lines, line);) {
                const std::size_t equals = line.find('=');
                if (line.empty()) continue;
                const std::string wrong = equals == std::string::npos
                                              ? "no value: " + line
                                              : apply_setting(line.substr(0, equals), line.substr(equals + 1));
                if (!wrong.empty()) std::fprintf(stderr, "emulated DeckLink driver: %s\n", wrong.c_str());
            }
        }
        if (std::getenv("LIVEGRADE_EMULATED_DECKLINK_REPORT")) std::atexit(report);
        if (const char* path = std::getenv("LIVEGRADE_EMULATED_DECKLINK_SOCKET")) listen_at(path);
    });
}

}  // namespace decklink

// For Python in the same process; the answer is freed by the second function.
extern "C" __attribute__((visibility("default"))) char* livegrade_decklink_obey(const char* line) {
    decklink::read_environment();
    return strdup(decklink::obey(line).c_str());
}
extern "C" __attribute__((visibility("default"))) void livegrade_decklink_free(char* answer) { std::free(answer); }
