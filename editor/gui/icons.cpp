#include "editor/gui/icons.h"

#include <array>
#include <cmath>
#include <initializer_list>

namespace handtint {
namespace {

constexpr float pi = 3.14159265f;

// Draws in a grid of 24 x 24 units.
class Pen {
 public:
  Pen(ImDrawList* list, ImVec2 corner, float side, ImU32 colour)
      : list_(list), corner_(corner), unit_(side / 24), colour_(colour), weight_(std::max(1.2f, side / 24 * 1.7f)) {}

  void lines(std::initializer_list<ImVec2> points, bool closed = false) const {
    for (const ImVec2& p : points) list_->PathLineTo(at(p));
    list_->PathStroke(colour_, closed ? ImDrawFlags_Closed : ImDrawFlags_None, weight_);
  }
  void fill(std::initializer_list<ImVec2> convex) const {
    for (const ImVec2& p : convex) list_->PathLineTo(at(p));
    list_->PathFillConvex(colour_);
  }
  void curve(ImVec2 a, ImVec2 b, ImVec2 c, ImVec2 d) const {
    list_->AddBezierCubic(at(a), at(b), at(c), at(d), colour_, weight_);
  }
  void circle(ImVec2 centre, float radius) const { list_->AddCircle(at(centre), radius * unit_, colour_, 0, weight_); }
  void dot(ImVec2 centre, float radius) const { list_->AddCircleFilled(at(centre), radius * unit_, colour_); }
  void arc(ImVec2 centre, float radius, float from, float to) const {
    list_->PathArcTo(at(centre), radius * unit_, from, to, 24);
    list_->PathStroke(colour_, ImDrawFlags_None, weight_);
  }
  void half_disc(ImVec2 centre, float radius, float from) const {
    list_->PathArcTo(at(centre), radius * unit_, from, from + pi, 24);
    list_->PathFillConvex(colour_);
  }
  void box(ImVec2 low, ImVec2 high, float rounding) const {
    list_->AddRect(at(low), at(high), colour_, rounding * unit_, ImDrawFlags_None, weight_);
  }
  void filled_box(ImVec2 low, ImVec2 high, float rounding) const {
    list_->AddRectFilled(at(low), at(high), colour_, rounding * unit_);
  }

 private:
  ImVec2 at(ImVec2 p) const { return {corner_.x + p.x * unit_, corner_.y + p.y * unit_}; }

