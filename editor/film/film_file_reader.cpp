// The frames of a film file: their light.
#include <cstdio>
#include <utility>

#include "editor/film/film_decoder.h"
#include "editor/film/film_reader.h"
#include "solver/tr.h"

namespace handtint {
namespace {

class FilmFileReader final : public FilmReader {
 public:
  FilmFileReader(const std::filesystem::path& path, FilmReading reading) : path_(path), film_(path, reading) {}

  Extent size() const override { return film_.size(); }

  int likely_frames() const override {
    const AVStream& picture = film_.picture();
    if (picture.nb_frames > 0) return static_cast<int>(picture.nb_frames);
    const double seconds = static_cast<double>(film_.file().duration) / AV_TIME_BASE;
    return film_.file().duration > 0 ? static_cast<int>(seconds * av_q2d(picture.avg_frame_rate)) : 0;
  }

  double rate() const override {
    const AVRational rate = film_.picture().avg_frame_rate;
    return rate.num > 0 && rate.den > 0 ? av_q2d(rate) : 0;
  }

  std::optional<Photo> next() override {
    const AVFrame* frame = film_.next();
    if (!frame) {
      note_lack();
      return {};
    }
    if (film_.deinterlaces() && notes.empty())
      notes.emplace_back(tr("the film is interlaced: of the two moments in each frame one is kept"));
    Photo photo;
    photo.lightness = lightness_of(*frame);
    photo.bits = scale_of(*frame).bits > 8 ? 16 : 8;
    photo.format = "film";
    photo.path = path_;
    return photo;
  }

  bool skip() override { return film_.next() != nullptr; }
  bool go_back(int frame) override { return film_.go_back(frame); }

 private:
  void note_lack() {
    constexpr double most_lacking = 0.5;
    const double lacking = film_.seconds_lacking();
    if (lacking < most_lacking || std::exchange(lacks_, true)) return;
    char seconds[24];
    std::snprintf(seconds, sizeof seconds, "%.1f", lacking);
    notes.push_back(tr("the film ends {1} s before it should; it may have been cut off", {seconds}));
  }

  std::filesystem::path path_;
  FilmDecoder film_;
  bool lacks_ = false;
};

}  // namespace

std::unique_ptr<FilmReader> open_film_file(const std::filesystem::path& path, FilmReading reading) {
  return std::make_unique<FilmFileReader>(path, reading);
}

}  // namespace handtint
