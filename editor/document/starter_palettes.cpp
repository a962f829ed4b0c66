// The colours that come with Handtint. Old photographs are mostly people, so skin comes first. A hint carries hue and
// chroma only (the photograph keeps its lightness), so the swatches sit at the lightness at which they are met and
// differ in warmth and chroma.
#include <cstdint>

#include "editor/document/palette.h"
#include "editor/document/stroke.h"
#include "solver/tr.h"

namespace handtint {
namespace {

struct Named {
  std::uint32_t code;  // 0xRRGGBB
  const char* name;
};

Palette palette_of(const char* name, std::initializer_list<Named> colours) {
  Palette palette{name, {}};
  for (const Named& c : colours) {
    palette.swatches.push_back({c.name,
                                {static_cast<float>(c.code >> 16) / 255, static_cast<float>(c.code >> 8 & 255) / 255,
                                 static_cast<float>(c.code & 255) / 255}});
  }
  return palette;
}

const std::vector<Palette> palettes{
    palette_of(tr_noop("Skin"), {{0xf3d7c6, tr_noop("Porcelain")},
                                 // Translators: of skin
                                 {0xecc3a8, tr_noop("Fair")},
                                 // Translators: of skin
                                 {0xe0ac8b, tr_noop("Light")},
                                 {0xd1986f, tr_noop("Sand")},
                                 {0xbd8259, tr_noop("Olive")},
                                 // Translators: of skin
                                 {0xa56b47, tr_noop("Tan")},
                                 {0x8a5638, tr_noop("Brown")},
                                 {0x6a402a, tr_noop("Deep brown")},
                                 {0x472a1d, tr_noop("Ebony")},
                                 {0xd98c7c, tr_noop("Cheek, rosy")},
                                 {0xc9736b, tr_noop("Cheek, flushed")},
                                 {0xb5615d, tr_noop("Lips, natural")},
                                 {0x8e3f40, tr_noop("Lips, dark")},
                                 {0xa5232f, tr_noop("Lips, painted")},
                                 {0xb98a78, tr_noop("Skin in shadow")},
                                 {0xc58f84, tr_noop("Ears and fingertips")}}),
    palette_of(tr_noop("Hair"), {{0xe9dcc0, tr_noop("Platinum")},
                                 {0xd8b980, tr_noop("Flaxen")},
                                 {0xc29a56, tr_noop("Golden blond")},
                                 {0xa1784a, tr_noop("Dark blond")},
                                 {0xa65a2e, tr_noop("Copper")},
                                 {0x87401f, tr_noop("Auburn")},
                                 {0x7a5638, tr_noop("Light brown")},
                                 {0x563a26, tr_noop("Brown")},
                                 {0x38261b, tr_noop("Dark brown")},
                                 {0x211a17, tr_noop("Black, warm")},
                                 {0x1b1c20, tr_noop("Black, cool")},
                                 {0x9a958f, tr_noop("Grey")},
                                 {0xd9d7d2, tr_noop("White")}}),
    palette_of(tr_noop("Eyes"), {{0x6f94b8, tr_noop("Blue")},
                                 {0x8fa5b3, tr_noop("Blue-grey")},
                                 {0x7c8a84, tr_noop("Grey")},
                                 {0x6d8561, tr_noop("Green")},
                                 {0x87804d, tr_noop("Hazel")},
                                 {0x8d6234, tr_noop("Amber")},
                                 {0x5f3d24, tr_noop("Brown")},
                                 {0x38241a, tr_noop("Dark brown")},
                                 {0xe6ded7, tr_noop("White of the eye")}}),
    palette_of(tr_noop("Foliage"), {{0x8ea84c, tr_noop("Young leaves")},
                                    {0x6b8f3a, tr_noop("Grass in sun")},
                                    {0x4d7433, tr_noop("Summer leaves")},
                                    {0x3b5a33, tr_noop("Grass in shade")},
                                    {0x2f4a35, tr_noop("Fir")},
                                    {0x6f7f56, tr_noop("Olive and sage")},
                                    {0x5f7f6c, tr_noop("Distant woods")},
                                    {0xb9ab63, tr_noop("Dry grass")},
                                    {0xc98d2e, tr_noop("Autumn gold")},
                                    {0xa5502a, tr_noop("Autumn rust")},
                                    {0xc4475a, tr_noop("Rose")},
                                    {0xe3a4b4, tr_noop("Blossom")},
                                    {0x8069a8, tr_noop("Lilac")},
                                    {0xe0b93a, tr_noop("Sunflower")}}),
    palette_of(tr_noop("Sky and water"), {{0x5b8fc7, tr_noop("Clear sky, high")},
                                          {0x8fb6dc, tr_noop("Clear sky")},
                                          {0xbcd3e6, tr_noop("Sky near the horizon")},
                                          {0xd6dbe0, tr_noop("Haze")},
                                          {0x9aa5b0, tr_noop("Rain cloud")},
                                          {0xf0dcc3, tr_noop("Cloud, evening light")},
                                          {0xe8a878, tr_noop("Sunset")},
                                          {0xc9788a, tr_noop("Afterglow")},
                                          {0x2c3a5e, tr_noop("Night")},
                                          {0x3f7690, tr_noop("Sea")},
                                          {0x5f9a96, tr_noop("Shallow water")},
                                          {0x4e5f55, tr_noop("River")}}),
    palette_of(tr_noop("Wood and leather"), {{0xd9b98c, tr_noop("Birch and pine")},
                                             {0xb98a55, tr_noop("Oak")},
                                             {0xa06a3a, tr_noop("Cherry")},
                                             {0x7b4a2b, tr_noop("Walnut")},
                                             {0x6a2f22, tr_noop("Mahogany")},
                                             {0x3a2a22, tr_noop("Ebony")},
                                             {0x8d8377, tr_noop("Weathered wood")},
                                             {0xa4683c, tr_noop("Leather, saddle")},
                                             {0x5a3825, tr_noop("Leather, dark")},
                                             {0xa5573f, tr_noop("Brick")},
                                             {0xb9a888, tr_noop("Sandstone")},
                                             {0xc8a24a, tr_noop("Brass and gold")},
                                             {0xa4683f, tr_noop("Copper and bronze")}}),
    palette_of(tr_noop("Uniforms"), {{0x7a6e4b, tr_noop("Khaki drill")},
                                     {0x6b6544, tr_noop("Khaki wool")},
                                     {0x565a3c, tr_noop("Olive drab")},
                                     {0x6b7466, tr_noop("Field grey, early")},
                                     {0x586057, tr_noop("Field grey, late")},
                                     {0x8a97a5, tr_noop("Horizon blue")},
                                     {0x25304a, tr_noop("Navy")},
                                     {0x34406a, tr_noop("Prussian blue")},
                                     {0x4d6079, tr_noop("Air force blue")},
                                     {0x8c2a2b, tr_noop("Scarlet")},
                                     {0xb8a47a, tr_noop("Desert sand")},
                                     {0x6e4a30, tr_noop("Belt leather")},
                                     {0xc4a03f, tr_noop("Brass buttons")},
                                     {0xd9d2c0, tr_noop("Canvas webbing")}}),
    palette_of(tr_noop("Early dyes"), {{0x8e4585, tr_noop("Perkin's mauve")},
                                       {0xa8326e, tr_noop("Fuchsine")},
                                       {0xa23a33, tr_noop("Madder")},
                                       {0x9b1f3a, tr_noop("Cochineal")},
                                       {0xc9463d, tr_noop("Turkey red")},
                                       {0x2f3f6f, tr_noop("Indigo")},
                                       {0x5a7396, tr_noop("Woad")},
                                       {0x3b5fa0, tr_noop("Prussian blue on cotton")},
                                       {0xd8b43c, tr_noop("Weld")},
                                       {0xc98f2f, tr_noop("Quercitron")},
                                       {0x5c7d46, tr_noop("Weld over indigo")},
                                       {0x3f7a5f, tr_noop("Scheele's green")},
                                       {0x6b4a34, tr_noop("Walnut and catechu")},
                                       {0x2b262a, tr_noop("Logwood black")},
                                       {0xe9dfc8, tr_noop("Unbleached linen")}}),
};

}  // namespace

const std::vector<Palette>& starter_palettes() {
  return palettes;
}

std::string_view material_of(Rgb colour) {
  constexpr std::size_t of_shades = 3;  // in skin, hair and eyes "Brown" or "Fair" names no thing
  for (std::size_t i = 0; i < palettes.size(); ++i)
    for (const Swatch& swatch : palettes[i].swatches)
      if (same_colour(swatch.colour, colour)) return i < of_shades ? palettes[i].name : swatch.name;
  return {};
}

}  // namespace handtint
