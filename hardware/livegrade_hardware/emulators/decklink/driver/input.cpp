#include "input.hpp"

#include "card.hpp"
#include "displaymode.hpp"
#include "generators.hpp"
#include "sound.hpp"

namespace decklink {

namespace {
constexpr std::uint32_t detect_format = 1;
constexpr std::uint32_t mode_changed = 1, dominance_changed = 2, sampling_changed = 4;
}  // namespace

Input::Input(Card& card) : card_(card), ticker_(first_rank + card.index) {}

Result Input::enable(const void* owner, std::uint32_t mode, std::uint32_t format, std::uint32_t flags,
                     ClientMemory memory, int generation) {
    if (!card_.present()) return failed;
    if (card_.busy_elsewhere & 1) return access_denied;
    const Mode* found = mode_of(mode);
    const auto stride = found ? row_bytes(format, found->width) : std::nullopt;
    if (!stride || found->height > card_.abilities().most_lines) return invalid_argument;
    memory.begin(static_cast<std::size_t>(*stride) * static_cast<std::size_t>(found->height));
    ClientMemory before;  // let go outside of the lock
    std::lock_guard lock(mutex_);
    const bool again = mode_ && owner_ == owner && at_rest_;
    if (mode_ && !again) return access_denied;
    if (!again) told_depth_ = 0;
    const std::int64_t sound = sound_before(index_);
    owner_ = owner;
    mode_ = found;
    sound_anchor_ = sound;
    sound_anchor_index_ = index_;
    geometry_ = {found->width, found->height, *stride, format};
    generation_ = generation;
    detection_ = flags & detect_format;
    before = std::exchange(memory_, std::move(memory));
    if (!pool_ || pool_->bytes() != geometry_.bytes()) pool_ = std::make_shared<BufferPool>(geometry_.bytes());
    mismatched_ = 0;
    told_mode_ = nullptr;
    ++epoch_;
    return ok;
}

Result Input::disable(const void* owner) {
    {
        std::lock_guard lock(mutex_);
        if (!mode_ || owner_ != owner) return failed;
    }
    stop(owner);
    ClientMemory before;
    std::lock_guard lock(mutex_);
    sound_anchor_ = sound_before(index_);
    sound_anchor_index_ = index_;
    mode_ = nullptr;
    owner_ = nullptr;
    at_rest_ = false;
    audio_ = {};
    before = std::exchange(memory_, {});
    return ok;
}

Result Input::enable_audio(const void* owner, std::uint32_t rate, std::uint32_t bits, std::uint32_t channels) {
    if (rate != 48000 || (bits != 16 && bits != 32) || channels < 1 || channels > 16) return invalid_argument;
    std::lock_guard lock(mutex_);
    if (owner_ && owner_ != owner) return access_denied;
    audio_ = {channels, bits};
    return ok;
}

Result Input::disable_audio(const void* owner) {
    std::lock_guard lock(mutex_);
    if (owner_ && owner_ != owner) return access_denied;
    audio_ = {};
    return ok;
}

Result Input::start(const void* owner) {
    if (!card_.present()) return failed;
    {
        std::lock_guard lock(mutex_);
        if (!mode_ || owner_ != owner) return access_denied;
        if (streaming_ && !paused_) return access_denied;
        if (stopping_) ledger().call("IDeckLinkInput::StartStreams behind StopStreams");
        start_ns_ = oscillator.now();
        number_ = 0;
        streaming_ = true;
        paused_ = at_rest_ = false;
        ++epoch_;
    }
    ticker_.wake(*this);
    return ok;
}

Result Input::stop(const void* owner) {
    {
        std::lock_guard lock(mutex_);
        if (!mode_ || owner_ != owner) return access_denied;
        streaming_ = paused_ = false;
        at_rest_ = stopping_ = true;
        ++epoch_;
    }
    ticker_.wake(*this);
    ticker_.settle();
    card_.hang();
    std::lock_guard lock(mutex_);
    stopping_ = false;
    return ok;
}

Result Input::pause(const void* owner) {
    {
        std::lock_guard lock(mutex_);
        if (!mode_ || owner_ != owner || !streaming_) return access_denied;
        paused_ = at_rest_ = true;
        ++epoch_;
    }
    ticker_.wake(*this);
    ticker_.settle();
    card_.hang();
    return ok;
}

Result Input::set_callback(const void* owner, InputCallback* callback) {
    auto given = Ref<InputCallback>::sharing(callback);
    std::lock_guard lock(mutex_);
    if (owner_ && owner_ != owner) return access_denied;
    std::swap(callback_, given);  // the one before is let go behind the lock
    callback_owner_ = owner;
    return ok;
}

void Input::abandon(const void* owner) {
    disable(owner);
    Ref<InputCallback> before;
    std::lock_guard lock(mutex_);
    if (callback_owner_ == owner) std::swap(before, callback_);
}

void Input::unplug() {
    ClientMemory before;
    {
        std::lock_guard lock(mutex_);
        if (!mode_) return;
        sound_anchor_ = sound_before(index_);
        sound_anchor_index_ = index_;
        mode_ = nullptr;
        owner_ = nullptr;
        streaming_ = paused_ = at_rest_ = false;
        audio_ = {};
        ++epoch_;
        before = std::exchange(memory_, {});
    }
    ticker_.wake(*this);
    ticker_.settle();
}

void Input::clock(std::int64_t scale, std::int64_t* time, std::int64_t* in_frame, std::int64_t* per_frame) {
    const std::int64_t now = oscillator.now();
    std::lock_guard lock(mutex_);
    const auto in_scale = [&](std::int64_t ns) {
        return static_cast<std::int64_t>(static_cast<__int128>(ns) * scale / 1'000'000'000);
    };
    const std::int64_t frame = mode_ ? ticks_to_ns(1, mode_->duration, mode_->scale) : 1;
    *time = in_scale(now);
    *in_frame = in_scale((now - start_ns_) % frame);
    *per_frame = in_scale(frame);
}

const Mode* Input::current_mode() {
    std::lock_guard lock(mutex_);
    return mode_;
}

void Input::set_next_index(std::int64_t index) {
    std::lock_guard lock(mutex_);
    sound_anchor_ = index == 0 ? 0 : sound_before(index);
    sound_anchor_index_ = index_ = index;
}

std::int64_t Input::next_index() {
    std::lock_guard lock(mutex_);
    return index_;
}

void Input::forget() {
    log.forget();
    std::lock_guard lock(mutex_);
    tally_ = {};
}

InputTally Input::tally() {
    std::lock_guard lock(mutex_);
    return tally_;
}

std::int64_t Input::sound_before(std::int64_t index) const {
    return mode_ ? sound_anchor_ + samples_before(index - sound_anchor_index_, *mode_) : sound_anchor_;
}

std::int64_t Input::tick_ns(std::int64_t number) const {
    return start_ns_ + ticks_to_ns(number + 1, mode_->duration, mode_->scale);
}

std::int64_t Input::due() {
    std::lock_guard lock(mutex_);
    return streaming_ && !paused_ ? oscillator.driver_time_of(tick_ns(number_)) : never;
}

// False: the streams were stopped meanwhile, or there is nothing to do.
bool Input::begin_tick(Tick& tick) {
    tick.signal = card_.arriving();
    const std::int64_t now = oscillator.now();
    std::lock_guard lock(mutex_);
    if (!streaming_ || paused_) return false;
    tick.mode = *mode_;
    tick.geometry = geometry_;
    tick.generation = generation_;
    tick.number = number_;
    tick.index = index_;
    tick.hardware_ns = tick_ns(number_);
    tick.sound_first = sound_before(index_);
    tick.sound_count = sound_before(index_ + 1) - tick.sound_first;
    tick.audio = audio_;
    tick.callback = callback_;
    tick.memory = memory_;
    tick.pool = pool_;
    tick.epoch = epoch_;
    ++number_;
    ++index_;
    if (!card_.present()) return false;
    const Signal& signal = tick.signal;
    tick.matches = signal.mode == mode_ && signal.rgb == !is_yuv(geometry_.format);
    notice_format(tick);
    const std::int64_t frame = ticks_to_ns(1, mode_->duration, mode_->scale);
    if (now - tick.hardware_ns > static_cast<std::int64_t>(faults_.buffers) * frame) tick.lost = "starved";
    if (faults_.drop_every > 0 && tick.index % faults_.drop_every == faults_.drop_every - 1) tick.lost = "dropped";
    if (faults_.drop_next > 0) {
        --faults_.drop_next;
        tick.lost = "dropped";
    }
    tick.faults = faults_;
    if (faults_.refuse_next > 0) --faults_.refuse_next;
    return true;
}

void Input::notice_format(Tick& tick) {
    const Signal& signal = tick.signal;
    if (tick.matches) told_mode_ = nullptr;
    if (tick.matches && told_depth_ == 0) told_depth_ = signal.depth;
    const bool same_depth = signal.depth == told_depth_;
    const bool known = same_depth && (tick.matches || (signal.mode == told_mode_ && signal.rgb == told_rgb_));
    if (known || !signal.mode) {
        mismatched_ = 0;
        return;
    }
    if (!detection_ || ++mismatched_ < faults_.detect_frames) return;
    mismatched_ = 0;
    told_mode_ = signal.mode;
    told_rgb_ = signal.rgb;
    told_depth_ = signal.depth;
    tick.changed = true;
}

// False: the client has started anew from within its call-back, and this tick is over.
bool Input::tell_format(const Tick& tick) {
    std::uint32_t events = 0;
    if (tick.signal.mode->code != tick.mode.code) events |= mode_changed;
    if (tick.signal.mode->dominance != tick.mode.dominance) events |= dominance_changed;
    // The depth alone is a change of the sampling too, and needs no other pixel format.
    if (tick.signal.rgb == is_yuv(tick.geometry.format) || events == 0) events |= sampling_changed;
    const auto mode = Ref<DisplayMode>::taking(make_display_mode(*tick.signal.mode));
    ledger().call("callback VideoInputFormatChanged");
    tick.callback->VideoInputFormatChanged(events, mode.get(), detected_flags(tick.signal));
    std::lock_guard lock(mutex_);
    return epoch_ == tick.epoch;
}

void Input::tick() {
    Tick tick;
    if (!begin_tick(tick)) return;
    if (tick.changed && tick.callback && !tell_format(tick))
        record(tick, "change", nullptr, 0);
    else if (tick.lost || !tick.callback)
        record(tick, tick.lost ? tick.lost : "dropped", nullptr, 0);
    else
        deliver(tick);
}

void Input::deliver(const Tick& tick) {
    CaptureMemory memory = capture_memory(tick.pool, tick.memory, tick.faults.buffers, tick.faults.buffers_ahead);
    if (!memory.pixels.bytes) {
        record(tick, "starved", nullptr, 0);
        return;
    }
    const bool painted = paint(tick, memory);
    const std::uint64_t sum =
        painted && tick.faults.sums ? picture_sum(memory.pixels.bytes, tick.geometry.bytes()) : 0;
    end_writing(memory.pixels, tick.generation);
    if (tick.faults.refuse_next > 0) memory.pixels.bytes = nullptr;
    std::uint32_t flags = painted ? 0 : frame_has_no_source;
    if (painted && tick.signal.psf) flags |= frame_is_psf;
    Carried carried;
    if (painted && tick.signal.loop_from >= 0)
        carried = cards()[tick.signal.loop_from].output.carried();
    else if (painted)
        carried = carried_at(tick.signal, tick.index);
    if (card_.abilities().packets_need_v210 && tick.geometry.format != four("v210")) carried.packets.clear();
    if (carried.ints.contains(four("eotf")) || !carried.floats.empty()) flags |= frame_has_hdr;
    record(tick, painted ? "delivered" : "no-source", &carried, sum);
    auto* frame = new Frame("InputFrame", tick.generation, tick.geometry, flags, std::move(memory.pixels));
    frame->arrived({tick.number, tick.mode.duration, tick.mode.scale, tick.hardware_ns}, std::move(carried));
    const auto audio = Ref<AudioPacket>::taking(
        tick.audio.channels ? make_audio_packet(sound(tick, painted), samples_before(tick.number, tick.mode)) : nullptr);
    ledger().call("callback VideoInputFrameArrived");
    tick.callback->VideoInputFrameArrived(frame->input_table(), audio.get());
    frame->release();
}

Sound Input::sound(const Tick& tick, bool with_picture) {
    if (tick.signal.loop_from >= 0 || !with_picture || !tick.signal.sound) {
        const bool looped = with_picture && tick.signal.loop_from >= 0;
        return converted(looped ? cards()[tick.signal.loop_from].output.sound() : Sound{}, tick.audio, tick.sound_count);
    }
    return counting_sound(tick.audio, tick.sound_first, tick.sound_count);
}

// False: there is no picture to show, and the buffer is black.
bool Input::paint(const Tick& tick, CaptureMemory& memory) {
    Painted unknown;
    Painted& state = memory.painted ? *memory.painted : unknown;
    if (tick.matches && tick.signal.loop_from >= 0) {
        state = {};
        if (!cards()[tick.signal.loop_from].output.copy_shown(memory.pixels.bytes, tick.geometry))
            paint_black(memory.pixels.bytes, tick.geometry);  // the wire is up, nothing has been shown yet
        return true;
    } else if (tick.matches) {
        generator_for(tick.geometry, tick.signal.pattern, tick.signal.file)->paint(memory.pixels.bytes, state, tick.index);
        return true;
    }
    if (state.generator != painted_black) paint_black(memory.pixels.bytes, tick.geometry);
    state = {painted_black, -1};
    return false;
}

void Input::record(const Tick& tick, const char* fate, const Carried* carried, std::uint64_t sum) {
    InputRecord record;
    record.index = tick.index;
    record.host_ns = host_ns();
    record.number = tick.number;
    record.fate = fate;
    record.sum = sum;
    if (carried) {
        record.timecodes = carried->timecodes;
        record.packets = static_cast<std::uint32_t>(carried->packets.size());
        record.packets_sum = packets_sum(carried->packets);
    }
    record.sound_first = tick.sound_first;
    record.sound_count = tick.sound_count;
    {
        std::lock_guard lock(mutex_);
        tally_.add(record);
    }
    log.add(card_.index, std::move(record));
}

}  // namespace decklink
