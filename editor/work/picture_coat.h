// Another tool's colour picture as the document's first coat: read on a thread, kept while the document names it.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>

#include "editor/document/coat_source.h"
#include "editor/work/background.h"
#include "editor/work/loading.h"
#include "editor/work/messages.h"
#include "editor/work/sitting.h"

namespace handtint {

class PictureCoat {
 public:
  PictureCoat(const Sitting& sitting, Messages& messages, std::function<void()> wake_up);

  // The coat shall be that picture, once it has been read.
  void choose(const std::filesystem::path& picture);
  void begin_document(std::optional<CoatColours> loaded);
  void forget();  // no document any more
  // Reads the picture that the document names, if it wants it and has another one or none.
  void read_if_wanted();
  // null: it is not there yet, or cannot be read
  CoatSource source() const;

  struct News {
    std::optional<CoatPicture> chosen;  // was read and is to be the document's
  };
  std::optional<News> take();  // none: nothing was read

 private:
  bool is_here() const;  // the picture that the document names has been read, or cannot be

  const Sitting& sitting_;
  Messages& messages_;
  std::function<void()> wake_up_;
  std::optional<CoatColours> colours_;  // the picture that was read last
  Background<CoatColours> reader_;
  bool choosing_ = false;  // the picture that is being read is to be the document's
};

}  // namespace handtint
