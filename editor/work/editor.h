// What a person does with a photo, without a window: open, paint, change, undo, save, export, and the solver that
// follows.
//
// Owns the document, the solver's thread, the autosave journal and the background work. One thread (the UI's) uses it;
// slow things run elsewhere and arrive through update(). Knows no ImGui, no GLFW and no OpenGL.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "editor/document/autosave.h"
#include "editor/document/document.h"
#include "editor/document/render.h"
#include "editor/work/background.h"
#include "editor/work/brush.h"
#include "editor/work/coat_thread.h"
#include "editor/work/loading.h"
#include "editor/work/preferences.h"
#include "editor/work/solver_thread.h"

namespace handtint {

struct Notice {
  std::string text;
  bool problem = false;
};

struct ExportResult {
  std::filesystem::path target;
  std::string problem;  // empty if all is well
  std::string note;     // written, but not as asked for
  bool cancelled = false;
};

class Editor {
 public:
  // `network` makes first coats. It is opened when the first one is wanted.
  Editor(Preferences& preferences, std::function<void()> wake_up, NetworkSource network = network_source("shipped"));
  ~Editor();

  // Fetches what the threads have finished. True if something that is shown may have changed.
  bool update();
  // Time until update() has something to do of itself; none: only when woken.
  std::optional<double> due_in_ms() const;

  // --- files
  void open(LoadRequest request);  // the open document stays until the new one is there; asks nobody
  bool loading() const { return loader_.running(); }
  const std::filesystem::path& loading_file() const { return loading_file_; }
  // A load that needs an answer of the person (a photo that moved or changed); taken once.
  std::optional<Loaded> take_question() { return std::exchange(question_, std::nullopt); }
  bool save(const std::filesystem::path& session_file);  // false and a notice if it failed; the work is still there
  std::filesystem::path suggested_session_file() const;
  std::filesystem::path suggested_export_file() const;
  void close();  // drops the document and its journal: asking is done by who calls this

  // The picture at the photo's full size and depth, as the command line would write it.
  void export_picture(const std::filesystem::path& target);
  void export_mask(const std::filesystem::path& target);
  bool exporting() const { return exporter_.running(); }
  float export_progress() const { return exporter_.progress(); }
  void cancel_export() { exporter_.cancel(); }

  void import_mask(const std::filesystem::path& file);

  // --- the document
  bool has_document() const { return document_ != nullptr; }
  Document& document() { return *document_; }
  const Document& document() const { return *document_; }
  const Photo& photo() const { return *source_.photo; }
  const std::filesystem::path& session_file() const { return session_file_; }
  std::string name() const;  // of the session or photo file
  const PictureSource& picture_source() const { return source_; }
  std::uint64_t document_number() const { return document_number_; }  // another document, another number

  // Every change goes through here: the solver, the journal and the selection follow.
  void follow(const Change& change);
  void undo();
  void redo();

  // --- the stroke being drawn
  const Stroke* stroke_in_progress() const { return stroke_ ? &*stroke_ : nullptr; }
  void begin_stroke(StrokeKind kind, const BrushEvent& event);
  Rect extend_stroke(const BrushEvent& event);  // the photo pixels that it changed
  void end_stroke();
  void cancel_stroke();
  void add_straight(StrokeKind kind, const BrushEvent& to);  // from where the last stroke ended
  bool can_go_straight() const { return last_end_.has_value(); }
  std::size_t events_in_stroke() const { return path_ ? path_->events() : 0; }

  // --- selection
  const std::vector<StrokeId>& selection() const { return selection_; }
  void select(std::vector<StrokeId> ids);
  void delete_selected();

  // --- what the brush has
  Rgb colour() const { return colour_; }
  void set_colour(Rgb colour);  // while a control is dragged
  void remember_colour();       // to the recent ones, when it is used or the drag ends
  void swap_colours();
  RecentColours& recent() { return recent_; }
  float stroke_strength = 1;
  // The lasso: new strokes change the picture inside it only; empty = everywhere.
  const std::vector<Point>& region() const { return region_; }
  void limit_strokes(std::vector<Point> lasso);

