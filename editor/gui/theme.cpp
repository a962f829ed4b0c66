#include "editor/gui/theme.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <set>
#include <system_error>

#include "editor/files/file_error.h"
#include "editor/files/read_bytes.h"
#include "editor/gui/font_search.h"
#include "editor/gui/legible.h"

namespace handtint {
namespace {

constexpr ImU32 grey(int value, int alpha = 255) {
  return IM_COL32(value, value, value, alpha);
}

Colours dark_colours() {
  return {{0.157f, 0.157f, 0.157f},
          grey(52),
          grey(68),
          grey(82),
          grey(96),
          grey(34),
          grey(232),
          grey(168),
          IM_COL32(92, 160, 232, 255),
          grey(16),
          grey(0, 90),
          IM_COL32(240, 176, 80, 255)};
}

Colours light_colours() {
  return {{0.70f, 0.70f, 0.70f},
          grey(236),
          grey(252),
          grey(222),
          grey(206),
          grey(200),
          grey(24),
          grey(92),
          IM_COL32(28, 100, 180, 255),
          grey(255),
          grey(0, 50),
          IM_COL32(168, 92, 0, 255)};
}

std::vector<std::filesystem::path> font_roots() {
  std::vector<std::filesystem::path> roots;
  if (const char* home = std::getenv("HOME")) {
    roots.push_back(std::filesystem::path(home) / ".local/share/fonts");
    roots.push_back(std::filesystem::path(home) / ".fonts");
  }
  roots.emplace_back("/usr/local/share/fonts");
  roots.emplace_back("/usr/share/fonts");
  return roots;
}

// For names of files and folders: Latin with its extensions, Greek, Cyrillic, punctuation.
constexpr std::array<ImWchar, 9> name_glyphs{0x0020, 0x024f, 0x0370, 0x045f, 0x1e00, 0x1eff, 0x2010, 0x2044, 0};
// For headings: what the interface itself says, and names in most of Europe. Fewer glyphs start the program sooner.
constexpr std::array<ImWchar, 5> heading_glyphs{0x0020, 0x017f, 0x2010, 0x2044, 0};

// Kept as long as the atlas is: fonts of several sizes are made of one file.
struct ForeignFont {
  std::string bytes;
  int number = 0;
  ImVector<ImWchar> glyphs;
};
std::vector<ForeignFont> foreign_fonts;

ImVector<ImWchar> ranges_of(const std::set<ImWchar>& characters, const ImWchar* also = nullptr) {
  ImFontGlyphRangesBuilder builder;
  for (const ImWchar c : characters) builder.AddChar(c);
  if (also) builder.AddRanges(also);
  ImVector<ImWchar> ranges;
  builder.BuildRanges(&ranges);
  return ranges;
}

// Their lines are higher than those of Latin letters, and a size is that of a line.
constexpr float foreign_size = 1.25f;

// Of what has been met in names so far; a font that cannot be read is left away.
void find_foreign_fonts() {
  std::set<ImWchar> foreign;
  for (const ImWchar c : foreign_characters()) {
    bool own = false;
    for (std::size_t i = 0; i + 1 < name_glyphs.size(); i += 2) own |= c >= name_glyphs[i] && c <= name_glyphs[i + 1];
    if (!own) foreign.insert(c);
  }
  foreign_fonts.clear();
  constexpr std::uintmax_t most_bytes = std::uintmax_t{64} << 20;
  for (const FontForCharacters& font : find_fonts_for(foreign)) {
    try {
      foreign_fonts.push_back({read_whole_file(font.file, most_bytes, ""), font.number, ranges_of(font.characters)});
    } catch (const FileError&) {
    }
  }
}

// The interface's own fonts, each with the foreign ones.
void add_fonts_and(Style& style, float pixel_scale) {
  ImGuiIO& io = ImGui::GetIO();
  io.Fonts->Clear();
  static ImVector<ImWchar> headings;  // the atlas looks at it when it is built
  headings = ranges_of(foreign_characters(), heading_glyphs.data());
  io.FontGlobalScale = 1.0f / pixel_scale;
  const std::string regular = find_font(false).string(), bold = find_font(true).string();
  const auto add = [&](const std::string& file, float size, const ImWchar* glyphs) -> ImFont* {
    ImFontConfig config;
    config.OversampleH = 2;
    config.OversampleV = 1;
    config.PixelSnapH = true;
    const float pixels = std::floor(size * style.scale * pixel_scale + 0.5f);
    ImFont* font = file.empty() ? nullptr : io.Fonts->AddFontFromFileTTF(file.c_str(), pixels, &config, glyphs);
    if (!font) {  // a machine without any font: readable is better than nothing
      config.SizePixels = pixels;
      font = io.Fonts->AddFontDefault(&config);
    }
    config.MergeMode = true;
    config.OversampleH = 1;
    config.FontDataOwnedByAtlas = false;
    for (ForeignFont& foreign : foreign_fonts) {
      config.FontNo = foreign.number;
      io.Fonts->AddFontFromMemoryTTF(foreign.bytes.data(), static_cast<int>(foreign.bytes.size()),
                                     std::floor(foreign_size * pixels), &config, foreign.glyphs.Data);
    }
    return font;
  };
  style.text = add(regular, 15, name_glyphs.data());
  style.small = add(regular, 13, name_glyphs.data());
  style.heading = add(bold.empty() ? regular : bold, 15, headings.Data);
  style.title = add(bold.empty() ? regular : bold, 26, heading_glyphs.data());
  io.FontDefault = style.text;
}

void add_fonts(Style& style, float pixel_scale) {
  find_foreign_fonts();
  add_fonts_and(style, pixel_scale);
  if (foreign_fonts.empty() || ImGui::GetIO().Fonts->Build()) return;
  foreign_fonts.clear();  // one of them is not to the toolkit's liking
  add_fonts_and(style, pixel_scale);
}

void colour_and_measure(const Style& style) {
  const Colours& c = style.colours;
  ImGuiStyle s;
  s.WindowRounding = 8;
  s.PopupRounding = 6;
  s.FrameRounding = 4;
  s.GrabRounding = 4;
  s.ScrollbarRounding = 4;
  s.ChildRounding = 4;
  s.WindowBorderSize = 0;
  s.PopupBorderSize = 1;
  s.FrameBorderSize = 0;
  s.ChildBorderSize = 0;
  s.WindowPadding = {16, 16};
  s.FramePadding = {8, 6};
  s.ItemSpacing = {8, 8};
  s.ItemInnerSpacing = {8, 8};
  s.ScrollbarSize = 10;
  s.GrabMinSize = 12;
  s.DisabledAlpha = 0.45f;
  s.ScaleAllSizes(style.scale);
  s.AntiAliasedLinesUseTex = true;
  const auto set = [&](int slot, ImU32 colour) { s.Colors[slot] = ImGui::ColorConvertU32ToFloat4(colour); };
  for (int i = 0; i < ImGuiCol_COUNT; ++i) set(i, c.panel_raised);  // nothing keeps the toolkit's blue
  set(ImGuiCol_Text, c.text);
  set(ImGuiCol_TextDisabled, c.text_dim);
  set(ImGuiCol_WindowBg, c.panel);
  set(ImGuiCol_ChildBg, IM_COL32(0, 0, 0, 0));
  set(ImGuiCol_PopupBg, c.panel);
  set(ImGuiCol_Border, c.line);
  set(ImGuiCol_BorderShadow, IM_COL32(0, 0, 0, 0));
  set(ImGuiCol_FrameBg, c.panel_raised);
  set(ImGuiCol_FrameBgHovered, c.hover);
  set(ImGuiCol_FrameBgActive, c.pressed);
  set(ImGuiCol_ScrollbarBg, IM_COL32(0, 0, 0, 0));
  // To be seen without being looked for: there may be more below.
  set(ImGuiCol_ScrollbarGrab, (c.text_dim & 0x00ffffffu) | 0x90000000u);
  set(ImGuiCol_ScrollbarGrabHovered, c.text_dim);
  set(ImGuiCol_ScrollbarGrabActive, c.accent);
  set(ImGuiCol_CheckMark, c.accent);
  set(ImGuiCol_SliderGrab, c.text_dim);
  set(ImGuiCol_SliderGrabActive, c.accent);
  set(ImGuiCol_Button, c.panel_raised);
  set(ImGuiCol_ButtonHovered, c.hover);
  set(ImGuiCol_ButtonActive, c.pressed);
  set(ImGuiCol_Header, c.hover);
  set(ImGuiCol_HeaderHovered, c.hover);
  set(ImGuiCol_HeaderActive, c.pressed);
  set(ImGuiCol_Separator, c.line);
  set(ImGuiCol_TextSelectedBg, (c.accent & 0x00ffffffu) | 0x60000000u);
  set(ImGuiCol_NavHighlight, c.accent);
  set(ImGuiCol_PlotHistogram, c.accent);
  set(ImGuiCol_ModalWindowDimBg, IM_COL32(0, 0, 0, 110));
  ImGui::GetStyle() = s;
}

}  // namespace

std::filesystem::path find_font(bool bold) {
  const std::vector<std::string> wanted =
      bold ? std::vector<std::string>{"Inter-SemiBold.otf", "Inter-SemiBold.ttf",    "Roboto-Medium.ttf",
                                      "Roboto-Bold.ttf",    "NotoSans-SemiBold.ttf", "NotoSans-Bold.ttf",
                                      "DejaVuSans-Bold.ttf"}
           : std::vector<std::string>{"Inter-Regular.otf", "Inter-Regular.ttf", "Roboto-Regular.ttf",
                                      "NotoSans-Regular.ttf", "DejaVuSans.ttf"};
  std::filesystem::path best;
  std::size_t best_rank = wanted.size();
  for (const auto& root : font_roots()) {
    std::error_code error;
    using Options = std::filesystem::directory_options;
    std::filesystem::recursive_directory_iterator it(root, Options::skip_permission_denied, error), end;
    for (; !error && it != end; it.increment(error)) {
      const auto rank = static_cast<std::size_t>(
          std::find(wanted.begin(), wanted.end(), it->path().filename().string()) - wanted.begin());
      if (rank < best_rank) {
        best_rank = rank;
        best = it->path();
      }
      if (best_rank == 0) return best;
    }
  }
  return best;
}

ImU32 imgui_colour(Rgb colour, float alpha) {
  return ImGui::ColorConvertFloat4ToU32(
      {std::clamp(colour.r, 0.0f, 1.0f), std::clamp(colour.g, 0.0f, 1.0f), std::clamp(colour.b, 0.0f, 1.0f), alpha});
}

Rgb rgb_of(ImU32 colour) {
  const ImVec4 c = ImGui::ColorConvertU32ToFloat4(colour);
  return {c.x, c.y, c.z};
}

Style make_style(bool dark, float scale, float pixel_scale) {
  Style style;
  style.colours = dark ? dark_colours() : light_colours();
  style.scale = scale;
  add_fonts(style, pixel_scale);
  colour_and_measure(style);
  return style;
}

}  // namespace handtint
