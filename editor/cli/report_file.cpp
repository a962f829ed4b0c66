#include "editor/cli/report_file.h"

#include <sys/resource.h>

#include <cstdint>
#include <string>

#include "editor/document/palette.h"
#include "editor/files/atomic_file.h"
#include "editor/files/path_text.h"

namespace handtint {
namespace {

using Json = nlohmann::ordered_json;

std::int64_t peak_memory_bytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<std::int64_t>(usage.ru_maxrss) * 1024;  // Linux counts kilobytes
}

Json describe(const Settings& settings) {
  Json description = {{"model", name_of(settings.model)}};
  for (const Dial& dial : dials()) description[dial.name] = settings.*dial.value;
  description["preview"] = settings.preview;
  return description;
}

Json describe(const Report& report) {
  return {{"backend", name_of(report.backend)}, {"stop", name_of(report.stop)}, {"iterations", report.iterations},
          {"residual", report.residual},        {"energy", report.energy},      {"width", report.solved_width},
          {"height", report.solved_height}};
}

Json describe(const ReferenceWish& wish, const ReferenceResult& found) {
  Json description = {{"how", name_of(wish.use)},
                      {"excess", found.excess},
                      {"confidence", found.confidence},
                      {"refused", !found.refusal.empty()}};
  for (const std::filesystem::path& file : wish.files) description["paths"].push_back(text_of_path(file));
  if (!found.refusal.empty()) description["refusal"] = found.refusal;
  if (found.alike) description["alike"] = true;
  if (found.mood) description["mood"] = {{"method", name_of(wish.mood.method)}, {"amount", wish.mood.amount}};
  description["strokes"] = Json::array();
  for (const Suggestion& suggestion : found.strokes) {
    const StrokePoint &from = suggestion.stroke.points.front(), &to = suggestion.stroke.points.back();
    const Point source = suggestion.stroke.source.value_or(Point{});
    description["strokes"].push_back({{"from", {from.x, from.y}},
                                      {"to", {to.x, to.y}},
                                      {"colour", hex_of(suggestion.stroke.colour)},
                                      {"confidence", suggestion.confidence},
                                      {"reference", suggestion.reference},
                                      {"source", {source.x, source.y}}});
  }
  return description;
}

}  // namespace

Json describe(const ColorizeJob& job, const ColorizeResult& result) {
  Json description = {{"photo",
                       {{"path", text_of_path(job.photo)},
                        {"format", result.photo.format},
                        {"width", result.photo.width},
                        {"height", result.photo.height},
                        {"bits", result.photo.bits},
                        {"orientation", result.photo.orientation}}}};
  if (!job.strokes.empty())
    description["strokes"] = {{"path", text_of_path(job.strokes)},
                              {"found", result.found},
                              {"strokes", result.strokes.strokes},
                              {"colours", result.strokes.colours},
                              {"pixels", result.strokes.drawn_pixels}};
  if (!job.prior.empty()) description["prior"] = {{"path", text_of_path(job.prior)}, {"weight", job.prior_weight}};
  if (!result.network.empty())
    description["network"] = {{"ran", result.network},
                              {"coat", job.network.coat.amount},
                              {"temperature", job.network.coat.temperature},
                              {"variant", job.network.coat.variant}};
  if (result.reference) description["reference"] = describe(job.reference, *result.reference);
  if (!job.protect.empty()) description["protect"] = {{"path", text_of_path(job.protect)}};
  description["output"] = {{"path", text_of_path(job.output)}};
  description["settings"] = describe(result.settings);
  description["finish"] = {{"vividness", result.finish.vividness}, {"warmth", result.finish.warmth}};
  description["solve"] = describe(result.report);
  description["times_ms"] = {{"load", result.load_ms},
                             {"setup", result.report.setup_ms},
                             {"solve", result.report.solve_ms - result.report.setup_ms},
                             {"save", result.save_ms},
                             {"total", result.total_ms}};
  description["notes"] = result.notes;
  return description;
}

void write_report(const std::filesystem::path& target, Json report) {
  Json whole = {{"handtint", HANDTINT_VERSION}};
  whole.update(report);
  whole["peak_memory_bytes"] = peak_memory_bytes();
  write_text_file(target, whole.dump(2, ' ', false, Json::error_handler_t::replace) + "\n");
}

}  // namespace handtint
