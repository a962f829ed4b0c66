// How well a reference's colours reach the right places, beside what others do with one. Sets, as in the issue of the
// references: the left half of a photo colours the right one ("halves"), a clip's first frame its last ("frames"), the
// next photo of the folder this one ("strangers", which should be refused).
//
//   bench_reference [--limit N] [--part 0|1] [--film FOLDER].. [FOLDER..]
//
// --part takes every second photo and clip only: tune on one part, measure on the other. One line per pair with PSNR
// and mean CIEDE2000 of each method, then the means.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "editor/document/reference.h"
#include "editor/document/render.h"
#include "solver/resample.h"
#include "tests/bench/picture_score.h"
#include "tests/bench/reference_peers.h"

namespace {

using namespace handtint;
namespace fs = std::filesystem;
using bench::Coloured;

constexpr int longest_side = 900;

Coloured load(const fs::path& path) {
  Photo photo = read_photo(path);
  if (photo.a.empty()) throw FileError(path, "is grey");
  const double scale = std::min(static_cast<double>(longest_side) / std::max(photo.width(), photo.height()), 1.0);
  const int w = static_cast<int>(std::lround(photo.width() * scale));
  const int h = static_cast<int>(std::lround(photo.height() * scale));
  return {resample(photo.lightness, w, h), {resample(photo.a, w, h), resample(photo.b, w, h)}};
}

Coloured columns(const Coloured& picture, int from, int to) {
  const auto cut = [&](const Plane<float>& plane) {
    Plane<float> part(to - from, plane.height());
    for (int y = 0; y < plane.height(); ++y) std::copy(plane.row(y) + from, plane.row(y) + to, part.row(y));
    return part;
  };
  return {cut(picture.L), {cut(picture.ab.a), cut(picture.ab.b)}};
}

std::vector<fs::path> sorted_entries(const fs::path& folder) {
  std::vector<fs::path> entries;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder)) entries.push_back(entry.path());
  std::sort(entries.begin(), entries.end());
  return entries;
}

class Bench {
 public:
  explicit Bench(Predictor predictor) : predictor_(std::move(predictor)) {}

  void measure(const std::string& kind, const std::string& name, const Coloured& truth, const Coloured& reference) {
    Photo photo;
    photo.lightness = truth.L;
    const ReferenceStudy study = study_references(photo, {{name, reference.L, reference.ab}}, predictor_);
    DocumentState bare;
    bare.coat.on = true;
    const std::vector<Suggestion> strokes = suggest_strokes(photo, study, bare);
    Document document(photo.extent(), bare);
    document.take(edit_of_suggestions(bare, strokes, "From the reference"));
    const DocumentState& with_strokes = document.state();
    const CoatSource coat = network_coat(predictor_);
    const auto graded = [&](const Photo& p, const DocumentState& state, std::stop_token stop) {
      return in_reference_mood(coat(p, state, stop), study);
    };
    const auto reinhard = [&](const Photo& p, const DocumentState& state, std::stop_token stop) {
      Prior prior = coat(p, state, stop);
      const auto mood =
          mood_of(prior, study.photo.lightness, reference.L, reference.ab, Matches{}, MoodMethod::reinhard);
      return mood ? with_mood(std::move(prior), study.photo.lightness, *mood, 1) : prior;
    };
    const auto welsh = [&](const Photo&, const DocumentState&, std::stop_token) {
      const Plane<float>& seen = study.photo.lightness;
      const Chroma c = bench::welsh(resample(truth.L, seen.width(), seen.height()), reference);
      return Prior{c.a, c.b, Plane<float>(c.a.width(), c.a.height(), prior_weights::picture), {}};
    };
    std::printf("%-9s %-28s excess %.2f, %zu strokes%s", kind.c_str(), name.c_str(), study.matches.excess,
                strokes.size(), study.refused() ? ", refused" : "");
    const auto record = [&](const char* method, const Chroma& chroma) {
      const bench::Score score = bench::score_of(truth.L, truth.ab, chroma);
      std::printf(" | %s %.2f %.2f", method, score.psnr, score.dE);
      for (const std::string& group : {kind, std::string(kind == "strangers" ? "" : "related")}) {
        std::array<double, 3>& sum = sums_[{group, method}];
        sum[0] += score.psnr;
        sum[1] += score.dE;
        sum[2] += 1;
      }
    };
    record("coat", render(photo, bare, coat).chroma);
    record("coat, Reinhard", render(photo, bare, reinhard).chroma);
    record("by lightness", bench::colour_by_lightness(truth.L, reference));
    record("Welsh", render(photo, bare, welsh).chroma);
    record("mood", render(photo, bare, study.refused() ? coat : CoatSource(graded)).chroma);
    record("things", render(photo, with_strokes, coat).chroma);
    record("both", render(photo, with_strokes, study.refused() ? coat : CoatSource(graded)).chroma);
    std::printf("\n");
    std::fflush(stdout);
  }

  void print_means() const {
    for (const auto& [key, sum] : sums_)
      if (!key.first.empty())
        std::printf("%-9s %-14s %.2f dB, dE %.2f (%.0f)\n", key.first.c_str(), key.second.c_str(), sum[0] / sum[2],
                    sum[1] / sum[2], sum[2]);
  }

 private:
  Predictor predictor_;
  std::map<std::pair<std::string, std::string>, std::array<double, 3>> sums_;  // of PSNR, dE and 1
};

struct Choice {
  int limit = 0, part = -1;
  std::vector<fs::path> films, folders;

  std::vector<std::size_t> of(std::size_t count) const {
    std::vector<std::size_t> chosen;
    for (std::size_t i = 0; i < count; ++i)
      if ((part < 0 || static_cast<int>(i % 2) == part) && (limit == 0 || static_cast<int>(chosen.size()) < limit))
        chosen.push_back(i);
    return chosen;
  }
};

}  // namespace

int main(int argc, char** argv) {
  Choice choice;
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    const bool more = i + 1 < argc;
    if (word == "--limit" && more)
      choice.limit = std::atoi(argv[++i]);
    else if (word == "--part" && more)
      choice.part = std::atoi(argv[++i]);
    else if (word == "--film" && more)
      choice.films.push_back(argv[++i]);
    else
      choice.folders.push_back(word);
  }
  Bench bench(open_predictor("shipped"));
  for (const fs::path& folder : choice.folders) {
    const std::vector<fs::path> files = sorted_entries(folder);
    for (const std::size_t i : choice.of(files.size())) {
      const Coloured whole = load(files[i]);
      const int w = whole.L.width();
      bench.measure("halves", files[i].filename(), columns(whole, w / 2, w), columns(whole, 0, w / 2));
      bench.measure("strangers", files[i].filename(), whole, load(files[(i + 1) % files.size()]));
    }
  }
  for (const fs::path& film : choice.films) {
    const std::vector<fs::path> clips = sorted_entries(film);
    for (const std::size_t i : choice.of(clips.size())) {
      const std::vector<fs::path> frames = sorted_entries(clips[i]);
      bench.measure("frames", clips[i].filename(), load(frames.back()), load(frames.front()));
    }
  }
  bench.print_means();
}
