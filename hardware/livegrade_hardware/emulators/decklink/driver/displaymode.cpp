#include "displaymode.hpp"

#include "card.hpp"
#include "objects.hpp"

namespace decklink {

namespace {

class DisplayModeObject final : public Alone<DisplayMode> {
 public:
    explicit DisplayModeObject(const Mode& mode) : Alone("DisplayMode", display_mode_id), mode_(mode) {}
    Result GetName(const char** name) override {
        ledger().call("IDeckLinkDisplayMode::GetName");
        if (!name) return null_pointer;
        *name = client_string(mode_.name);
        return ok;
    }
    std::uint32_t GetDisplayMode() override {
        ledger().call("IDeckLinkDisplayMode::GetDisplayMode");
        return mode_.code;
    }
    long GetWidth() override {
        ledger().call("IDeckLinkDisplayMode::GetWidth");
        return mode_.width;
    }
    long GetHeight() override {
        ledger().call("IDeckLinkDisplayMode::GetHeight");
        return mode_.height;
    }
    Result GetFrameRate(std::int64_t* duration, std::int64_t* scale) override {
        ledger().call("IDeckLinkDisplayMode::GetFrameRate");
        if (!duration || !scale) return null_pointer;
        if (mode_.code == cards().mode_without_rate()) return failed;
        *duration = mode_.duration;
        *scale = mode_.scale;
        return ok;
    }
    std::uint32_t GetFieldDominance() override {
        ledger().call("IDeckLinkDisplayMode::GetFieldDominance");
        return mode_.dominance;
    }
    std::uint32_t GetFlags() override {
        ledger().call("IDeckLinkDisplayMode::GetFlags");
        return mode_.flags;
    }

 private:
    void finish() override { delete this; }
    Mode mode_;
};

class ModeWalk final : public Alone<DisplayModeIterator> {
 public:
    explicit ModeWalk(int most_lines)
        : Alone("DisplayModeIterator", display_mode_iterator_id), most_lines_(most_lines) {}
    Result Next(DisplayMode** mode) override {
        ledger().call("IDeckLinkDisplayModeIterator::Next");
        if (!mode) return null_pointer;
        *mode = nullptr;
        while (next_ < all_modes().size() && all_modes()[next_].height > most_lines_) ++next_;
        if (next_ == all_modes().size()) return no_value;
        *mode = make_display_mode(all_modes()[next_++]);
        return ok;
    }

 private:
    void finish() override { delete this; }
    int most_lines_;
    std::size_t next_ = 0;
};

}  // namespace

DisplayMode* make_display_mode(const Mode& mode) { return new DisplayModeObject(mode); }
DisplayModeIterator* make_display_mode_iterator(int most_lines) { return new ModeWalk(most_lines); }

}  // namespace decklink
