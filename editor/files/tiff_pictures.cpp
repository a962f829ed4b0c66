#include "editor/files/tiff_pictures.h"

#include <tiffio.h>

#include <cstdint>
#include <vector>

#include "solver/tr.h"

namespace handtint {
namespace {

// More are left unseen: every directory costs time, and a damaged chain may be long.
constexpr int max_directories = 200;

constexpr int photometric_linear_raw = 34892;

struct Picture {
  std::uint64_t directory = 0;
  std::uint64_t pixels = 0;
  bool full = false;  // neither a preview nor a mask
  bool page = false;
};

template <class T>
T tag(TIFF* file, ttag_t name, T otherwise) {
  T value{};
  return TIFFGetField(file, name, &value) == 1 ? value : otherwise;
}

class Pictures {
 public:
  explicit Pictures(TIFF* file) : file_(file) {
    std::uint8_t* version = nullptr;
    raw_ = TIFFGetField(file_, TIFFTAG_DNGVERSION, &version) == 1;
    do {
      add();
      add_offsets_below();
    } while (static_cast<int>(pictures_.size()) < max_directories && TIFFReadDirectory(file_) == 1);
    for (const std::uint64_t offset : below_)
      if (static_cast<int>(pictures_.size()) < max_directories && TIFFSetSubDirectory(file_, offset) == 1) add();
  }

  TiffChoice choose() {
    std::size_t best = 0;
    int full = 0;
    for (std::size_t i = 0; i < pictures_.size(); ++i) {
      full += pictures_[i].full;
      if (is_better(pictures_[i], pictures_[best])) best = i;
    }
    TiffChoice choice;
    choice.camera_raw = raw_;
    if (full > 1 && best == 0)
      choice.note =
          tr("the file holds {1} pictures; the first was taken and the others were left out", {std::to_string(full)});
    else if (full > 1)
      choice.note = tr("the file holds {1} pictures; the largest, number {2}, was taken and the others were left out",
                       {std::to_string(full), std::to_string(best + 1)});
    TIFFSetSubDirectory(file_, pictures_[best].directory);
    return choice;
  }

 private:
  void add() {
    const auto kind = tag<std::uint32_t>(file_, TIFFTAG_SUBFILETYPE, 0);
    Picture picture;
    picture.directory = TIFFCurrentDirOffset(file_);
    picture.pixels = std::uint64_t{tag<std::uint32_t>(file_, TIFFTAG_IMAGEWIDTH, 0)} *
                     tag<std::uint32_t>(file_, TIFFTAG_IMAGELENGTH, 0);
    picture.full = (kind & (FILETYPE_REDUCEDIMAGE | FILETYPE_MASK)) == 0;
    picture.page = (kind & FILETYPE_PAGE) != 0;
    const int photometric = tag<std::uint16_t>(file_, TIFFTAG_PHOTOMETRIC, 0);
    if (photometric == PHOTOMETRIC_CFA || photometric == photometric_linear_raw) raw_ = true;
    pictures_.push_back(picture);
  }

  void add_offsets_below() {
    std::uint16_t count = 0;
    std::uint64_t* offsets = nullptr;
    if (TIFFGetField(file_, TIFFTAG_SUBIFD, &count, &offsets) == 1 && offsets)
      below_.insert(below_.end(), offsets, offsets + count);
  }

  static bool is_better(const Picture& one, const Picture& other) {
    if (one.full != other.full) return one.full && one.pixels > 0;
    return one.pixels > other.pixels && !(one.page && other.page);
  }

  TIFF* file_;
  std::vector<Picture> pictures_;
  std::vector<std::uint64_t> below_;
  bool raw_ = false;
};

}  // namespace

TiffChoice choose_tiff_picture(tiff* file) {
  return Pictures(file).choose();
}

}  // namespace handtint
