// What really went through the connectors, frame by frame: the proof that a client lost nothing. Kept in memory, and
// written to a file as it happens where one is named, so that it is there even when the client's process is killed.
#pragma once

#include <array>
#include <deque>
#include <mutex>
#include <optional>
#include <string>

#include "carried.hpp"

namespace decklink {

// One input tick. `fate`: delivered, dropped (on command), starved (the client held every buffer or was too slow),
// no-source (delivered, without a signal), change (the client was told of another format and started anew).
struct InputRecord {
    std::int64_t index = 0, host_ns = 0, number = 0;
    const char* fate = "delivered";
    std::uint64_t sum = 0;
    std::map<std::uint32_t, TimecodeValue> timecodes;
    std::uint32_t packets = 0, packets_sum = 0;
    std::int64_t sound_first = 0, sound_count = 0;
};

// One output tick. `fate`: shown, late, repeat (nothing was due), black (nothing yet). `index`: what is burned in.
// `sound_at`: position of the tick on the output's sample clock. `sound_first`: the counter in the first sample, -1
// for silence; `sound_breaks`: samples that do not follow the one before; `sound_missing`: samples that were not there.
struct OutputRecord {
    std::int64_t tick = 0, host_ns = 0, time = 0;
    const char* fate = "shown";
    std::int64_t index = -1;
    std::uint64_t sum = 0;
    std::map<std::uint32_t, TimecodeValue> timecodes;
    std::uint32_t packets = 0, packets_sum = 0;
    std::int64_t counter_packet = -1;
    std::int64_t sound_at = 0, sound_first = -1, sound_count = 0, sound_breaks = 0, sound_missing = 0;
};

// What all records of a port come to, for the report at the end. Pictures are told apart by the index burned into them.
struct InputTally {
    std::int64_t delivered = 0, no_source = 0, lost = 0;
    void add(const InputRecord& record);
    std::string text(int card) const;  // empty: the input was not used
};
struct OutputTally {
    std::int64_t pictures = 0, gaps = 0, repeats = 0, backward = 0, ticks = 0, last = -1, sound = 0, sound_faults = 0,
                 other_sound = 0;
    void add(const OutputRecord& record);
    std::string text(int card) const;
};

std::string line(int card, const InputRecord& record);
std::string line(int card, const OutputRecord& record);

// Appends to the file of all cards, if one is named; a failed write ends the file log and nothing else.
void open_log_file(const std::string& path);
void log_to_file(const std::string& line);
bool logging_to_file();

template <class Record>
class Log {
 public:
    void add(int card, Record record) {
        if (logging_to_file()) log_to_file(line(card, record));
        std::lock_guard lock(mutex_);
        if (records_.size() == most) {
            records_.pop_front();
            ++first_;
        }
        records_.push_back(std::move(record));
    }
    // Lines of records number `from` and on, at most `count`.
    std::string lines(int card, std::size_t from, std::size_t count) const {
        std::lock_guard lock(mutex_);
        std::string text;
        for (std::size_t at = from < first_ ? 0 : from - first_; at < records_.size() && count > 0; ++at, --count)
            text += line(card, records_[at]);
        return text;
    }
    std::size_t size() const {
        std::lock_guard lock(mutex_);
        return first_ + records_.size();
    }
    void forget() {
        std::lock_guard lock(mutex_);
        first_ = 0;
        records_.clear();
    }

 private:
    static constexpr std::size_t most = 400'000;
    mutable std::mutex mutex_;
    std::deque<Record> records_;
    std::size_t first_ = 0;
};

std::int64_t host_ns();

}  // namespace decklink