  // --- the solve
  SolverStatus solver_status() const { return solver_->status(); }
  void set_paused(bool paused) { solver_->set_paused(paused); }
  // The newest change is not on its picture yet, but will be soon.
  bool colour_is_coming() const;
  void solve_once() { solver_->run_once(); }
  void restart_solver();
  void set_settings(const Settings& settings, Step step);
  // --- the first coat
  void set_coat(const FirstCoat& coat, Step step);
  // The coat is another tool's colour picture, when that has been read; an undo step as set_coat.
  void take_coat_from(const std::filesystem::path& picture);
  // What the network thinks of the photo with the strokes that it has seen; null if it was not asked yet.
  const std::shared_ptr<const Prediction>& prediction() const { return prediction_; }
  std::uint64_t prediction_number() const { return prediction_number_; }  // another prediction, another number
  CoatThreadStatus network_status() const { return network_->status(); }
  bool network_looks_soon() const { return next_question().has_value(); }
  void set_watching_network(bool on) { watching_network_ = on; }  // somebody wants predictions, coat or not
  std::uint64_t coat_revision() const { return coat_revision_; }  // of the message with the newest coat; 0 = none
  double rest_ms = 600;  // the network looks at the strokes when the hand has rested for so long

  // How the screen gets pictures from a GPU, and what it looks at closely.
  void set_road(PictureRoad road);
  PictureRoad road() const { return road_; }
  void look_closely(const PictureOnDevice& wanted);  // without codes

  std::optional<SolvedPicture> take_picture() { return std::exchange(fresh_picture_, std::nullopt); }
  const std::optional<SolvedPicture>& picture() const { return picture_; }
  // The result's colour at a place of the photo; none outside.
  std::optional<Rgb> result_at(Point place) const;
  std::optional<float> lightness_at(Point place) const;
  // Of the message to the solver that holds everything up to now; it may wait to be sent.
  std::uint64_t revision() const { return revision_ + (unsent_.hints.empty() ? 0 : 1); }

  // --- messages for the person, oldest first
  std::vector<Notice> take_notices() { return std::exchange(notices_, {}); }
  void tell(std::string text, bool problem = false);

  Preferences& preferences;

 private:
  void install(Loaded loaded);
  // Pieces of a stroke are sent together when the solver can take them; everything else sends what waits before itself.
  void send_hints(const Rect& rect, bool cuts, bool only_regions);
  void send_waiting();
  void start_solver();
  void note_strokes_change();
  bool wants_prediction() const;
  bool wants_network_coat() const { return document_->coat().wanted() && !document_->coat().picture; }
  std::optional<std::uint64_t> next_question() const;  // for the network
  void ask_network();
  bool take_prediction();
  void send_coat();
  CoatSource known_coat() const;  // what the screen's coat is made of; null if that is not there yet
  Prior wanted_prior() const;
  bool has_coat_picture() const;  // the one that the document names has been read, or cannot be
  bool take_coat_picture();

  std::function<void()> wake_up_;
  NetworkSource network_source_;
  std::unique_ptr<SolverThread> solver_;
  std::unique_ptr<CoatThread> network_;
  std::uint64_t revision_ = 0;
  std::vector<Point> region_;
  Change unsent_;  // of hints the solver does not know yet
  Change sent_;    // the last patch: sent again with what came since, it takes its own place in the solver's inbox
  std::uint64_t first_revision_ = 0;  // of the present document; pictures of older ones are dropped
  Autosave autosave_;
  std::string told_autosave_problem_;
  Background<Loaded> loader_;
  Background<ExportResult> exporter_;
  Background<Notice> mask_exporter_;
  std::filesystem::path loading_file_;
  std::optional<Loaded> question_;

  std::unique_ptr<Document> document_;
  std::uint64_t document_number_ = 0;
  PhotoReference photo_reference_;
  std::filesystem::path session_file_;
  PictureSource source_;

  std::optional<Stroke> stroke_;
  std::optional<BrushPath> path_;
  std::optional<Point> last_end_;
  std::vector<StrokeId> selection_;
  Rgb colour_{0.78f, 0.56f, 0.45f};
  RecentColours recent_;

  // The network. Strokes have a number, another one after each change; it is the name of the question about them. The
  // coat comes from the bare photo (coat_source.h), everything else that is shown from the newest answer.
  std::uint64_t last_number_ = 0, strokes_number_ = 0, prediction_strokes_ = 0, prediction_number_ = 0;
  std::uint64_t bare_number_ = 0;     // of the question about the photo without strokes
  std::uint64_t loading_number_ = 0;  // of the question about the photo that is being opened
  std::chrono::steady_clock::time_point strokes_changed_{};
  std::shared_ptr<const Prediction> prediction_, bare_prediction_;
  bool watching_network_ = false;
  std::uint64_t coat_revision_ = 0;
  bool coat_sent_ = false;  // the solver has a prior
  std::string told_network_problem_;
  std::optional<CoatColours> coat_colours_;  // the picture that was read last
  Background<CoatColours> coat_reader_;
  bool coat_chosen_ = false;  // the picture that is being read is to be the document's

  std::optional<SolvedPicture> picture_, fresh_picture_;
  PictureRoad road_ = PictureRoad::copied;
  PictureOnDevice close_up_;
  std::vector<Notice> notices_;
};

}  // namespace handtint
