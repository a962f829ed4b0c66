#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <map>
#include <optional>

#include "editor/files/layered_picture.h"
#include "editor/files/npy.h"
#include "editor/files/raster.h"
#include "editor/files/stroke_mask.h"
#include "editor/files/stroke_rim.h"
#include "editor/files/upright.h"
#include "editor/files/zip_file.h"
#include "solver/connected_areas.h"
#include "solver/lab.h"
#include "solver/tr.h"

namespace handtint {
namespace {

// --- thresholds, in steps of 8 bit

// Compressed with loss, a black background is only nearly black, and specks appear beside strokes.
constexpr int lossy_black = 32;
constexpr std::int64_t lossy_speck_pixels = 9;

// Marked copies: the sum of the absolute differences of three channels. Levin's own code takes 0.01 of 1, which
// is 2.55; in two JPEG files of one photo the lightness differs by up to about 20 per channel beside edges, the tint by
// much less.
constexpr int lossless_difference = 3;
constexpr int lossy_difference = 60;
constexpr int lossy_tint = 20;

// A scribble's colour against a photo that is grey: largest minus smallest channel.
constexpr int lossless_saturation = 12;
constexpr int lossy_saturation = 40;

// --- pictures

struct MaskPicture {
  Plane<Rgb8> colour;
  Plane<std::uint8_t> alpha;  // empty when the file has none
  bool lossy = false;
  int offset_x = 0, offset_y = 0;  // where its first pixel lies on the canvas
  std::vector<std::string> notes;
};

MaskPicture read_picture(ByteStream stream) {
  const std::unique_ptr<RasterReader> reader = open_raster(std::move(stream));
  const RasterInfo& info = reader->info();
  const Upright upright(info.width, info.height, info.orientation);
  const std::size_t width = static_cast<std::size_t>(info.width);
  const auto byte = [](std::uint16_t v) { return static_cast<std::uint8_t>((v + 128) / 257); };
  MaskPicture picture;
  picture.lossy = info.format == "JPEG";
  picture.colour = Plane<Rgb8>(upright.width(), upright.height());
  if (info.alpha) picture.alpha = Plane<std::uint8_t>(upright.width(), upright.height());
  std::vector<Rgb8> colours(width * band_rows);
  std::vector<std::uint8_t> alphas(info.alpha ? width * band_rows : 0);
  bool exact_grey = true;
  read_srgb_bands(*reader, exact_grey, [&](const std::uint16_t* rgb, const std::uint16_t* alpha, int y0, int rows) {
    for (std::size_t i = 0; i < width * rows; ++i)
      colours[i] = {byte(rgb[3 * i]), byte(rgb[3 * i + 1]), byte(rgb[3 * i + 2])};
    upright.place(colours.data(), y0, rows, picture.colour);
    if (!alpha) return;
    for (std::size_t i = 0; i < width * rows; ++i) alphas[i] = byte(alpha[i]);
    upright.place(alphas.data(), y0, rows, picture.alpha);
  });
  picture.offset_x = info.offset_x;
  picture.offset_y = info.offset_y;
  picture.notes = info.notes;
  return picture;
}

// OpenRaster's layers of strokes as one.
MaskPicture read_layers(ByteStream& zip) {
  constexpr std::size_t most_bytes = std::size_t{1} << 30;
  const LayerStack stack = read_layer_stack(zip);
  MaskPicture whole;
  whole.colour = Plane<Rgb8>(stack.width, stack.height);
  whole.alpha = Plane<std::uint8_t>(stack.width, stack.height);
  const std::vector<PictureLayer> layers = stroke_layers(stack);
  for (auto layer = layers.rbegin(); layer != layers.rend(); ++layer) {
    const std::vector<std::uint8_t> bytes = zip_member(zip, layer->source, most_bytes);
    if (bytes.empty()) throw FileError(zip.name(), tr("has a layer that is missing or damaged ({1})", {layer->name}));
    const MaskPicture part = read_picture(ByteStream(bytes, zip.name()));
    const Rect place = intersect({layer->x, layer->y, layer->x + part.colour.width(), layer->y + part.colour.height()},
                                 whole.colour.whole());
    for (int y = place.y0; y < place.y1; ++y)
      for (int x = place.x0; x < place.x1; ++x) {
        const int alpha = part.alpha.empty() ? 255 : part.alpha(x - layer->x, y - layer->y);
        if (alpha < 128 && alpha <= whole.alpha(x, y)) continue;
        whole.alpha(x, y) = static_cast<std::uint8_t>(alpha);
        whole.colour(x, y) = part.colour(x - layer->x, y - layer->y);
      }
  }
  return whole;
}

MaskPicture read_picture(const std::filesystem::path& path) {
  ByteStream stream(path);
  return is_layered_picture(stream) ? read_layers(stream) : read_picture(std::move(stream));
}

// A layer that painting programs cut to its content lies where it lay on their canvas; what is around it is empty.
bool put_in_place(MaskPicture& picture, const Photo* photo) {
  const std::int64_t x0 = picture.offset_x, y0 = picture.offset_y;
  if (x0 == 0 && y0 == 0) return false;
  const int width = picture.colour.width(), height = picture.colour.height();
  if (photo && picture.colour.same_size(photo->lightness) && picture.alpha.empty()) return false;
  const std::int64_t canvas_width = photo ? photo->width() : x0 + width;
  const std::int64_t canvas_height = photo ? photo->height() : y0 + height;
  if (canvas_width < 1 || canvas_height < 1 || canvas_width * canvas_height > max_photo_pixels) return false;
  MaskPicture placed;
  placed.colour = Plane<Rgb8>(static_cast<int>(canvas_width), static_cast<int>(canvas_height));
  if (!picture.alpha.empty()) placed.alpha = Plane<std::uint8_t>(placed.colour.width(), placed.colour.height());
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x) {
      const std::int64_t to_x = x0 + x, to_y = y0 + y;
      if (to_x < 0 || to_y < 0 || to_x >= canvas_width || to_y >= canvas_height) continue;
      placed.colour(static_cast<int>(to_x), static_cast<int>(to_y)) = picture.colour(x, y);
      if (!picture.alpha.empty()) placed.alpha(static_cast<int>(to_x), static_cast<int>(to_y)) = picture.alpha(x, y);
    }
  picture.colour = std::move(placed.colour);
  picture.alpha = std::move(placed.alpha);
  return true;
}

template <class T>
Plane<T> nearest(const Plane<T>& from, int width, int height) {
  Plane<T> to(width, height);
  for (int y = 0; y < height; ++y) {
    const T* row = from.row(static_cast<int>((2 * std::int64_t{y} + 1) * from.height() / (2 * std::int64_t{height})));
    for (int x = 0; x < width; ++x)
      to(x, y) = row[(2 * std::int64_t{x} + 1) * from.width() / (2 * std::int64_t{width})];
  }
  return to;
}

std::string size_text(int width, int height) {
  return std::to_string(width) + "x" + std::to_string(height);
}

std::string percent_text(double share) {
  char text[32];
  std::snprintf(text, sizeof text, share > 0 && share < 0.001 ? "%.3f %%" : "%.1f %%", 100 * share);
  return text;
}

int saturation(Rgb8 c) {
  return std::max({c.r, c.g, c.b}) - std::min({c.r, c.g, c.b});
}
int brightest(Rgb8 c) {
  return std::max({c.r, c.g, c.b});
}
int darkest(Rgb8 c) {
  return std::min({c.r, c.g, c.b});
}
int difference(Rgb8 p, Rgb8 q) {
  return std::abs(p.r - q.r) + std::abs(p.g - q.g) + std::abs(p.b - q.b);
}
int tint_difference(Rgb8 p, Rgb8 q) {
  const std::array<int, 3> d = {p.r - q.r, p.g - q.g, p.b - q.b};
  return *std::max_element(d.begin(), d.end()) - *std::min_element(d.begin(), d.end());
}

template <class Condition>
StrokeMask drawn_where(const Plane<Rgb8>& colour, Condition condition) {
  StrokeMask mask(colour.width(), colour.height());
  for (int y = 0; y < colour.height(); ++y)
    for (int x = 0; x < colour.width(); ++x)
      if (condition(x, y)) {
        mask.colour(x, y) = colour(x, y);
        mask.drawn(x, y) = 1;
      }
  return mask;
}

void remove_specks(StrokeMask& mask) {
  const ConnectedAreas areas = connected_areas(mask.drawn);
  for (const ConnectedAreas::Run& run : areas.runs)
    if (areas.sizes[run.area] < lossy_speck_pixels) {
      std::fill(mask.drawn.row(run.y) + run.x0, mask.drawn.row(run.y) + run.x1, std::uint8_t{0});
      std::fill(mask.colour.row(run.y) + run.x0, mask.colour.row(run.y) + run.x1, Rgb8{});
    }
}

// --- marked copies of a photo

// The photo in 8 bit, as a marked copy would show it: with its own colour, or as the neutral grey of its lightness.
Plane<Rgb8> shown(const Photo& photo, bool with_colour) {
  const int width = photo.width();
  Plane<Rgb8> picture(width, photo.height());
  const std::vector<float> zeros(width);
  std::vector<float> rgb(3 * static_cast<std::size_t>(width));
  for (int y = 0; y < photo.height(); ++y) {
    srgb_row_from_lab(photo.lightness.row(y), with_colour ? photo.a.row(y) : zeros.data(),
                      with_colour ? photo.b.row(y) : zeros.data(), width, rgb.data());
    const auto byte = [](float v) { return static_cast<std::uint8_t>(v * 255 + 0.5f); };
    for (int x = 0; x < width; ++x) picture(x, y) = {byte(rgb[3 * x]), byte(rgb[3 * x + 1]), byte(rgb[3 * x + 2])};
  }
  return picture;
}

// A marked copy held against its photo.
class Comparison {
 public:
  Comparison(const MaskPicture& marked, const Photo& photo) : marked_(marked) {
    // Of a JPEG photo, a lossless copy may show the very same pixels; only these can tell.
    lossy_ = marked.lossy;
    hold_against(photo);
    if (lossy_ || photo.format != "JPEG" || equal_share_ >= 0.7) return;
    lossy_ = true;
    hold_against(photo);
  }

