#include "picture.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <cstring>
#include <fstream>

#include "packing.hpp"

namespace decklink {

namespace {

// The blocks of livegrade's burned-in index: 18 columns of 2, numbered down the columns; white, black, 28 bits highest
// first, 4 check bits, black, white. The check is the exclusive or of the seven groups of four bits, and 1010.
constexpr int columns = 18, blocks = 2 * columns;
constexpr std::int64_t index_limit = 1 << 28;
constexpr int square_lines = 96, square_step = 48;
constexpr Triple white_yuv{940 << 2, 512 << 2, 512 << 2}, black_yuv{64 << 2, 512 << 2, 512 << 2};
constexpr Triple white_rgb{940 << 2, 940 << 2, 940 << 2}, black_rgb{64 << 2, 64 << 2, 64 << 2};

int block_side(int height) { return height < 1440 ? 24 : 48; }

std::array<bool, blocks> blocks_of(std::int64_t index) {
    const std::int64_t value = index % index_limit;
    int check = 0b1010;
    for (int shift = 0; shift < 28; shift += 4) check ^= static_cast<int>(value >> shift & 15);
    std::array<bool, blocks> bits{true, false};
    for (int bit = 0; bit < 28; ++bit) bits[2 + static_cast<std::size_t>(bit)] = value >> (27 - bit) & 1;
    for (int bit = 0; bit < 4; ++bit) bits[30 + static_cast<std::size_t>(bit)] = check >> (3 - bit) & 1;
    bits[35] = true;
    return bits;
}

// Ramps over all codes that a picture may have (4 to 1019 of 10 bits), shifted line by line so that no two lines agree.
Triple base_pixel(int x, int y, int width, bool yuv) {
    constexpr int codes = 1016 << 2;
    const int ramp = (x * codes / width + y * 7) % codes + (4 << 2);
    if (!yuv) return {static_cast<std::uint16_t>(ramp), static_cast<std::uint16_t>(codes + (8 << 2) - ramp - 1),
                      static_cast<std::uint16_t>((x * 5 + y * 11) % codes + (4 << 2))};
    return {static_cast<std::uint16_t>(ramp), static_cast<std::uint16_t>((y * 3 + x / 2) % codes + (4 << 2)),
            static_cast<std::uint16_t>((y * 5 + x) % codes + (4 << 2))};
}

std::uint64_t next_generator() {
    static std::atomic<std::uint64_t> last{0};
    return ++last;
}

// Where pixel `x` begins in a packed row; x is a multiple of 24.
std::size_t offset(std::uint32_t format, int x) {
    return static_cast<std::size_t>(format == pixel::yuv10 ? x / 6 * 16 : *row_bytes(format, 64) * x / 64);
}

}  // namespace

Generator::Generator(Geometry geometry, Pattern pattern, const std::string& file)
    : geometry_(geometry), pattern_(pattern), file_(file), id_(next_generator()) {
    if (pattern_ == Pattern::file) {
        std::ifstream in(file_, std::ios::binary);
        base_.assign(std::istreambuf_iterator<char>(in), {});
        base_.resize(base_.size() / geometry_.bytes() * geometry_.bytes());
        if (!base_.empty()) return;
        pattern_ = Pattern::still;
    }
    const bool yuv = is_yuv(geometry_.format);
    base_.resize(geometry_.bytes());
    std::vector<Triple> row(static_cast<std::size_t>(geometry_.width));
    for (int y = 0; y < geometry_.height; ++y) {
        for (int x = 0; x < geometry_.width; ++x)
            row[static_cast<std::size_t>(x)] = base_pixel(x, y, geometry_.width, yuv);
        pack_row(geometry_.format, row, base_.data() + static_cast<std::size_t>(y) * geometry_.stride);
    }
    const std::vector<Triple> square(square_lines, yuv ? white_yuv : white_rgb);
    square_.resize(offset(geometry_.format, square_lines));
    pack_row(geometry_.format, square, square_.data());
}

int Generator::square_at(std::int64_t index) const {
    const int places = std::max(1, (geometry_.width - square_lines) / square_step);
    return static_cast<int>(index % places) * square_step;
}

void Generator::paint_code(std::uint8_t* out, std::int64_t index) const {
    const bool yuv = is_yuv(geometry_.format);
    const int side = block_side(geometry_.height);
    const auto bits = blocks_of(index);
    std::vector<Triple> row(static_cast<std::size_t>(columns * side));
    std::vector<std::uint8_t> packed(offset(geometry_.format, columns * side));
    for (int line = 0; line < 2; ++line) {
        for (std::size_t x = 0; x < row.size(); ++x) {
            const bool white = bits[2 * (x / static_cast<std::size_t>(side)) + static_cast<std::size_t>(line)];
            row[x] = yuv ? (white ? white_yuv : black_yuv) : (white ? white_rgb : black_rgb);
        }
        pack_row(geometry_.format, row, packed.data());
        for (int y = line * side; y < (line + 1) * side; ++y)
            std::memcpy(out + static_cast<std::size_t>(y) * geometry_.stride, packed.data(), packed.size());
    }
}

void Generator::paint(std::uint8_t* out, Painted& state, std::int64_t index) const {
    const std::size_t bytes = geometry_.bytes();
    if (pattern_ == Pattern::file) {
        const auto pictures = static_cast<std::int64_t>(base_.size() / bytes);
        std::memcpy(out, base_.data() + static_cast<std::size_t>(index % pictures) * bytes, bytes);
        return;
    }
    const std::size_t stride = static_cast<std::size_t>(geometry_.stride);
    const auto square_top = static_cast<std::size_t>(geometry_.height / 2);
    if (state.generator != id_) {
        std::memcpy(out, base_.data(), bytes);
    } else if (state.square_x >= 0) {
        const std::size_t at = offset(geometry_.format, state.square_x);
        for (std::size_t y = square_top; y < square_top + square_lines; ++y)
            std::memcpy(out + y * stride + at, base_.data() + y * stride + at, square_.size());
    }
    state = {id_, -1};
    if (pattern_ == Pattern::still) return;
    state.square_x = square_at(index);
    const std::size_t at = offset(geometry_.format, state.square_x);
    for (std::size_t y = square_top; y < square_top + square_lines; ++y)
        std::memcpy(out + y * stride + at, square_.data(), square_.size());
    paint_code(out, index);
}

std::optional<std::int64_t> burned_index(const std::uint8_t* picture, const Geometry& geometry) {
    const int side = block_side(geometry.height);
    if (geometry.width < columns * side || geometry.height < 2 * side) return std::nullopt;
    std::array<int, blocks> levels{};
    for (int block = 0; block < blocks; ++block) {
        int sum = 0;
        for (const int dy : {side / 3, side / 2, 2 * side / 3})
            for (const int dx : {side / 3, side / 2, 2 * side / 3}) {
                const int y = block % 2 * side + dy, x = block / 2 * side + dx;
                sum += brightness(geometry.format, picture + static_cast<std::size_t>(y) * geometry.stride, x);
            }
        levels[static_cast<std::size_t>(block)] = sum;
    }
    const int white = (levels[0] + levels[35]) / 2, black = (levels[1] + levels[34]) / 2;
    if (white <= black + black / 16 + 9) return std::nullopt;
    std::int64_t value = 0;
    int check = 0;
    for (std::size_t block = 0; block < blocks; ++block) {
        const int share = (levels[block] - black) * 100 / (white - black);
        if (std::min(std::abs(share), std::abs(share - 100)) > 35) return std::nullopt;
        if (block >= 2 && block < 30) value = value << 1 | (share > 50);
        if (block >= 30 && block < 34) check = check << 1 | (share > 50);
    }
    const auto expected = blocks_of(value);
    for (std::size_t bit = 0; bit < 4; ++bit)
        if (expected[30 + bit] != (check >> (3 - bit) & 1)) return std::nullopt;
    return value;
}

std::uint64_t picture_sum(const std::uint8_t* picture, std::size_t bytes) {
    // Four independent chains keep the multiplier busy; the tail goes byte by byte.
    constexpr std::uint64_t prime = 0x9e3779b97f4a7c15;
    std::uint64_t sums[4] = {1, 2, 3, 4};
    std::size_t at = 0;
    for (; at + 32 <= bytes; at += 32)
        for (int chain = 0; chain < 4; ++chain) {
            std::uint64_t word;
            std::memcpy(&word, picture + at + 8 * chain, 8);
            sums[chain] = (sums[chain] ^ word) * prime;
            sums[chain] ^= sums[chain] >> 29;
        }
    std::uint64_t sum = sums[0] ^ (sums[1] * 3) ^ (sums[2] * 5) ^ (sums[3] * 7);
    for (; at < bytes; ++at) sum = (sum ^ picture[at]) * prime;
    return sum;
}

}  // namespace decklink
