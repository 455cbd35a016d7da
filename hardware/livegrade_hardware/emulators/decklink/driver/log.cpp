#include "log.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cinttypes>
#include <cstdio>
#include <string_view>

namespace decklink {

namespace {

std::atomic<int> log_file{-1};

// "rpv1=10:00:00:00/f8/u0000002a" for each carrier, or "-".
std::string spelled(const std::map<std::uint32_t, TimecodeValue>& timecodes) {
    std::string text;
    for (const auto& [format, value] : timecodes) {
        char more[64];
        std::snprintf(more, sizeof more, "%s%c%c%c%c=%s/f%x/u%08x", text.empty() ? "" : "|",
                      static_cast<char>(format >> 24), static_cast<char>(format >> 16), static_cast<char>(format >> 8),
                      static_cast<char>(format), spelled(value).c_str(), value.flags, value.user_bits);
        text += more;
    }
    return text.empty() ? "-" : text;
}

}  // namespace

std::string line(int card, const InputRecord& record) {
    char head[160], tail[160];
    std::snprintf(head, sizeof head, "in %d %" PRId64 " %" PRId64 " %" PRId64 " %s %016" PRIx64 " ", card, record.index,
                  record.host_ns, record.number, record.fate, record.sum);
    std::snprintf(tail, sizeof tail, " %u %08x %" PRId64 " %" PRId64 "\n", record.packets, record.packets_sum,
                  record.sound_first, record.sound_count);
    return head + spelled(record.timecodes) + tail;
}

std::string line(int card, const OutputRecord& record) {
    char head[200], tail[200];
    std::snprintf(head, sizeof head, "out %d %" PRId64 " %" PRId64 " %" PRId64 " %s %" PRId64 " %016" PRIx64 " ", card,
                  record.tick, record.host_ns, record.time, record.fate, record.index, record.sum);
    std::snprintf(tail, sizeof tail,
                  " %u %08x %" PRId64 " %" PRId64 " %" PRId64 " %" PRId64 " %" PRId64 " %" PRId64 "\n", record.packets,
                  record.packets_sum, record.counter_packet, record.sound_at, record.sound_first, record.sound_count,
                  record.sound_breaks, record.sound_missing);
    return head + spelled(record.timecodes) + tail;
}

void InputTally::add(const InputRecord& record) {
    const std::string_view fate = record.fate;
    if (fate == "delivered") ++delivered;
    else if (fate == "no-source") ++no_source;
    else if (fate != "change") ++lost;
}

std::string InputTally::text(int card) const {
    if (delivered + no_source + lost == 0) return "";
    return "decklink:" + std::to_string(card) + " in: " + std::to_string(delivered) + " pictures, " +
           std::to_string(lost) + " lost, " + std::to_string(no_source) + " without a signal\n";
}

void OutputTally::add(const OutputRecord& record) {
    ++ticks;
    sound += record.sound_count > 0;
    sound_faults += record.sound_missing;
    const bool counts = 2 * record.sound_breaks <= record.sound_count;  // else it is a tone, or a scene's own sound
    if (counts) sound_faults += record.sound_breaks;
    else ++other_sound;
    if (record.index < 0) return;
    if (record.index == last) ++repeats;
    else if (record.index < last) ++backward;
    else ++pictures, gaps += last < 0 ? 0 : record.index - last - 1;
    last = record.index;
}

std::string OutputTally::text(int card) const {
    if (ticks == 0) return "";
    std::string text = "decklink:" + std::to_string(card) + " out: " + std::to_string(ticks) + " ticks, " +
                       std::to_string(pictures) + " pictures, " + std::to_string(gaps) + " gaps, " +
                       std::to_string(repeats) + " repeats, " + std::to_string(backward) + " out of order";
    if (sound) text += "; sound: " + std::to_string(sound_faults) + " samples missing or out of step";
    if (other_sound) text += ", at " + std::to_string(other_sound) + " ticks not a generator's sound and not followed";
    return text + '\n';
}

void open_log_file(const std::string& path) {
    const int opened = path.empty() ? -1 : ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    const int before = log_file.exchange(opened);
    if (before >= 0) ::close(before);
}

void log_to_file(const std::string& line) {
    const int file = log_file.load();
    if (file >= 0 && ::write(file, line.data(), line.size()) < 0) log_file = -1;
}

bool logging_to_file() { return log_file.load() >= 0; }

std::int64_t host_ns() {
    const auto now = std::chrono::steady_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::nanoseconds>(now).count();
}

}  // namespace decklink
