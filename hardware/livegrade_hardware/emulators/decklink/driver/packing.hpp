// Rows of code values to the packed pixel formats of DeckLink, and single luma (or green) values out of them.
#pragma once

#include <cstdint>
#include <span>

namespace decklink {

// 12 bits each: Y', Cb, Cr for the Y'CbCr formats, R', G', B' for the others. Formats of fewer bits keep the upper ones.
struct Triple {
    std::uint16_t a, b, c;
};

void pack_row(std::uint32_t format, std::span<const Triple> row, std::uint8_t* out);

// Y' or G' of one pixel, in the format's own depth.
int brightness(std::uint32_t format, const std::uint8_t* row, int x);

}  // namespace decklink