  // Of the pixels that are not black in the photo: the share that the copy left alone. Black ones prove nothing, since
  // masks on black agree with them.
  double equal_share() const { return equal_share_; }

  // Whether the copy is grey for the most part and as light as the photo, though not equal: another conversion to grey.
  bool is_grey_relative() const {
    double n = 0, sum_x = 0, sum_y = 0, sum_xx = 0, sum_yy = 0, sum_xy = 0;
    for (std::size_t i = 0; i < reference_.size(); ++i) {
      const Rgb8 c = marked_.colour.data()[i];
      if (saturation(c) > saturation_limit()) continue;
      const double x = reference_.data()[i].g, y = c.g;
      ++n;
      sum_x += x;
      sum_y += y;
      sum_xx += x * x;
      sum_yy += y * y;
      sum_xy += x * y;
    }
    if (n < 0.5 * static_cast<double>(reference_.size())) return false;
    const double covariance = sum_xy - sum_x * sum_y / n;
    const double variances = (sum_xx - sum_x * sum_x / n) * (sum_yy - sum_y * sum_y / n);
    return variances > 0 && covariance > 0.9 * std::sqrt(variances);
  }

  StrokeMask by_difference() const {
    StrokeMask mask =
        drawn_where(marked_.colour, [&](int x, int y) { return differs(marked_.colour(x, y), reference_(x, y)); });
    if (lossy_) remove_specks(mask);
    remove_rims(mask, reference_, lossy_);
    return mask;
  }
  StrokeMask by_saturation() const {
    StrokeMask mask = drawn_where(marked_.colour,
                                  [&](int x, int y) { return saturation(marked_.colour(x, y)) > saturation_limit(); });
    if (lossy_) remove_specks(mask);
    remove_rims(mask, reference_, lossy_);
    return mask;
  }

