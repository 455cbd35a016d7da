"""Where pictures come from: test patterns, files and devices that FFmpeg opens, NDI. Pictures are taken as they are;
their colours are nobody's business here."""
