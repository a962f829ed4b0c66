// The reference photo of the open document: read, compared with the photo and kept on a thread; what follows from it
// are strokes that are suggested and a mood for the first coat.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "editor/document/coat_source.h"
#include "editor/document/reference.h"
#include "editor/work/background.h"
#include "editor/work/messages.h"
#include "editor/work/network_thread.h"
#include "editor/work/sitting.h"

namespace handtint {

class ReferencePhoto {
 public:
  ReferencePhoto(const Sitting& sitting, Messages& messages, NetworkSource network, std::function<void()> wake_up);

  // The document's reference shall be that picture, once it has been read.
  void choose(const std::filesystem::path& picture);
  // Strokes on the things that it shows too, as News.
  void suggest(const SuggestSettings& settings);
  bool busy() const { return work_.running(); }
  float progress() const { return work_.progress(); }  // 0..1
  void cancel() { work_.cancel(); }

  // null: none is named, or it is not there (yet)
  std::shared_ptr<const ReferencePicture> picture() const;
  // --- for the Colouring
  void forget();  // no document any more, or another one
  // Reads and compares what the document names and wants.
  void follow();
  // The coat in the mood that the document wants: as soon as the photos have been compared, until then as it was.
  CoatSource in_mood(CoatSource coat) const;
  // The same for background threads, which compare them if need be.
  CoatSource surely_in_mood(CoatSource coat) const;

  struct News {
    std::optional<FileReference> chosen;  // was read and is to be the document's
    std::vector<Suggestion> suggested;    // asked for; perhaps none
  };
  std::optional<News> take();  // none: nothing happened

 private:
  struct Known {
    FileReference file;                               // empty: nothing has been read
    std::shared_ptr<const ReferencePicture> picture;  // null: cannot be read
    std::shared_ptr<const ReferenceStudy> study;      // null: not compared yet
    bool incomparable = false;                        // it was tried
  };
  struct Wish {
    std::filesystem::path choose = {};  // empty: what the document names
    std::optional<SuggestSettings> suggest = {};
    bool compare = false;
  };
  struct Result {
    Known known;
    std::vector<Suggestion> suggested;
    std::string problem;
    bool stopped = false;
  };
  void start(Wish wish);
  bool is_here() const;  // what the document names has been read, or cannot be
  bool wants_mood() const;

  const Sitting& sitting_;
  Messages& messages_;
  NetworkSource network_;
  std::function<void()> wake_up_;
  Known known_;
  Wish wish_;  // that is being carried out
  Background<Result> work_;
};

}  // namespace handtint
