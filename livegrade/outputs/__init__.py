"""Where pictures go: files, NDI, stills, nothing. Each sink says which format it wants and takes frames in it; when a
frame is due, and what is shown on it, is decided elsewhere."""