 private:
  bool differs(Rgb8 p, Rgb8 q) const {
    if (!lossy_) return difference(p, q) >= lossless_difference;
    return difference(p, q) >= lossy_difference || tint_difference(p, q) >= lossy_tint;
  }
  int saturation_limit() const { return lossy_ ? lossy_saturation : lossless_saturation; }

  // The photo as grey and, when it has colour, as it is: the one that the copy agrees with more.
  void hold_against(const Photo& photo) {
    reference_ = shown(photo, false);
    equal_share_ = share_equal_to(reference_);
    if (photo.a.empty()) return;
    Plane<Rgb8> coloured = shown(photo, true);
    const double share = share_equal_to(coloured);
    if (share <= equal_share_) return;
    reference_ = std::move(coloured);
    equal_share_ = share;
  }

  double share_equal_to(const Plane<Rgb8>& reference) const {
    std::int64_t equal = 0, counted = 0;
    for (std::size_t i = 0; i < reference.size(); ++i) {
      const Rgb8 c = reference.data()[i];
      if (brightest(c) <= lossy_black) continue;
      ++counted;
      equal += !differs(marked_.colour.data()[i], c);
    }
    return counted > 0 ? static_cast<double>(equal) / static_cast<double>(counted) : 0;
  }

  const MaskPicture& marked_;
  Plane<Rgb8> reference_;
  bool lossy_ = false;
  double equal_share_ = 0;
};

// --- telling formats apart by what the pixels hold

struct Shares {
  double black = 0, white = 0;  // nearly, if lossy
};

Shares shares_of(const MaskPicture& picture) {
  const int slack = picture.lossy ? lossy_black : 0;
  std::int64_t black = 0, white = 0;
  for (const Rgb8 c : picture.colour) {
    black += brightest(c) <= slack;
    white += darkest(c) >= 255 - slack;
  }
  const double all = static_cast<double>(picture.colour.size());
  return {static_cast<double>(black) / all, static_cast<double>(white) / all};
}

// An edge blurred by loss leaves some greys in a two-valued picture.
bool is_two_valued(const Shares& shares, bool lossy) {
  return shares.black + shares.white >= (lossy ? 0.97 : 1.0);
}

MaskFormat detect(const MaskPicture& picture, const std::optional<Comparison>& comparison) {
  if (std::any_of(picture.alpha.begin(), picture.alpha.end(), [](std::uint8_t alpha) { return alpha < 128; }))
    return MaskFormat::rgba;
  const Shares shares = shares_of(picture);
  if (is_two_valued(shares, picture.lossy) && shares.white > shares.black && shares.black > 0)
    return MaskFormat::pimask;
  if (comparison && comparison->equal_share() >= 0.4) return MaskFormat::levin;
  if (comparison && shares.black < 0.5 && comparison->is_grey_relative()) return MaskFormat::levin;
  return MaskFormat::black_empty;
}

// --- ideepcolor's pair

struct HintGrid {
  int width = 0, height = 0;
  std::vector<float> a, b, mask;
};

HintGrid read_hint_grid(const std::filesystem::path& folder) {
  ByteStream ab_stream(folder / "im_ab.npy"), mask_stream(folder / "im_mask.npy");
  NpyArray ab = read_npy(ab_stream), mask = read_npy(mask_stream);
  if (ab.shape.size() != 3 || ab.shape[0] != 2 || ab.shape[1] == 0 || ab.shape[2] == 0)
    throw FileError(ab_stream.name(), tr("is not an array of shape (2, height, width)"));
  const std::size_t pixels = ab.shape[1] * ab.shape[2];
  if (mask.shape.size() < 2 || mask.values.size() != pixels || mask.shape.back() != ab.shape[2])
    throw FileError(mask_stream.name(), tr("is not an array of shape (1, height, width) with the size of im_ab.npy"));
  HintGrid grid{static_cast<int>(ab.shape[2]), static_cast<int>(ab.shape[1]), {}, {}, std::move(mask.values)};
  grid.a.assign(ab.values.begin(), ab.values.begin() + static_cast<std::ptrdiff_t>(pixels));
  grid.b.assign(ab.values.begin() + static_cast<std::ptrdiff_t>(pixels), ab.values.end());
  return grid;
}

// A stroke's lightness means nothing: of all, the one nearest to a middle grey at which sRGB can show this a and b in
// full.
Rgb8 colour_of(float a, float b) {
  constexpr int middle = 60;
  Lab best{};
  float best_chroma = -1;
  for (int i = 0; i < 2 * middle; ++i) {
    const int L = middle + (i % 2 == 0 ? i / 2 : -(i + 1) / 2);
    if (L < 1 || L > 99) continue;
    const Lab lab = reduce_chroma_to_gamut({static_cast<float>(L), a, b});
    const float chroma = std::hypot(lab.a, lab.b);
    if (chroma > best_chroma + 1e-3f) {
      best = lab;
      best_chroma = chroma;
    }
  }
  const Rgb rgb = srgb_from_lab(best);
  const auto byte = [](float v) { return static_cast<std::uint8_t>(std::clamp(v, 0.0f, 1.0f) * 255 + 0.5f); };
  return {byte(rgb.r), byte(rgb.g), byte(rgb.b)};
}

StrokeMask mask_of(const HintGrid& grid) {
  StrokeMask mask(grid.width, grid.height);
  std::map<std::pair<float, float>, Rgb8> colours;
  for (std::size_t i = 0; i < grid.mask.size(); ++i) {
    if (grid.mask[i] <= 0.5f) continue;
    const auto [known, is_new] = colours.try_emplace({grid.a[i], grid.b[i]});
    if (is_new) known->second = colour_of(grid.a[i], grid.b[i]);
    mask.colour.data()[i] = known->second;
    mask.drawn.data()[i] = 1;
  }
  return mask;
}

// --- the sentence

std::string strokes_text(const StrokeMask& mask) {
  const MaskSummary summary = summarize(mask);
  if (summary.drawn_pixels == 0) return tr("no strokes");
  // Translators: {1} "3 strokes", {2} "in 2 colours", {3} "5 %"
  return tr("{1} {2} on {3} of the picture",
            {tr_n("{1} stroke", "{1} strokes", summary.strokes),
             tr_n("in {1} colour", "in {1} colours", summary.colours), percent_text(summary.covered)});
}

MaskReading read_ideepcolor(const std::filesystem::path& path, const MaskReadOptions& options) {
  std::error_code ignored;
  const bool is_folder = std::filesystem::is_directory(path, ignored);
  const HintGrid grid = read_hint_grid(is_folder ? path : path.parent_path());
  MaskReading reading{mask_of(grid), {}, MaskFormat::ideepcolor, {}};
  std::string size = size_text(grid.width, grid.height);
  // The grid is squashed to a square by design, so bringing it to the photo is no choice but the format's meaning.
  if (options.photo) {
    reading.mask.colour = nearest(reading.mask.colour, options.photo->width(), options.photo->height());
    reading.mask.drawn = nearest(reading.mask.drawn, options.photo->width(), options.photo->height());
    size = tr("{1}, brought to {2}", {size, size_text(reading.mask.width(), reading.mask.height())});
  }
  reading.found = tr("ideepcolor hints, {1}: {2}", {size, strokes_text(reading.mask)});
  return reading;
}

bool is_ideepcolor(const std::filesystem::path& path) {
  std::error_code ignored;
  return path.extension() == ".npy" || std::filesystem::exists(path / "im_ab.npy", ignored);
}

}  // namespace

