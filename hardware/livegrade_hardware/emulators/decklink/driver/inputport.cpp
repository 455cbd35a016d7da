#include "inputport.hpp"

namespace decklink {

Result supports_mode(Device& device, std::uint32_t connection, std::uint32_t mode, std::uint32_t pixel_format,
                     std::uint32_t* actual, bool* supported) {
    if (!supported) return null_pointer;
    if (!device.alive()) return failed;
    const Mode* found = mode_of(mode);
    const Abilities abilities = device.card().abilities();
    const bool connector = connection == 0 || (connection & abilities.connections);
    *supported = connector && found && found->height <= abilities.most_lines &&
                 (pixel_format == 0 || row_bytes(pixel_format, found->width));
    if (actual) *actual = *supported ? mode : four("iunk");
    return ok;
}

Result find_display_mode(Device& device, std::uint32_t mode, DisplayMode** found) {
    if (!found) return null_pointer;
    const Mode* named = mode_of(mode);
    const bool there = named && named->height <= device.card().abilities().most_lines;
    *found = there ? make_display_mode(*named) : nullptr;
    return there ? ok : invalid_argument;
}

Result InputPort14::SetVideoInputFrameMemoryAllocator(MemoryAllocator* allocator) {
    ledger().call("IDeckLinkInput::SetVideoInputFrameMemoryAllocator");
    memory_.generation = generation_;
    memory_.old_style = Ref<MemoryAllocator>::sharing(allocator);
    return ok;
}

Result InputPort15::EnableVideoInputWithAllocatorProvider(std::uint32_t mode, std::uint32_t pixel_format,
                                                          std::uint32_t flags, BufferAllocatorProvider* provider) {
    ledger().call("IDeckLinkInput::EnableVideoInputWithAllocatorProvider");
    if (!provider) return null_pointer;
    const Mode* found = mode_of(mode);
    const auto stride = found ? row_bytes(pixel_format, found->width) : std::nullopt;
    if (!stride) return invalid_argument;
    BufferAllocator* given = nullptr;
    const Result answer = provider->GetVideoBufferAllocator(
        static_cast<std::uint32_t>(*stride * found->height), static_cast<std::uint32_t>(found->width),
        static_cast<std::uint32_t>(found->height), static_cast<std::uint32_t>(*stride), pixel_format, &given);
    if (answer != ok) return answer;
    if (!given) return failed;
    ClientMemory memory;
    memory.generation = generation_;
    memory.allocator = Ref<BufferAllocator>::taking(given);
    return enable(mode, pixel_format, flags, std::move(memory));
}

}  // namespace decklink
