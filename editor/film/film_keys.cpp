#include "editor/film/film_keys.h"

#include <algorithm>
#include <cmath>
#include <system_error>
#include <utility>

#include "editor/document/session.h"
#include "editor/files/paths.h"
#include "editor/files/sha256.h"
#include "editor/files/stroke_mask.h"
#include "editor/film/film_reader.h"
#include "solver/connected_areas.h"
#include "solver/resample.h"
#include "solver/tr.h"

namespace handtint {
namespace {

namespace fs = std::filesystem;

// What strokes on a frame lie on holds as firmly as another tool's picture does.
constexpr float below_weight = prior_weights::picture;

void require_proportions(const fs::path& file, Extent size, Extent film) {
  const double stretch =
      static_cast<double>(size.width) * film.height / (static_cast<double>(size.height) * film.width);
  if (std::abs(std::log(stretch)) > 0.03)
    throw FileError(file, tr("is {1} and has other proportions than the film ({2}); cut it to the film's",
                             {to_string(size), to_string(film)}));
}

Chroma at_size(const Chroma& chroma, Extent size) {
  return {resample(chroma.a, size.width, size.height), resample(chroma.b, size.width, size.height)};
}

Key whole(Chroma colour) {
  Plane<float> share(colour.width(), colour.height(), 1);
  return {std::move(colour), std::move(share)};
}

void require_size(const fs::path& file, Extent size, Extent film) {
  if (size != film) throw FileError(file, tr("is for {1}, but the film is {2}", {to_string(size), to_string(film)}));
}

DocumentState mask_state(const fs::path& mask, Extent film, const Plane<float>& lightness) {
  const PhotoInfo info = probe_photo(mask);
  require_size(mask, {info.width, info.height}, film);
  const Photo photo = photo_of(lightness);
  DocumentState state;
  state.imported =
      std::make_shared<const StrokeMask>(read_stroke_mask(mask, {MaskFormat::automatic, &photo, true}).mask);
  return state;
}

// The strokes as they lie on a frame of that width instead of the film's.
DocumentState scaled_state(const DocumentState& on_film, Extent film, const Plane<float>& lightness) {
  const float scale = static_cast<float>(lightness.width()) / static_cast<float>(film.width);
  DocumentState state;
  state.settings = on_film.settings;
  if (const auto& mask = on_film.imported) {
    StrokeMask small(lightness.width(), lightness.height());
    for (int y = 0; y < lightness.height(); ++y)
      for (int x = 0; x < lightness.width(); ++x) {
        const int from_x = x * film.width / lightness.width(), from_y = y * film.height / lightness.height();
        small.colour(x, y) = mask->colour(from_x, from_y);
        small.drawn(x, y) = mask->drawn(from_x, from_y);
      }
    state.imported = std::make_shared<const StrokeMask>(std::move(small));
  }
  for (const SharedStroke& shared : on_film.strokes) {
    Stroke stroke = *shared;
    for (StrokePoint& p : stroke.points) p = {p.x * scale, p.y * scale, p.radius * scale};
    for (Point& p : stroke.region) p = {p.x * scale, p.y * scale};
    state.strokes.emplace_back(std::move(stroke));
  }
  return state;
}

DocumentState session_state(const fs::path& file, Extent film, const Plane<float>& lightness) {
  const Session session = read_session(file);
  require_size(file, {session.photo.width, session.photo.height}, film);
  return scaled_state(session.state, film, lightness);
}

}  // namespace

Plane<std::uint8_t> former_places(const BroughtStrokes& brought, const Plane<float>& lightness, Extent film,
                                  const Carried& below) {
  constexpr float least_chroma = 6, unlike = 0.4f;  // of the chroma
  const auto hints_of = [&](const SharedStroke& stroke) {
    DocumentState alone;
    alone.strokes.push_back(stroke);
    return make_problem(photo_of(lightness), scaled_state(alone, film, lightness));
  };
  Plane<std::uint8_t> former(lightness.width(), lightness.height());
  for (const SharedStroke& stroke : brought.taken_over) {
    const Problem hints = hints_of(stroke);
    double count = 0, a = 0, b = 0;
    for (std::size_t i = 0; i < former.size(); ++i) {
      if (hints.hint_strength.data()[i] <= 0) continue;
      former.data()[i] = 1;
      count += 1, a += hints.hint_a.data()[i], b += hints.hint_b.data()[i];
    }
    const auto mean_a = static_cast<float>(a / std::max(count, 1.0)),
               mean_b = static_cast<float>(b / std::max(count, 1.0));
    const float chroma = std::hypot(mean_a, mean_b);
    if (chroma < least_chroma) continue;  // a grey one: others' greys look the same
    Plane<std::uint8_t> alike(former.width(), former.height());
    for (std::size_t i = 0; i < alike.size(); ++i)
      alike.data()[i] =
          std::hypot(below.colour.a.data()[i] - mean_a, below.colour.b.data()[i] - mean_b) < unlike * chroma;
    const ConnectedAreas areas = connected_areas(alike);
    std::vector<bool> reached(areas.sizes.size());
    const auto each_pixel = [&](const auto& act) {
      for (const ConnectedAreas::Run& run : areas.runs)
        for (int x = run.x0; x < run.x1; ++x) act(run, x);
    };
    each_pixel([&](const auto& run, int x) {
      if (hints.hint_strength(x, run.y) > 0) reached[static_cast<std::size_t>(run.area)] = true;
    });
    each_pixel([&](const auto& run, int x) {
      if (reached[static_cast<std::size_t>(run.area)]) former(x, run.y) = 1;
    });
  }
  for (const SharedStroke& stroke : brought.others) {
    const Problem hints = hints_of(stroke);
    for (std::size_t i = 0; i < former.size(); ++i)
      if (hints.hint_strength.data()[i] > 0) former.data()[i] = 0;
  }
  return former;
}

Photo photo_of(const Plane<float>& lightness) {
  Photo photo;
  photo.lightness = lightness;
  return photo;
}

PaintedFrame painted_frame(int frame, const DocumentState& state) {
  auto present = std::make_shared<DocumentState>(state);
  present->history.clear();
  present->position = 0;
  present->lasso.clear();
  present->palette = {};
  present->finish = {};  // is the film's
  present->foreign.clear();
  std::string identity = sha256_of(session_to_text({{}, *present, {}}, "/"));
  return {frame, std::move(present), std::move(identity)};
}

bool says_colours(const DocumentState& state) {
  return state.imported || !std::all_of(state.strokes.begin(), state.strokes.end(),
                                        [](const SharedStroke& stroke) { return stroke->hidden && stroke->of; });
}

bool FilmKeys::any_in(const Shot& shot) const {
  const auto one_in = [&](const std::map<int, fs::path>& keys) {
    const auto first = keys.lower_bound(shot.begin);
    return first != keys.end() && first->first < shot.end;
  };
  const auto inside = [&](const PaintedFrame& key) { return key.frame >= shot.begin && key.frame < shot.end; };
  return !prior.empty() || one_in(pictures) || one_in(strokes) || std::any_of(painted.begin(), painted.end(), inside);
}

std::string FilmKeys::recipe(const Shot& shot) const {
  std::string text = "shot " + std::to_string(shot.begin) + " " + std::to_string(shot.end) + "\n";
  const auto note = [&](const char* kind, int frame, const fs::path& file) {
    if (frame < shot.begin || frame >= shot.end) return;
    std::error_code error;
    const auto bytes = fs::file_size(file, error);
    const auto changed = fs::last_write_time(file, error).time_since_epoch().count();
    text += std::string(kind) + " " + std::to_string(frame) + " " + std::to_string(bytes) + " " +
            std::to_string(changed) + " " + file.string() + "\n";
  };
  for (const auto& [frame, file] : pictures) note("key", frame, file);
  for (const auto& [frame, file] : strokes) note("strokes", frame, file);
  for (std::size_t i = 0; i < prior.size(); ++i) note("prior", static_cast<int>(i), prior[i]);
  for (const PaintedFrame& key : painted)
    if (key.frame >= shot.begin && key.frame < shot.end)
      text += "painted " + std::to_string(key.frame) + " " + key.identity + "\n";
  return text;
}

std::map<int, fs::path> keys_in(const fs::path& given, bool sessions) {
  std::error_code error;
  if (fs::exists(given, error) && !fs::is_directory(given, error)) return {{0, given}};
  std::map<int, fs::path> of_pictures, of_sessions;
  for (fs::directory_iterator entry(given, error), end; !error && entry != end; entry.increment(error)) {
    const fs::path& path = entry->path();
    const bool session = sessions && is_session_name(path);
    if (path.filename().string().starts_with('.') || !(session || is_picture_name(path))) continue;
    const std::optional<long> number = number_of(path);
    if (!number) throw FileError(path, tr("has no frame's number at the end of its name, as ref_000012.png has"));
    const auto [same, is_new] = (session ? of_sessions : of_pictures).emplace(static_cast<int>(*number), path);
    if (!is_new)
      throw FileError(path, tr("and {1} are of the same frame; keep one of them", {same->second.filename().string()}));
  }
  if (error) throw FileError(given, tr("cannot be read as a folder ({1})", {error.message()}));
  return of_sessions.empty() ? of_pictures : of_sessions;
}

Key picture_key(const fs::path& picture, Extent film, Extent worked) {
  const Photo photo = read_photo(picture);
  require_proportions(picture, photo.extent(), film);
  Chroma colour{photo.a, photo.b};
  if (colour.empty()) colour = {{photo.width(), photo.height()}, {photo.width(), photo.height()}};
  Key key = whole(at_size(colour, worked));
  if (!photo.alpha.empty())
    key.share = resample(photo.width(), photo.height(), worked.width, worked.height,
                         [&](int x, int y) { return photo.alpha(x, y) / 65535.0f; });
  return key;
}

Prior carried_prior(const Carried& carried) {
  Prior prior{carried.colour.a, carried.colour.b, carried.trust};
  for (float& w : prior.weight) w = below_weight * std::max(w, 0.1f);
  return prior;
}

// How much of a frame is decided by strokes over what was carried to it: all where they lie and where they changed it.
// The rest keeps the trust that it came with, or it would be carried on as if somebody had looked at it.
static Plane<float> decided(const DocumentState& strokes, const Plane<float>& lightness, const Chroma& colour,
                            const Chroma& below) {
  constexpr float unseen = 0.5f, seen = 3;  // differences in ab
  Plane<float> share = make_problem(photo_of(lightness), strokes).hint_strength;
  for (std::size_t i = 0; i < share.size(); ++i) {
    const float change = std::hypot(colour.a.data()[i] - below.a.data()[i], colour.b.data()[i] - below.b.data()[i]);
    share.data()[i] = share.data()[i] > 0 ? 1 : std::clamp((change - unseen) / (seen - unseen), 0.0f, 1.0f);
  }
  return share;
}

static Key key_over(DocumentState state, const Plane<float>& lightness, const Carried& below, const CoatSource& coat,
                    const FirstCoat& dials, int threads) {
  CoatSource source = coat;
  if (!below.empty()) {
    state.coat.on = true;
    state.settings.affinity = 0;  // corrections: they do not recolour what looks alike elsewhere
    source = [&](const Photo&, const DocumentState&, std::stop_token) { return carried_prior(below); };
  } else if (coat) {
    state.coat = dials;
  }
  Key key = frame_key(lightness, state, source, threads);
  if (!below.empty()) key.share = decided(state, lightness, key.colour, below.colour);
  return key;
}

Key stroke_key(const fs::path& strokes, const Plane<float>& lightness, Extent film, const Carried& below,
               const CoatSource& coat, const FirstCoat& dials, int threads) {
  return key_over(
      is_session_name(strokes) ? session_state(strokes, film, lightness) : mask_state(strokes, film, lightness),
      lightness, below, coat, dials, threads);
}

Key painted_key(const DocumentState& strokes, const Plane<float>& lightness, Extent film, const Carried& below,
                const CoatSource& coat, int threads) {
  return key_over(scaled_state(strokes, film, lightness), lightness, below, coat, strokes.coat, threads);
}

Key frame_key(const Plane<float>& lightness, const DocumentState& state, const CoatSource& coat, int threads) {
  Rendered rendered = render(photo_of(lightness), state, coat, {.backend = Backend::cpu, .threads = threads});
  return whole(std::move(rendered.chroma));
}

}  // namespace handtint
