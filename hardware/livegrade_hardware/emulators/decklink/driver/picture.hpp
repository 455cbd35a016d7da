// The generator's pictures: a base made once for each mode and pixel format, and on it what changes with every frame, the
// frame's index as black and white blocks and a square that moves. A buffer that holds the base already costs only those.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "modes.hpp"

namespace decklink {

enum class Pattern { moving, still, file };

struct Geometry {
    int width = 0, height = 0, stride = 0;
    std::uint32_t format = 0;
    bool operator==(const Geometry&) const = default;
    std::size_t bytes() const { return static_cast<std::size_t>(stride) * static_cast<std::size_t>(height); }
};

// What a buffer holds, so that the next picture in it need not be painted whole.
struct Painted {
    std::uint64_t generator = 0;  // 0: nothing
    int square_x = -1;
};

class Generator {
 public:
    // `file`: raw pictures of exactly this geometry one behind the other, for Pattern::file; shown in a loop.
    Generator(Geometry geometry, Pattern pattern, const std::string& file);
    const Geometry& geometry() const { return geometry_; }
    void paint(std::uint8_t* out, Painted& state, std::int64_t index) const;
    bool serves(const Geometry& geometry, Pattern pattern, const std::string& file) const {
        return geometry == geometry_ && pattern == pattern_ && file == file_;
    }

 private:
    void paint_code(std::uint8_t* out, std::int64_t index) const;
    int square_at(std::int64_t index) const;

    Geometry geometry_;
    Pattern pattern_;
    std::string file_;
    std::uint64_t id_;
    std::vector<std::uint8_t> base_;    // one picture, or all of the file's
    std::vector<std::uint8_t> square_;  // one row of the square
};

// The index burned into a picture, read through looks and codecs as long as black stays darker than white.
std::optional<std::int64_t> burned_index(const std::uint8_t* picture, const Geometry& geometry);

// Checksum of a picture, all bytes of it, padding of the rows too.
std::uint64_t picture_sum(const std::uint8_t* picture, std::size_t bytes);

}  // namespace decklink
