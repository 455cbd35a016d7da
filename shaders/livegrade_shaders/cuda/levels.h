// Codes of pictures as the 10-bit levels that scopes and false colour count in (livegrade/scopes/wire.py).
#pragma once

#include "livegrade/scopes.h"
#include "picture.h"

LG_D int lg_level_at(const lg_picture& p, int k, int i, int y) {
    return lg_to_10((int)lg_code_at(p, k, i, y), p.layout.code_bits);
}

// Twice the chroma at pixel x, minus 1024.
LG_D int lg_doubled(const lg_picture& p, int k, int x, int y) {
    return lg_level_at(p, k, x >> p.layout.shift_x, y) + lg_level_at(p, k, lg_next_chroma(p, x), y) - 1024;
}
