// How tests and the emulate command speak with the driver: one line in, text out, either in the same process or over a
// socket of the file system. Settings may also stand in the environment of a child process.
#pragma once

#include <string>

namespace decklink {

// "ok\n" and what was asked for, or "error SENTENCE\n".
std::string obey(const std::string& line);

// The variables below, once, when the first client comes:
// LIVEGRADE_EMULATED_DECKLINK: settings NAME=VALUE, one a line; LIVEGRADE_EMULATED_DECKLINK_SOCKET: where to listen;
// LIVEGRADE_EMULATED_DECKLINK_REPORT: at the end each port that was used says on standard error what went through it.
void read_environment();

}  // namespace decklink
