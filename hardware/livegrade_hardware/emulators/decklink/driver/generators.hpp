// The generators that are in use, made once for each kind of picture and shared by all inputs.
#pragma once

#include <memory>

#include "picture.hpp"

namespace decklink {

std::shared_ptr<const Generator> generator_for(const Geometry& geometry, Pattern pattern, const std::string& file);

inline constexpr std::uint64_t painted_black = UINT64_MAX;
void paint_black(std::uint8_t* out, const Geometry& geometry);

}  // namespace decklink
