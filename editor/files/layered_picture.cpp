#include "editor/files/layered_picture.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <map>
#include <utility>

#include "editor/files/colour_profile.h"
#include "editor/files/layer_rows.h"
#include "editor/files/metadata.h"
#include "editor/files/output_profile.h"
#include "editor/files/paths.h"
#include "editor/files/raster.h"
#include "editor/files/zip_file.h"
#include "solver/lab.h"
#include "solver/tr.h"

namespace handtint {
namespace {

constexpr std::string_view mime_type = "image/openraster";
constexpr std::size_t most_stroke_layers = 64;

bool is_of_the_picture(std::string_view layer) {
  return layer == "Colour" || layer == "Light" || layer == "Photo";
}

// Each pixel the nearest one of the picture, 8 bit.
RowSource thumbnail_rows(const RowSource& result) {
  constexpr double longest = 256;
  const double scale = std::max(1.0, std::max(result.width, result.height) / longest);
  const auto side = [scale](int length) { return std::max(1, static_cast<int>(length / scale)); };
  RowSource rows{side(result.width), side(result.height), result.alpha, 8, {}};
  rows.fill = [&result, width = rows.width, height = rows.height](int y, void* row) {
    std::vector<std::uint16_t> own((result.row_bytes() + 1) / 2);
    result.fill(static_cast<int>(static_cast<std::int64_t>(y) * result.height / height), own.data());
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(own.data());
    auto* to = static_cast<std::uint8_t*>(row);
    for (int x = 0; x < width; ++x) {
      const std::size_t from =
          static_cast<std::size_t>(static_cast<std::int64_t>(x) * result.width / width) * result.channels();
      for (std::size_t c = 0; c < static_cast<std::size_t>(result.channels()); ++c)
        *to++ = result.bits == 16 ? static_cast<std::uint8_t>((own[from + c] + 128) / 257) : bytes[from + c];
    }
  };
  return rows;
}

// What a pixel of a mask belongs to: a thing, in their order, else a colour.
constexpr std::uint32_t first_colour_key = 1 << 16;
std::uint32_t key_of(const NamedMask& strokes, int x, int y) {
  if (!strokes.owner.empty() && strokes.owner(x, y) > 0) return strokes.owner(x, y) - 1u;
  const Rgb8 c = strokes.mask.colour(x, y);
  return first_colour_key + (std::uint32_t{c.r} << 16 | c.g << 8 | c.b);
}

// The strokes of one thing, or of one colour, cut to where they are.
struct StrokeLayer {
  std::vector<std::uint32_t> keys;  // ascending; more than one: what there were too many of
  std::string name;
  Rect bounds;
  std::int64_t pixels = 0;

