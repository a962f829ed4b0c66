#include "editor/gui/start_page.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <ctime>
#include <system_error>

#include "editor/files/path_text.h"
#include "editor/gui/texture_id.h"
#include "editor/gui/widgets.h"
#include "solver/tr.h"

namespace handtint {
namespace {

constexpr int recent_thumbnail_side = 360;

std::string when(std::filesystem::file_time_type written) {
  const auto on_system_clock = std::chrono::time_point_cast<std::chrono::system_clock::duration>(
      written - std::filesystem::file_time_type::clock::now() + std::chrono::system_clock::now());
  const std::time_t time = std::chrono::system_clock::to_time_t(on_system_clock);
  std::tm local{};
  localtime_r(&time, &local);
  constexpr std::array months{tr_noop("January"),   tr_noop("February"), tr_noop("March"),    tr_noop("April"),
                              tr_noop("May"),       tr_noop("June"),     tr_noop("July"),     tr_noop("August"),
                              tr_noop("September"), tr_noop("October"),  tr_noop("November"), tr_noop("December")};
  char time_of_day[16];
  std::strftime(time_of_day, sizeof time_of_day, "%H:%M", &local);
  // Translators: day, month, time of day.
  return tr("{1} {2}, {3}",
            {std::to_string(local.tm_mday), tr(months[static_cast<std::size_t>(local.tm_mon)]), time_of_day});
}

}  // namespace

const StartPage::Card* StartPage::card_of(const std::filesystem::path& file) const {
  const auto it = std::find_if(loaded_.begin(), loaded_.end(), [&](const Card& c) { return c.thumbnail.file == file; });
  return it == loaded_.end() ? nullptr : &*it;
}

void StartPage::load_thumbnails(WindowState& state) {
  if (std::exchange(language_, &language_in_use()) != &language_in_use()) loaded_.clear();
  if (auto thumbnail = loader_.take()) {
    Card card;
    card.thumbnail = std::move(*thumbnail);
    if (!card.thumbnail.rgba.empty()) {
      card.texture.resize(card.thumbnail.width, card.thumbnail.height, gl::Texture::rgba8);
      card.texture.upload_rows(0, card.thumbnail.height, card.thumbnail.rgba.data());
      state.textures_changed = true;
    }
    loaded_.push_back(std::move(card));
  }
  if (loader_.running() || state.editor.loading()) return;
  const auto start = [&](const std::filesystem::path& file) {
    loader_.start([file](std::stop_token, auto&) { return make_thumbnail(file, recent_thumbnail_side); }, wake_up_);
  };
  if (!example_.empty() && !card_of(example_)) return start(example_);
  for (const auto& file : state.preferences.recent_files) {
    if (!card_of(file)) return start(file);
  }
}

void StartPage::recovery_row(WindowState& state, const Recovery& recovery, bool discarded, float width) {
  const Style& style = state.style;
  const float row = style.px(64);
  const ImVec2 start = ImGui::GetCursorScreenPos();
  ImDrawList* list = ImGui::GetWindowDrawList();
  list->AddRectFilled(start, {start.x + width, start.y + row}, style.colours.panel_raised, style.px(8));
  list->AddRectFilled(start, {start.x + style.px(4), start.y + row}, style.colours.accent, style.px(8),
                      ImDrawFlags_RoundCornersLeft);
  const char* const recover = tr_noop("Recover");
  const char* const other = discarded ? tr_noop("Take back") : tr_noop("Discard");
  const float recover_width = controls::button_width(style, recover),
              other_width = controls::button_width(style, other);
  const float buttons = recover_width + other_width + style.px(8 + 16);
  const std::filesystem::path& file = recovery.session_file.empty() ? recovery.photo : recovery.session_file;
  const bool unreadable = recovery.damage == Damage::beyond_reading;
  const std::string title =
      file.empty() ? tr("Unsaved work on a photo") : tr("Unsaved work on {1}", {shown(file.filename())});
  const std::string written = when(recovery.written);
  const std::string state_of_it = discarded    ? tr("{1}, discarded when you quit", {written})
                                  : unreadable ? tr("{1}, damaged beyond reading", {written})
                                  : recovery.damage == Damage::some
                                      ? tr("{1}, damaged: what can be read is there", {written})
                                      : written;
  list->AddText({start.x + style.px(20), start.y + style.px(12)}, style.colours.text,
                controls::fitted(title, width - buttons - style.px(28)).c_str());
  ImGui::PushFont(style.small);
  list->AddText({start.x + style.px(20), start.y + style.px(34)}, style.colours.text_dim,
                controls::fitted(state_of_it, width - buttons - style.px(28)).c_str());
  ImGui::PopFont();
  ImGui::PushID(recovery.journal.c_str());
  ImGui::SetCursorScreenPos({start.x + width - buttons, start.y + style.px(15)});
  const bool usable = !discarded && !unreadable && !state.editor.loading();
  if (controls::text_button(style, recover, true, usable, recover_width))
    state.post(Command::recover, recovery.journal);
  ImGui::SameLine(0, style.px(8));
  if (controls::text_button(style, other, false, true, other_width))
    state.post(discarded ? Command::take_back_recovery : Command::discard_recovery, recovery.journal);
  ImGui::PopID();
  ImGui::SetCursorScreenPos({start.x, start.y + row + style.px(8)});
  ImGui::Dummy({1, 1});
}

void StartPage::cards(WindowState& state, float width) {
  const Style& style = state.style;
  struct Item {
    std::filesystem::path file;
    bool example;
  };
  std::vector<Item> items;
  for (const auto& file : state.preferences.recent_files) items.push_back({file, false});
  if (!example_.empty() &&
      std::none_of(items.begin(), items.end(), [&](const Item& i) { return i.file == example_; })) {
    items.insert(items.begin(), {example_, true});
  }
  std::filesystem::path forgotten;
  const float gap = style.px(16), least = style.px(200);
  const int columns = std::max(1, static_cast<int>((width + gap) / (least + gap)));
  const float card_width = std::floor((width - gap * static_cast<float>(columns - 1)) / static_cast<float>(columns));
  const float picture_height = std::floor(card_width * 0.68f), card_height = picture_height + style.px(52);
  const ImVec2 origin = ImGui::GetCursorScreenPos();
  ImDrawList* list = ImGui::GetWindowDrawList();
  for (int i = 0; i < static_cast<int>(items.size()); ++i) {
    const Item& item = items[static_cast<std::size_t>(i)];
    const ImVec2 low{origin.x + static_cast<float>(i % columns) * (card_width + gap),
                     origin.y + static_cast<float>(i / columns) * (card_height + gap)};
    const ImVec2 high{low.x + card_width, low.y + card_height};
    ImGui::SetCursorScreenPos(low);
    ImGui::PushID(i);
    if (ImGui::InvisibleButton("card", {card_width, card_height})) {
      state.post(item.example ? Command::open_example : Command::open_file, item.file);
    }
    ImGui::SetItemAllowOverlap();
    ImGui::PopID();
    const bool lit = ImGui::IsItemHovered();
    list->AddRectFilled(low, high, lit ? style.colours.hover : style.colours.panel_raised, style.px(8));
    const Card* card = card_of(item.file);
    const ImVec2 picture_high{high.x, low.y + picture_height};
    if (card && !card->texture.empty()) {  // cut to the card's shape
      const float have = static_cast<float>(card->thumbnail.width) / static_cast<float>(card->thumbnail.height);
      const float want = card_width / picture_height;
      const float u = have > want ? 0.5f * (1 - want / have) : 0, v = have > want ? 0 : 0.5f * (1 - have / want);
      list->AddImageRounded(texture_id(card->texture), low, picture_high, {u, 0.4f * v}, {1 - u, 1 - 1.6f * v},
                            IM_COL32_WHITE, style.px(8), ImDrawFlags_RoundCornersTop);
    } else {
      const float icon = style.px(32);
      draw_icon(list, Icon::photo, {(low.x + high.x - icon) / 2, low.y + (picture_height - icon) / 2}, icon,
                style.colours.text_dim);
    }
    const float room = card_width - style.px(24);
    const std::string title = item.example ? tr("Try the example") : shown(item.file.filename());
    list->AddText({low.x + style.px(12), picture_high.y + style.px(7)}, style.colours.text,
                  controls::fitted(title, room).c_str());
    const std::string below = item.example                       ? tr("A guided first minute")
                              : !card                            ? std::string()
                              : !card->thumbnail.problem.empty() ? tr("Not found: it was moved or deleted")
                                                                 : card->thumbnail.facts;
    ImGui::PushFont(style.small);
    list->AddText({low.x + style.px(12), picture_high.y + style.px(27)}, style.colours.text_dim,
                  controls::fitted(below, room).c_str());
    ImGui::PopFont();
    if (item.example) continue;
    controls::tip_for_last_item(style, shown(item.file));
    ImGui::SetCursorScreenPos({high.x - style.px(32), low.y + style.px(4)});
    ImGui::PushID(i);
    if (controls::icon_button(style, "forget", Icon::close, tr("Take it off this list"), lit, true, 28))
      forgotten = item.file;
    ImGui::PopID();
  }
  std::erase(state.preferences.recent_files, forgotten);
  const int rows = (static_cast<int>(items.size()) + columns - 1) / columns;
  ImGui::SetCursorScreenPos({origin.x, origin.y + static_cast<float>(rows) * (card_height + gap)});
  ImGui::Dummy({1, 1});
}

void StartPage::tidying(WindowState& state) {
  std::vector<std::filesystem::path>& recent = state.preferences.recent_files;
  const auto gone = [&](const std::filesystem::path& file) {
    const Card* card = card_of(file);
    return card && !card->thumbnail.problem.empty();
  };
  if (recent.empty()) return;
  if (controls::text_button(state.style, tr_noop("Forget missing files"), false,
                            std::any_of(recent.begin(), recent.end(), gone)))
    std::erase_if(recent, gone);
  ImGui::SameLine(0, state.style.px(8));
  if (controls::text_button(state.style, tr_noop("Clear the list"))) recent.clear();
  controls::tip_for_last_item(state.style, tr("The files themselves stay where they are"));
}

void StartPage::draw(WindowState& state, const Area& area, const std::vector<Recovery>& recoveries,
                     const DiscardedRecoveries& discarded) {
  load_thumbnails(state);
  const Style& style = state.style;
  const float width = std::min(area.width - style.px(32), style.px(900));
  const float margin = std::floor((area.width - width) / 2);
  begin_fixed("start", area, style.colours.panel, {0, 0});
  ImGui::SetCursorPos({0, 0});
  ImGui::BeginChild("page", {area.width, area.height}, false);
  ImGui::Indent(margin);
  ImGui::BeginGroup();
  ImGui::Dummy({width, style.px(area.height > style.px(560) ? 48 : 16)});
  ImGui::PushFont(style.title);
  ImGui::TextUnformatted("Handtint");
  ImGui::PopFont();
  ImGui::PushStyleColor(ImGuiCol_Text, style.colours.text_dim);
  ImGui::PushTextWrapPos(ImGui::GetCursorPosX() + width);
  ImGui::TextUnformatted(tr("Lay colour on an old photograph. It keeps its light."));
  ImGui::PopTextWrapPos();
  ImGui::PopStyleColor();
  ImGui::Dummy({1, style.px(8)});
  const char* const open = tr_noop("Open a photo\u2026");
  const float open_width = std::max(style.px(160), controls::button_width(style, open));
  if (controls::text_button(style, open, true, !state.editor.loading(), open_width)) state.post(Command::open);
  const float room = width - open_width - style.px(16);
  const char* hint = state.editor.loading() ? tr("Opening\u2026") : tr("or drop one here");
  if (room > ImGui::CalcTextSize(hint).x) {
    ImGui::SameLine(0, style.px(16));
    ImGui::SetCursorPosY(ImGui::GetCursorPosY() + style.px(9));
    controls::dim_text(style, hint);
  }
  ImGui::Dummy({1, style.px(16)});
  for (const Recovery& recovery : recoveries) recovery_row(state, recovery, discarded.has(recovery), width);
  if (!recoveries.empty()) ImGui::Dummy({1, style.px(8)});
  cards(state, width);
  tidying(state);
  ImGui::Dummy({1, style.px(24)});
  ImGui::EndGroup();
  ImGui::Unindent(margin);
  ImGui::EndChild();
  ImGui::End();
}

}  // namespace handtint