MaskReading read_stroke_mask(const std::filesystem::path& path, const MaskReadOptions& options) {
  if (options.format == MaskFormat::ideepcolor || (options.format == MaskFormat::automatic && is_ideepcolor(path)))
    return read_ideepcolor(path, options);

  MaskPicture picture = read_picture(path);
  std::string size = size_text(picture.colour.width(), picture.colour.height());
  if (put_in_place(picture, options.photo))
    // Translators: a size, a place (two numbers), the size of the whole
    size = tr("{1}, put at {2}, {3} of {4}", {size, std::to_string(picture.offset_x), std::to_string(picture.offset_y),
                                              size_text(picture.colour.width(), picture.colour.height())});
  if (const Photo* photo = options.photo; photo && !picture.colour.same_size(photo->lightness)) {
    const std::string photo_size = size_text(photo->width(), photo->height());
    if (!options.fit)
      throw FileError(
          path, tr("the mask is {1} pixels but the photo is {2}; use the mask that belongs to it, or --fit to stretch "
                   "this one",
                   {size, photo_size}));
    picture.colour = nearest(picture.colour, photo->width(), photo->height());
    if (!picture.alpha.empty()) picture.alpha = nearest(picture.alpha, photo->width(), photo->height());
    size = tr("{1}, stretched to {2}", {size, photo_size});
  }

  std::optional<Comparison> comparison;
  if (options.photo && (options.format == MaskFormat::automatic || options.format == MaskFormat::levin))
    comparison.emplace(picture, *options.photo);
  const MaskFormat format = options.format == MaskFormat::automatic ? detect(picture, comparison) : options.format;

  MaskReading reading{{}, {}, format, {}};
  const auto& colour = picture.colour;
  switch (format) {
    case MaskFormat::rgba:
      reading.mask =
          drawn_where(colour, [&](int x, int y) { return picture.alpha.empty() || picture.alpha(x, y) >= 128; });
      reading.faint = std::count_if(picture.alpha.begin(), picture.alpha.end(),
                                    [](std::uint8_t alpha) { return alpha > 0 && alpha < 128; });
      reading.found = tr("RGBA stroke mask, {1}: {2}", {size, strokes_text(reading.mask)});
      if (picture.alpha.empty())
        reading.found = tr("{1} (the file has no alpha channel, so every pixel counts)", {reading.found});
      break;
    case MaskFormat::levin: {
      if (!comparison)
        throw FileError(path,
                        tr("a marked copy (levin) can only be read beside its photo; name the photo too (--photo)"));
      const bool differs_everywhere = comparison->equal_share() < 0.4;
      reading.mask = differs_everywhere ? comparison->by_saturation() : comparison->by_difference();
      reading.found = tr("marked copy of the photo (Levin), {1}: {2}", {size, strokes_text(reading.mask)});
      if (differs_everywhere)
        reading.found =
            tr("{1}; it differs from the photo everywhere, so strokes were told by their colour and grey "
               "ones are lost",
               {reading.found});
      break;
    }
    case MaskFormat::pimask: {
      reading.mask = StrokeMask(colour.width(), colour.height());
      reading.region = Plane<std::uint8_t>(colour.width(), colour.height());
      std::int64_t marked = 0;
      for (std::size_t i = 0; i < colour.size(); ++i) {
        const bool dark = brightest(colour.data()[i]) < 128;
        reading.region.data()[i] = dark;
        marked += dark;
      }
      reading.found = tr("PiMask region, {1}: {2} of the picture marked; it names a region and holds no colours",
                         {size, percent_text(static_cast<double>(marked) / static_cast<double>(colour.size()))});
      break;
    }
    default: {
      const int black = picture.lossy ? lossy_black : 0;
      reading.format = MaskFormat::black_empty;
      reading.mask = drawn_where(colour, [&](int x, int y) { return brightest(colour(x, y)) > black; });
      if (picture.lossy) remove_specks(reading.mask);
      remove_rims(reading.mask, {}, picture.lossy);
      reading.found = tr("stroke mask on black, {1}: {2}", {size, strokes_text(reading.mask)});
      break;
    }
  }
  for (const std::string& note : picture.notes) reading.found += "; " + note;
  return reading;
}

}  // namespace handtint