  RowSource rows(const NamedMask& strokes) const {
    RowSource rows{bounds.width(), bounds.height(), true, 8, {}};
    rows.fill = [this, &strokes](int row_of_layer, void* row) {
      auto* to = static_cast<std::uint8_t*>(row);
      const int y = bounds.y0 + row_of_layer;
      for (int x = bounds.x0; x < bounds.x1; ++x, to += 4) {
        const bool own =
            strokes.mask.drawn(x, y) == 1 && std::binary_search(keys.begin(), keys.end(), key_of(strokes, x, y));
        const Rgb8 c = own ? strokes.mask.colour(x, y) : Rgb8{};
        to[0] = c.r;
        to[1] = c.g;
        to[2] = c.b;
        to[3] = own ? 255 : 0;
      }
    };
    return rows;
  }
};

std::string name_of_key(const NamedMask& strokes, std::uint32_t key) {
  if (key >= first_colour_key) {
    char text[32];
    std::snprintf(text, sizeof text, "Strokes #%06x", static_cast<unsigned>(key - first_colour_key));
    return text;
  }
  const std::string& name = strokes.names[key];
  return is_of_the_picture(name) ? "Strokes " + name : name;
}

// Things in their order, from the top, then colours, most pixels first. The last layer has what there are too many of.
std::vector<StrokeLayer> layers_of(const NamedMask& strokes) {
  std::map<std::uint32_t, StrokeLayer> by_key;
  for (int y = 0; y < strokes.mask.height(); ++y)
    for (int x = 0; x < strokes.mask.width(); ++x) {
      if (strokes.mask.drawn(x, y) != 1) continue;
      StrokeLayer& layer = by_key[key_of(strokes, x, y)];
      layer.bounds = unite(layer.bounds, {x, y, x + 1, y + 1});
      ++layer.pixels;
    }
  std::vector<StrokeLayer> layers;
  for (auto& [key, layer] : by_key) {
    layer.keys = {key};
    layer.name = name_of_key(strokes, key);
    layers.push_back(std::move(layer));
  }
  const auto colours = std::find_if(layers.begin(), layers.end(),
                                    [](const StrokeLayer& layer) { return layer.keys.front() >= first_colour_key; });
  std::stable_sort(colours, layers.end(),
                   [](const StrokeLayer& one, const StrokeLayer& other) { return one.pixels > other.pixels; });
  if (layers.size() <= most_stroke_layers) return layers;
  StrokeLayer& rest = layers[most_stroke_layers - 1];
  rest.name = "Strokes";
  for (std::size_t i = most_stroke_layers; i < layers.size(); ++i) {
    rest.keys.push_back(layers[i].keys.front());
    rest.bounds = unite(rest.bounds, layers[i].bounds);
  }
  std::sort(rest.keys.begin(), rest.keys.end());
  layers.resize(most_stroke_layers);
  return layers;
}

std::string escaped(const std::string& text) {
  std::string xml;
  for (const char c : text) {
    switch (c) {
      case '&':
        xml += "&amp;";
        break;
      case '<':
        xml += "&lt;";
        break;
      case '>':
        xml += "&gt;";
        break;
      case '"':
        xml += "&quot;";
        break;
      default:
        xml += c;
    }
  }
  return xml;
}

std::string layer_element(const std::string& name, const std::string& source, const std::string& mode, int x = 0,
                          int y = 0) {
  return "<layer name=\"" + escaped(name) + "\" src=\"" + source + "\" x=\"" + std::to_string(x) + "\" y=\"" +
         std::to_string(y) + "\" opacity=\"1.0\" visibility=\"visible\" composite-op=\"" + mode + "\"/>\n";
}

// Up to its "</stack>".
std::string group_element(const std::string& name, const std::string& visibility) {
  return "<stack name=\"" + name + "\" opacity=\"1.0\" visibility=\"" + visibility +
         "\" composite-op=\"svg:src-over\" isolation=\"auto\">\n";
}

// Says that it is sRGB by a profile: of 16 bit without one Krita asks which it has, and offers that of linear light. By
// one that Krita knows as its own: it takes the codes of 16 bit as they are, then.
WriteOptions profiled_layer(const WriteOptions& options) {
  WriteOptions layer;
  layer.dpi_x = options.dpi_x;
  layer.dpi_y = options.dpi_y;
  layer.profile = std::make_shared<OutputProfile>(common_srgb_profile(), "sRGB");
  return layer;
}

// Over a grey g the colour c with the opacity o gives g + o (c - g): the smallest o for which no channel of c leaves
// 0..1.
void transparent_row(const float* picture, const float* grey, int width, std::uint16_t* row) {
  for (int x = 0; x < width; ++x, picture += 3, grey += 3, row += 4) {
    float opacity = 0;
    for (int c = 0; c < 3; ++c) {
      const float change = picture[c] - grey[c], room = change > 0 ? 1 - grey[c] : grey[c];
      if (change != 0) opacity = std::max(opacity, room > 0 ? std::min(1.0f, std::abs(change) / room) : 1.0f);
    }
    const auto code = [](float v) { return static_cast<std::uint16_t>(std::clamp(v, 0.0f, 1.0f) * 65535.0f + 0.5f); };
    for (int c = 0; c < 3; ++c)
      row[c] = opacity > 0 ? code(grey[c] + (picture[c] - grey[c]) / opacity) : std::uint16_t{0};
    row[3] = code(opacity);
  }
}

// --- reading

std::string attribute(std::string_view element, std::string_view name) {
  const std::size_t at = element.find(" " + std::string(name) + "=");
  if (at == std::string_view::npos) return {};
  const std::size_t open = at + name.size() + 2;
  const std::size_t close = open < element.size() ? element.find(element[open], open + 1) : std::string_view::npos;
  return close == std::string_view::npos ? std::string() : std::string(element.substr(open + 1, close - open - 1));
}

// A PNG with the bytes that it is read from.
class MergedPicture final : public RasterReader {
 public:
  MergedPicture(std::vector<std::uint8_t> bytes, const std::filesystem::path& name, const ReadOptions& options)
      : RasterReader(options), bytes_(std::move(bytes)), picture_(open_png(ByteStream(bytes_, name), options)) {
    info_ = picture_->info();
  }
  Metadata metadata() override { return picture_->metadata(); }

