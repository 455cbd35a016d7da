// Interface identifiers, by generation: 14 is 14.0 to 14.2, 15 is 14.3 to 15.3. A driver of a newer generation goes on
// serving the older ones. What generation 16 never asks for by name is not here.
#pragma once

#include "abi.hpp"

namespace decklink {

consteval std::uint8_t nibble(char digit) {
    return static_cast<std::uint8_t>(digit <= '9' ? digit - '0' : digit - 'a' + 10);
}

consteval Iid iid(const char (&text)[33]) {
    Iid id{};
    for (int byte = 0; byte < 16; ++byte)
        id.bytes[byte] = static_cast<std::uint8_t>(nibble(text[2 * byte]) << 4 | nibble(text[2 * byte + 1]));
    return id;
}

inline constexpr Iid unknown_id = iid("0000000000000000c000000000000046");
inline constexpr Iid iterator_id = iid("50fb36cd30634b73bdbb958087f2d8ba");
inline constexpr Iid deck_link_id = iid("c418fbdd058748ed8fe5640f0a14af91");
inline constexpr Iid api_information_id = iid("7bea3c68730d4322af348a7152b532a4");
inline constexpr Iid discovery_id = iid("cdbf631cbc7645fab44dc55059bc6101");
inline constexpr Iid display_mode_id = iid("3eb2c1ab0a3d4523a3adf40d7fb14e78");
inline constexpr Iid display_mode_iterator_id = iid("9c88499ff6014021b80b032e4eb41c35");
inline constexpr Iid attributes14_id = iid("17d4bf8e4911473a80a0731cf6ff345b");
inline constexpr Iid attributes16_id = iid("f47551d7ad2247afbcfd6be88aa879d9");
inline constexpr Iid configuration14_id = iid("912f634b2d4e40a48aab8d80b73f1289");
inline constexpr Iid configuration16_id = iid("5a68ffd41c124edea6d245451d385fc1");
inline constexpr Iid status14_id = iid("5f558200402849bcbeacdb3fa4a96e46");
inline constexpr Iid status16_id = iid("2a04a635ed4241ef93420e11f8cf6b5e");
inline constexpr Iid statistics16_id = iid("21cb2ed1442942beaaf322a3b1dd3ae0");
inline constexpr Iid input14_id = iid("c21cdb6ef41446e4a63680a566e0ed37");
inline constexpr Iid input15_id = iid("4095db82e2944b8caaa83b9e80c49336");
inline constexpr Iid input16_id = iid("6a515f8afbce4853b0f72a09db1eca0b");
inline constexpr Iid output14_id = iid("be2d9020461e442f84b7e949cb953b9d");
inline constexpr Iid output15_id = iid("1a8077f19fe2453381472294305e253f");
inline constexpr Iid output16_id = iid("5f227c9539d746c78b7d9c81795fbbe4");
inline constexpr Iid frame14_id = iid("3f716fe0f0234111be5def4414c05b17");
inline constexpr Iid frame15_id = iid("6502091c615f4f51baf645c4256dd5b0");
inline constexpr Iid mutable_frame14_id = iid("69e2639f40da4e19b6f220ace815c390");
inline constexpr Iid mutable_frame15_id = iid("cf9eb13403744c5b95fa1ec14819ff62");
inline constexpr Iid input_frame14_id = iid("05cfe374537c40949a57680525118f44");
inline constexpr Iid input_frame15_id = iid("c9add3d2be52488dab2d7fdef7af0c95");
inline constexpr Iid video_buffer15_id = iid("ccb4b64a5c864e02b778885d352709fe");
inline constexpr Iid video_buffer16_id = iid("81f03d70de134b17873ac8ac9689c682");
inline constexpr Iid metadata_id = iid("e232a5b74db444c99152f47c12e5f051");
inline constexpr Iid mutable_metadata_id = iid("cc198fc682984419942d8357ec355e58");
inline constexpr Iid timecode_id = iid("bc6cfbd383174325ac1c1216391e9340");
inline constexpr Iid packets14_id = iid("6c186c0f459e41d8aee24812d81aee68");
inline constexpr Iid packets15_id = iid("8a72d63080704d058a93e60c40ee088a");
inline constexpr Iid packet_iterator14_id = iid("3fc8994b88fb4c17968f9aab69d964a7");
inline constexpr Iid packet_iterator15_id = iid("10f1aa8854be42f7b9f8ec2f5f099551");
inline constexpr Iid packet14_id = iid("cc5bbf7e029c4d3b91586000ef5e3670");
inline constexpr Iid packet15_id = iid("f5c0d4985cd34c7797738efa20bb334b");
inline constexpr Iid audio_packet_id = iid("e43d5870289411de8c300800200c9a66");

}  // namespace decklink
