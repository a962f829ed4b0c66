#include "editor/work/picture_coat.h"

#include <exception>
#include <utility>

#include "solver/tr.h"

namespace handtint {

PictureCoat::PictureCoat(const Sitting& sitting, Messages& messages, std::function<void()> wake_up)
    : sitting_(sitting), messages_(messages), wake_up_(std::move(wake_up)) {}

bool PictureCoat::is_here() const {
  const FirstCoat& coat = sitting_.document().coat();
  return coat.picture && colours_ && colours_->file == coat.picture->file;
}

void PictureCoat::begin_document(std::optional<CoatColours> loaded) {
  forget();
  colours_ = std::move(loaded);
  if (colours_ && !colours_->problem.empty()) messages_.tell(tr("No first coat: {1}", {colours_->problem}), true);
}

void PictureCoat::forget() {
  reader_ = {};
  colours_.reset();
  choosing_ = false;
}

void PictureCoat::choose(const std::filesystem::path& picture) {
  choosing_ = true;
  reader_.start(
      [picture, lightness = sitting_.photo().lightness](std::stop_token, auto&) {
        try {
          return read_coat_colours({.file = refer_to_file(picture)}, {}, lightness);
        } catch (const std::exception& error) {
          return CoatColours{{}, nullptr, text_of(error)};
        }
      },
      wake_up_);
}

void PictureCoat::read_if_wanted() {
  const FirstCoat& coat = sitting_.document().coat();
  if (!coat.wanted() || !coat.picture || is_here() || choosing_) return;
  reader_.start([picture = *coat.picture, session = sitting_.session_file(), lightness = sitting_.photo().lightness](
                    std::stop_token, auto&) { return read_coat_colours(picture, session, lightness); },
                wake_up_);
}

CoatSource PictureCoat::source() const {
  if (!is_here() || !colours_->colours) return nullptr;
  return [colours = colours_->colours](const Photo&, const DocumentState& state, std::stop_token) {
    return picture_prior(*colours, state.coat);
  };
}

std::optional<PictureCoat::News> PictureCoat::take() {
  std::optional<CoatColours> coat = reader_.take();
  if (!coat) return std::nullopt;
  const bool chosen = std::exchange(choosing_, false);
  if (!coat->problem.empty()) messages_.tell(tr("No first coat: {1}", {coat->problem}), true);
  if (!sitting_.has_document()) return News{};
  const bool taken = chosen && coat->colours;
  if (!chosen || coat->colours) colours_ = std::move(coat);
  if (!taken) return News{};
  return News{CoatPicture{.file = colours_->file}};
}

}  // namespace handtint