 private:
  void decode_rows(const RowSink& sink) override {
    picture_->read_rows(sink);
    info_.notes = picture_->info().notes;
  }

  std::vector<std::uint8_t> bytes_;
  std::unique_ptr<RasterReader> picture_;
};

int number_of(const std::string& text) {
  int value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

}  // namespace

bool write_layers(AtomicFile& file, const RowSource& result, const Plane<float>& lightness, const WriteOptions& options,
                  const WriteProgress& progress) {
  ZipWriter zip(file);
  zip.add("mimetype", mime_type);
  bool going = true;
  float done = 0;
  const auto add = [&](const std::string& name, const RowSource& rows, const WriteOptions& how, float share) {
    if (!going) return;
    const WriteProgress part =
        progress ? WriteProgress([&](float own) { return progress(done + share * own); }) : WriteProgress();
    zip.add(name, [&] { going = write_png(file, rows, how, part); });
    done += share;
  };
  const WriteOptions profiled = profiled_layer(options);
  WriteOptions plain = profiled;
  plain.profile = nullptr;  // a stroke's colour is its code
  std::vector<StrokeLayer> strokes;
  if (options.strokes && options.strokes->mask.colour.same_size(lightness)) strokes = layers_of(*options.strokes);
  std::string stack = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<image version=\"0.0.3\" w=\"" +
                      std::to_string(result.width) + "\" h=\"" + std::to_string(result.height) + "\">\n<stack>\n";
  if (!strokes.empty()) stack += group_element("Strokes", "hidden");
  for (std::size_t i = 0; i < strokes.size(); ++i) {
    const std::string member = "data/strokes" + std::to_string(i) + ".png";
    add(member, strokes[i].rows(*options.strokes), plain, 0.1f / static_cast<float>(strokes.size()));
    stack += layer_element(strokes[i].name, member, "svg:src-over", strokes[i].bounds.x0, strokes[i].bounds.y0);
  }
  if (!strokes.empty()) stack += "</stack>\n";
  add("data/colour.png", colour_rows(result), profiled, 0.25f);
  add("data/light.png", light_rows(result), profiled, 0.2f);
  add("data/photo.png", photo_rows(result, lightness), profiled, 0.2f);
  stack += group_element("Colour and light", "visible") + group_element("Colours", "visible") +
           layer_element("Colour", "data/colour.png", "svg:color") + "</stack>\n" +
           layer_element("Light", "data/light.png", "svg:src-over") + "</stack>\n" +
           layer_element("Photo", "data/photo.png", "svg:src-over") + "</stack>\n</image>\n";
  add("mergedimage.png", result, options, 0.25f);
  add("Thumbnails/thumbnail.png", thumbnail_rows(result), plain, 0);
  if (!going) return false;
  zip.add("stack.xml", stack);
  zip.finish();
  return true;
}

bool write_colour_layer(const std::filesystem::path& target, const Plane<float>& lightness, const Chroma& chroma,
                        const WriteOptions& options, const WriteProgress& progress) {
  if (lower_case_extension(target) != ".png")
    throw FileError(target, tr("is no name for a layer; layers are PNG files, use .png"));
  require_writable_target(target, options.overwrite, options.input);
  const std::size_t width = static_cast<std::size_t>(lightness.width());
  const std::vector<float> neutral(width);
  std::vector<float> picture(3 * width), grey(3 * width);
  RowSource rows{lightness.width(), lightness.height(), true, 16, {}};
  rows.fill = [&](int y, void* row) {
    srgb_row_from_lab(lightness.row(y), chroma.a.row(y), chroma.b.row(y), lightness.width(), picture.data());
    srgb_row_from_lab(lightness.row(y), neutral.data(), neutral.data(), lightness.width(), grey.data());
    transparent_row(picture.data(), grey.data(), lightness.width(), static_cast<std::uint16_t*>(row));
  };
  AtomicFile file(target);
  if (!write_png(file, rows, profiled_layer(options), progress)) return false;
  file.commit();
  return true;
}

bool is_layered_picture(ByteStream& stream) {
  std::array<char, 64> head{};
  stream.seek(0);
  const std::string_view start(head.data(), stream.read(head.data(), head.size()));
  stream.seek(0);
  return start.starts_with("PK\x03\x04") && start.find(mime_type) != std::string_view::npos;
}

std::unique_ptr<RasterReader> open_merged_picture(ByteStream& archive, const ReadOptions& options) {
  // Of 16 bit and 100 megapixels, should nothing of it be packed.
  constexpr std::size_t most_bytes = 900'000'000;
  std::vector<std::uint8_t> bytes = zip_member(archive, "mergedimage.png", most_bytes);
  if (bytes.empty()) return nullptr;
  return std::make_unique<MergedPicture>(std::move(bytes), archive.name(), options);
}

LayerStack read_layer_stack(ByteStream& stream) {
  constexpr std::size_t most_bytes = 1 << 20, most_layers = 1000;
  const std::vector<std::uint8_t> bytes = zip_member(stream, "stack.xml", most_bytes);
  const std::string_view xml(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  LayerStack stack;
  for (std::size_t at = xml.find('<'); at != std::string_view::npos; at = xml.find('<', at + 1)) {
    const std::size_t end = xml.find('>', at);
    if (end == std::string_view::npos) break;
    const std::string_view element = xml.substr(at, end - at);
    if (element.starts_with("<image ")) {
      stack.width = number_of(attribute(element, "w"));
      stack.height = number_of(attribute(element, "h"));
    } else if (element.starts_with("<layer ") && stack.layers.size() < most_layers) {
      stack.layers.push_back({attribute(element, "name"), attribute(element, "src"), number_of(attribute(element, "x")),
                              number_of(attribute(element, "y"))});
    }
  }
  if (stack.layers.empty())
    throw FileError(stream.name(), tr("damaged or cut-off OpenRaster file (its list of layers cannot be read)"));
  require_plausible_size(stream, "OpenRaster", stack.width, stack.height, max_photo_pixels, std::int64_t{1} << 30);
  return stack;
}

std::vector<PictureLayer> stroke_layers(const LayerStack& stack) {
  const auto is_own = [](const PictureLayer& layer) { return is_of_the_picture(layer.name); };
  std::vector<PictureLayer> chosen = stack.layers;
  if (std::count_if(chosen.begin(), chosen.end(), is_own) == 3)
    std::erase_if(chosen, is_own);
  else
    chosen.pop_back();
  return chosen;
}

}  // namespace handtint
