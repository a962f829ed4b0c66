// The colours that come with Handtint. Old photographs are mostly people, so skin comes first. A hint carries hue and
// chroma only (the photograph keeps its lightness), so the swatches sit at the lightness at which they are met and
// differ in warmth and chroma.
#include <cstdint>

#include "editor/document/palette.h"

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
    palette_of("Skin", {{0xf3d7c6, "Porcelain"},
                        {0xecc3a8, "Fair"},
                        {0xe0ac8b, "Light"},
                        {0xd1986f, "Sand"},
                        {0xbd8259, "Olive"},
                        {0xa56b47, "Tan"},
                        {0x8a5638, "Brown"},
                        {0x6a402a, "Deep brown"},
                        {0x472a1d, "Ebony"},
                        {0xd98c7c, "Cheek, rosy"},
                        {0xc9736b, "Cheek, flushed"},
                        {0xb5615d, "Lips, natural"},
                        {0x8e3f40, "Lips, dark"},
                        {0xa5232f, "Lips, painted"},
                        {0xb98a78, "Skin in shadow"},
                        {0xc58f84, "Ears and fingertips"}}),
    palette_of("Hair", {{0xe9dcc0, "Platinum"},
                        {0xd8b980, "Flaxen"},
                        {0xc29a56, "Golden blond"},
                        {0xa1784a, "Dark blond"},
                        {0xa65a2e, "Copper"},
                        {0x87401f, "Auburn"},
                        {0x7a5638, "Light brown"},
                        {0x563a26, "Brown"},
                        {0x38261b, "Dark brown"},
                        {0x211a17, "Black, warm"},
                        {0x1b1c20, "Black, cool"},
                        {0x9a958f, "Grey"},
                        {0xd9d7d2, "White"}}),
    palette_of("Eyes", {{0x6f94b8, "Blue"},
                        {0x8fa5b3, "Blue-grey"},
                        {0x7c8a84, "Grey"},
                        {0x6d8561, "Green"},
                        {0x87804d, "Hazel"},
                        {0x8d6234, "Amber"},
                        {0x5f3d24, "Brown"},
                        {0x38241a, "Dark brown"},
                        {0xe6ded7, "White of the eye"}}),
    palette_of("Foliage", {{0x8ea84c, "Young leaves"},
                           {0x6b8f3a, "Grass in sun"},
                           {0x4d7433, "Summer leaves"},
                           {0x3b5a33, "Grass in shade"},
                           {0x2f4a35, "Fir"},
                           {0x6f7f56, "Olive and sage"},
                           {0x5f7f6c, "Distant woods"},
                           {0xb9ab63, "Dry grass"},
                           {0xc98d2e, "Autumn gold"},
                           {0xa5502a, "Autumn rust"},
                           {0xc4475a, "Rose"},
                           {0xe3a4b4, "Blossom"},
                           {0x8069a8, "Lilac"},
                           {0xe0b93a, "Sunflower"}}),
    palette_of("Sky and water", {{0x5b8fc7, "Clear sky, high"},
                                 {0x8fb6dc, "Clear sky"},
                                 {0xbcd3e6, "Sky near the horizon"},
                                 {0xd6dbe0, "Haze"},
                                 {0x9aa5b0, "Rain cloud"},
                                 {0xf0dcc3, "Cloud, evening light"},
                                 {0xe8a878, "Sunset"},
                                 {0xc9788a, "Afterglow"},
                                 {0x2c3a5e, "Night"},
                                 {0x3f7690, "Sea"},
                                 {0x5f9a96, "Shallow water"},
                                 {0x4e5f55, "River"}}),
    palette_of("Wood and leather", {{0xd9b98c, "Birch and pine"},
                                    {0xb98a55, "Oak"},
                                    {0xa06a3a, "Cherry"},
                                    {0x7b4a2b, "Walnut"},
                                    {0x6a2f22, "Mahogany"},
                                    {0x3a2a22, "Ebony"},
                                    {0x8d8377, "Weathered wood"},
                                    {0xa4683c, "Leather, saddle"},
                                    {0x5a3825, "Leather, dark"},
                                    {0xa5573f, "Brick"},
                                    {0xb9a888, "Sandstone"},
                                    {0xc8a24a, "Brass and gold"},
                                    {0xa4683f, "Copper and bronze"}}),
    palette_of("Uniforms", {{0x7a6e4b, "Khaki drill"},
                            {0x6b6544, "Khaki wool"},
                            {0x565a3c, "Olive drab"},
                            {0x6b7466, "Field grey, early"},
                            {0x586057, "Field grey, late"},
                            {0x8a97a5, "Horizon blue"},
                            {0x25304a, "Navy"},
                            {0x34406a, "Prussian blue"},
                            {0x4d6079, "Air force blue"},
                            {0x8c2a2b, "Scarlet"},
                            {0xb8a47a, "Desert sand"},
                            {0x6e4a30, "Belt leather"},
                            {0xc4a03f, "Brass buttons"},
                            {0xd9d2c0, "Canvas webbing"}}),
    palette_of("Early dyes", {{0x8e4585, "Perkin's mauve"},
                              {0xa8326e, "Fuchsine"},
                              {0xa23a33, "Madder"},
                              {0x9b1f3a, "Cochineal"},
                              {0xc9463d, "Turkey red"},
                              {0x2f3f6f, "Indigo"},
                              {0x5a7396, "Woad"},
                              {0x3b5fa0, "Prussian blue on cotton"},
                              {0xd8b43c, "Weld"},
                              {0xc98f2f, "Quercitron"},
                              {0x5c7d46, "Weld over indigo"},
                              {0x3f7a5f, "Scheele's green"},
                              {0x6b4a34, "Walnut and catechu"},
                              {0x2b262a, "Logwood black"},
                              {0xe9dfc8, "Unbleached linen"}}),
};

}  // namespace

const std::vector<Palette>& starter_palettes() {
  return palettes;
}

}  // namespace handtint
