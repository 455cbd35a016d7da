// The picture that Python hands over (`_native.Image`): an Image that keeps its buffer. Bound functions take
// `const Image&`; those that write call require_writable first.
#pragma once

#include <nanobind/nanobind.h>

#include <string>
#include <vector>

#include "image.hpp"

namespace livegrade {

class HeldImage : public Image {
  public:
    // `pixels` exports the buffer protocol; `offsets` and `strides` in bytes, one per plane, strides may be negative.
    // Throws std::invalid_argument (ValueError) when a plane does not lie inside the buffer.
    HeldImage(nanobind::handle pixels, const std::string& layout_name, int width, int height,
              const std::vector<std::ptrdiff_t>& offsets, const std::vector<std::ptrdiff_t>& strides,
              bool interlaced);
    ~HeldImage();
    HeldImage(const HeldImage&) = delete;
    HeldImage& operator=(const HeldImage&) = delete;

  private:
    Py_buffer view_{};
};

// Throws std::invalid_argument (ValueError) for a read-only picture.
void require_writable(const Image& image);

}  // namespace livegrade