  ImDrawList* list_;
  ImVec2 corner_;
  float unit_;
  ImU32 colour_;
  float weight_;
};

struct Drawing {
  Icon icon;
  void (*draw)(const Pen& pen);
};

const std::array drawings{
    Drawing{Icon::brush,
            [](const Pen& pen) {
              pen.lines({{20, 4}, {11, 13}});
              pen.lines({{20, 4}, {13.5f, 15.5f}});
              pen.lines({{11, 13}, {13.5f, 15.5f}});
              pen.curve({11, 13}, {7, 12.5f}, {6, 16}, {4, 20});
              pen.curve({4, 20}, {9, 20}, {13, 19.5f}, {13.5f, 15.5f});
            }},
    Drawing{Icon::wand,
            [](const Pen& pen) {
              pen.lines({{4.5f, 19.5f}, {13, 11}});
              pen.lines({{15.5f, 3.5f}, {15.5f, 13.5f}});
              pen.lines({{10.5f, 8.5f}, {20.5f, 8.5f}});
              pen.lines({{12.8f, 5.8f}, {14, 7}});
              pen.lines({{17, 10}, {18.2f, 11.2f}});
              pen.lines({{18.2f, 5.8f}, {17, 7}});
            }},
    Drawing{Icon::eraser,
            [](const Pen& pen) {
              pen.lines({{4, 15}, {13, 5}, {20, 11.5f}, {12.5f, 20}, {8.5f, 20}}, true);
              pen.lines({{8.6f, 10}, {16, 16.2f}});
              pen.lines({{8.5f, 20}, {20, 20}});
            }},
    Drawing{Icon::dropper,
            [](const Pen& pen) {
              pen.lines({{5, 19}, {5.5f, 15.5f}, {13, 8}, {16, 11}, {8.5f, 18.5f}}, true);
              pen.lines({{11.5f, 6.5f}, {17.5f, 12.5f}});
              pen.fill({{13.5f, 7.5f}, {17, 4}, {18.6f, 3.8f}, {20.2f, 5.4f}, {20, 7}, {16.5f, 10.5f}});
              pen.dot({4.4f, 20}, 1);
            }},
    Drawing{Icon::neutral,
            [](const Pen& pen) {
              pen.circle({12, 12}, 8);
              pen.half_disc({12, 12}, 8, pi / 2);
            }},
    Drawing{Icon::protect,
            [](const Pen& pen) {
              pen.lines(
                  {{12, 3.5f}, {19.5f, 6}, {19, 13}, {16.5f, 17.5f}, {12, 20.5f}, {7.5f, 17.5f}, {5, 13}, {4.5f, 6}},
                  true);
              pen.lines({{8.5f, 12}, {11, 14.5f}, {15.5f, 9}});
            }},
    Drawing{Icon::barrier,
            [](const Pen& pen) {
              pen.curve({12, 3}, {15, 8}, {9, 15}, {12, 21});
              pen.lines({{3, 8}, {7.5f, 12}, {3, 16}});
              pen.lines({{21, 8}, {16.5f, 12}, {21, 16}});
            }},
    Drawing{Icon::lasso,
            [](const Pen& pen) {
              pen.curve({7, 15}, {0, 11}, {5, 4}, {12, 4});
              pen.curve({12, 4}, {20, 4}, {23, 11}, {17, 14});
              pen.curve({17, 14}, {14, 15.4f}, {10.5f, 15.5f}, {7, 15});
              pen.circle({6.5f, 16.5f}, 1.8f);
              pen.curve({6.5f, 18.3f}, {6.5f, 20}, {5.5f, 20.5f}, {4.5f, 21});
            }},
    Drawing{Icon::select,
            [](const Pen& pen) {
              pen.lines({{6, 3.5f}, {6, 18}, {10, 14.5f}, {12.5f, 20}, {15, 18.9f}, {12.6f, 13.5f}, {18, 13.2f}}, true);
            }},
    Drawing{Icon::undo,
            [](const Pen& pen) {
              pen.arc({12.5f, 13}, 6.5f, -pi * 0.75f, pi * 0.75f);
              pen.fill({{4, 8.2f}, {10.4f, 5.6f}, {10, 11.2f}});
            }},
    Drawing{Icon::redo,
            [](const Pen& pen) {
              pen.arc({11.5f, 13}, 6.5f, pi * 0.25f, pi * 1.75f);
              pen.fill({{20, 8.2f}, {13.6f, 5.6f}, {14, 11.2f}});
            }},
    Drawing{Icon::open,
            [](const Pen& pen) {
              pen.lines({{3.5f, 19}, {3.5f, 5.5f}, {9, 5.5f}, {11, 8}, {19, 8}, {19, 10.5f}});
              pen.lines({{3.5f, 19}, {6.5f, 10.5f}, {21.5f, 10.5f}, {18.5f, 19}}, true);
            }},
    Drawing{Icon::folder,
            [](const Pen& pen) {
              pen.lines({{3.5f, 18.5f}, {3.5f, 5.5f}, {9.5f, 5.5f}, {11.5f, 8}, {20.5f, 8}, {20.5f, 18.5f}}, true);
            }},
    Drawing{Icon::save,
            [](const Pen& pen) {
              pen.lines({{4, 4}, {16.5f, 4}, {20, 7.5f}, {20, 20}, {4, 20}}, true);
              pen.lines({{8, 4}, {8, 9}, {15, 9}, {15, 4}});
              pen.box({8, 13}, {16, 20}, 0);
            }},
    Drawing{Icon::export_picture,
            [](const Pen& pen) {
              pen.lines({{12, 14.5f}, {12, 3.5f}});
              pen.lines({{8, 7.5f}, {12, 3.5f}, {16, 7.5f}});
              pen.lines({{7, 11}, {4, 11}, {4, 20.5f}, {20, 20.5f}, {20, 11}, {17, 11}});
            }},
    Drawing{Icon::photo,
            [](const Pen& pen) {
              pen.box({3.5f, 5}, {20.5f, 19}, 2);
              pen.lines({{4, 17}, {9.5f, 11.5f}, {13, 15}, {15.5f, 12.5f}, {20, 17}});
              pen.dot({15.5f, 9}, 1.5f);
            }},
    Drawing{Icon::help,
            [](const Pen& pen) {
              pen.circle({12, 12}, 8.5f);
              pen.curve({9.5f, 10}, {9.5f, 6.3f}, {14.6f, 6.3f}, {14.6f, 9.6f});
              pen.curve({14.6f, 9.6f}, {14.6f, 11.6f}, {12, 11.6f}, {12, 14});
              pen.dot({12, 17}, 1.15f);
            }},
    Drawing{Icon::theme,
            [](const Pen& pen) {
              pen.circle({12, 12}, 4);
              for (int i = 0; i < 8; ++i) {
                const float c = std::cos(pi / 4 * static_cast<float>(i)), s = std::sin(pi / 4 * static_cast<float>(i));
                pen.lines({{12 + 6.6f * c, 12 + 6.6f * s}, {12 + 9 * c, 12 + 9 * s}});
              }
            }},
    Drawing{Icon::panel,
            [](const Pen& pen) {
              pen.box({3.5f, 5}, {20.5f, 19}, 2);
              pen.filled_box({14.5f, 5}, {20.5f, 19}, 2);
            }},
    Drawing{Icon::pause,
            [](const Pen& pen) {
              pen.filled_box({7, 5.5f}, {10, 18.5f}, 1);
              pen.filled_box({14, 5.5f}, {17, 18.5f}, 1);
            }},
    Drawing{Icon::play,
            [](const Pen& pen) {
              pen.fill({{8, 5}, {19, 12}, {8, 19}});
            }},
    Drawing{Icon::swap,
            [](const Pen& pen) {
              pen.lines({{4, 8.5f}, {19, 8.5f}});
              pen.lines({{15.5f, 5}, {19.5f, 8.5f}, {15.5f, 12}});
              pen.lines({{20, 15.5f}, {5, 15.5f}});
              pen.lines({{8.5f, 12}, {4.5f, 15.5f}, {8.5f, 19}});
            }},
    Drawing{Icon::close,
            [](const Pen& pen) {
              pen.lines({{6, 6}, {18, 18}});
              pen.lines({{18, 6}, {6, 18}});
            }},
    Drawing{Icon::plus,
            [](const Pen& pen) {
              pen.lines({{12, 5.5f}, {12, 18.5f}});
              pen.lines({{5.5f, 12}, {18.5f, 12}});
            }},
    Drawing{Icon::up,
            [](const Pen& pen) {
              pen.lines({{12, 20}, {12, 5}});
              pen.lines({{6, 11}, {12, 5}, {18, 11}});
            }},
    Drawing{Icon::eye,
            [](const Pen& pen) {
              pen.curve({2.5f, 12}, {6.5f, 4.8f}, {17.5f, 4.8f}, {21.5f, 12});
              pen.curve({2.5f, 12}, {6.5f, 19.2f}, {17.5f, 19.2f}, {21.5f, 12});
              pen.dot({12, 12}, 3.2f);
            }},
    Drawing{Icon::closed_eye,
            [](const Pen& pen) {
              pen.curve({2.5f, 10}, {6.5f, 17}, {17.5f, 17}, {21.5f, 10});
              pen.lines({{12, 15.5f}, {12, 19}});
              pen.lines({{6.2f, 14}, {4.4f, 17}});
              pen.lines({{17.8f, 14}, {19.6f, 17}});
            }},
    Drawing{Icon::bin,
            [](const Pen& pen) {
              pen.lines({{4.5f, 6.5f}, {19.5f, 6.5f}});
              pen.lines({{9.5f, 6.5f}, {9.5f, 3.8f}, {14.5f, 3.8f}, {14.5f, 6.5f}});
              pen.lines({{6.5f, 6.5f}, {7.3f, 20}, {16.7f, 20}, {17.5f, 6.5f}});
              pen.lines({{10.3f, 10}, {10.5f, 16.5f}});
              pen.lines({{13.7f, 10}, {13.5f, 16.5f}});
            }},
    Drawing{Icon::clock,
            [](const Pen& pen) {
              pen.circle({12, 12}, 8.5f);
              pen.lines({{12, 6.5f}, {12, 12}, {16, 14}});
            }},
};

}  // namespace

void draw_icon(ImDrawList* list, Icon icon, ImVec2 corner, float side, ImU32 colour) {
  const Pen pen(list, corner, side, colour);
  for (const Drawing& drawing : drawings)
    if (drawing.icon == icon) drawing.draw(pen);
}

}  // namespace handtint
