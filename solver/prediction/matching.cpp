#include "solver/prediction/matching.h"

#include <Eigen/Dense>
#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>
#include <stdexcept>
#include <thread>
#include <vector>

#include "solver/resample.h"

namespace handtint {
namespace {

using Matrix = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic>;

// Of the network's planes to a cell, across and down.
constexpr int pixels_per_cell = 8;

// Of a photo, for networks that see more: every cell of one photo is compared with every cell of the other.
constexpr double most_cells = 1600;

// In these units L and the place's height (of 1) are added to the distance.
constexpr float lightness_scale = 30, height_scale = 1.5f;

constexpr int neighbours = 32;
constexpr float softness = 0.3f;  // distance beyond the nearest at which a neighbour's weight is 1/e

// Where the colours alike differ more than this, their mean is nobody's colour: the most typical one is taken.
constexpr float divided_variance = 150;

// Rows of cells are shared out; each thread takes every n-th.
template <class Action>
void for_rows(int rows, Action action) {
  const int n = static_cast<int>(std::clamp(std::thread::hardware_concurrency(), 1u, 4u));
  std::vector<std::jthread> threads;
  for (int k = 1; k < n; ++k)
    threads.emplace_back([=] {
      for (int row = k; row < rows; row += n) action(row);
    });
  for (int row = 0; row < rows; row += n) action(row);
}

struct Grid {
  int width = 0, height = 0;
  int cells() const { return width * height; }
};

Grid grid_of(const Description& description) {
  const double w = static_cast<double>(description.lightness.width()) / pixels_per_cell;
  const double h = static_cast<double>(description.lightness.height()) / pixels_per_cell;
  const double scale = std::min(std::sqrt(most_cells / (w * h)), 1.0);
  const auto side = [&](double cells) { return std::max(static_cast<int>(std::lround(cells * scale)), 1); };
  return {side(w), side(h)};
}

// A row per channel, a column per cell.
Matrix at_cells(const FeatureMap& layer, Grid grid) {
  Matrix result(layer.channels, grid.cells());
  for (int c = 0; c < layer.channels; ++c) {
    const float* plane = layer.values.data() + c * layer.cells();
    const Plane<float> resampled = resample(layer.width, layer.height, grid.width, grid.height,
                                            [&](int x, int y) { return plane[y * layer.width + x]; });
    result.row(c) = Eigen::Map<const Eigen::RowVectorXf>(resampled.data(), grid.cells());
  }
  return result;
}

// Square roots of the probabilities: their Euclidean distance is the Hellinger distance of the distributions.
Matrix root_probabilities(const Prediction& prediction, Grid grid) {
  FeatureMap probability{static_cast<int>(prediction.bins.size()), prediction.width, prediction.height,
                         prediction.logits};
  using Rows = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  Eigen::Map<Rows> p(probability.values.data(), probability.channels, static_cast<Eigen::Index>(probability.cells()));
  const Eigen::RowVectorXf largest = p.colwise().maxCoeff();
  p = (p.rowwise() - largest).array().exp().matrix();
  const Eigen::RowVectorXf sums = p.colwise().sum();
  p.array().rowwise() /= sums.array();
  return at_cells(probability, grid).cwiseMax(0.0f).cwiseSqrt();
}

Matrix stacked_planes(std::initializer_list<const Plane<float>*> planes, Grid grid) {
  Matrix result(static_cast<Eigen::Index>(planes.size()), grid.cells());
  Eigen::Index row = 0;
  for (const Plane<float>* plane : planes) {
    const Plane<float> resampled = resample(*plane, grid.width, grid.height);
    result.row(row++) = Eigen::Map<const Eigen::RowVectorXf>(resampled.data(), grid.cells());
  }
  return result;
}

// Mean 0 and deviation 1 of each channel over both photos, then cells of the given length.
void whiten(Matrix& p, Matrix& q, float length) {
  const auto n = static_cast<float>(p.cols() + q.cols());
  const Eigen::VectorXf mean = (p.rowwise().sum() + q.rowwise().sum()) / n;
  p.colwise() -= mean;
  q.colwise() -= mean;
  const Eigen::VectorXf variance = (p.rowwise().squaredNorm() + q.rowwise().squaredNorm()) / n;
  const Eigen::VectorXf scale = (variance.array() + 1e-12f).rsqrt();
  for (Matrix* m : {&p, &q}) {
    m->array().colwise() *= scale.array();
    for (Eigen::Index cell = 0; cell < m->cols(); ++cell) m->col(cell) *= length / std::max(m->col(cell).norm(), 1e-6f);
  }
}

// A column per cell of either photo.
struct Columns {
  Matrix target, reference;
};

Columns stacked(const std::vector<Columns>& layers, Grid t, Grid r) {
  Eigen::Index rows = 0, row = 0;
  for (const Columns& layer : layers) rows += layer.target.rows();
  Columns all{Matrix(rows, t.cells()), Matrix(rows, r.cells())};
  for (const Columns& layer : layers) {
    all.target.middleRows(row, layer.target.rows()) = layer.target;
    all.reference.middleRows(row, layer.target.rows()) = layer.reference;
    row += layer.target.rows();
  }
  return all;
}

// What is compared. The layers of the network that are coarser than the cells know what a thing is, the others what it
// looks like.
struct Compared {
  Columns coarse, fine;
};

// A network without inner layers is compared by its answer: with these lengths the distances are of the same size.
constexpr float length_of_answer = 1.8f, length_of_traits = 1.2f;

// How much everything counts for the excess beside the coarse layers, and without any.
constexpr float share_of_all = 0.2f, share_of_answer = 0.7f;

// What a photo repeats, an even sky or a wall, is no measure of it: its own places count as this far apart at least, by
// the coarse layers and by everything.
constexpr float least_own_coarse = 1.1f, least_own_all = 1.8f;

Compared columns_of(const Description& target, const Description& reference, Grid t, Grid r) {
  const Prediction &p = target.prediction, &q = reference.prediction;
  if (target.features.size() != reference.features.size() || p.bins.size() != q.bins.size())
    throw std::invalid_argument("match: the two photos were described by different networks");
  std::vector<Columns> coarse, fine;
  for (std::size_t i = 0; i < target.features.size(); ++i) {
    const FeatureMap &here = target.features[i], &there = reference.features[i];
    if (here.channels != there.channels)
      throw std::invalid_argument("match: the two photos were described by different networks");
    std::vector<Columns>& layers = here.width < t.width || here.height < t.height ? coarse : fine;
    layers.push_back({at_cells(here, t), at_cells(there, r)});
    whiten(layers.back().target, layers.back().reference, 1);
  }
  const bool answer_alone = target.features.empty();
  if (p.has_distribution()) {
    const float length = answer_alone ? length_of_answer : 1;
    fine.push_back({length * root_probabilities(p, t), length * root_probabilities(q, r)});
  } else {
    fine.push_back({stacked_planes({&p.a, &p.b}, t), stacked_planes({&q.a, &q.b}, r)});
    whiten(fine.back().target, fine.back().reference, length_of_answer);
  }
  if (answer_alone && !p.traits[0].empty() && !q.traits[0].empty()) {
    fine.push_back({stacked_planes({&p.traits[0], &p.traits[1], &p.traits[2]}, t),
                    stacked_planes({&q.traits[0], &q.traits[1], &q.traits[2]}, r)});
    whiten(fine.back().target, fine.back().reference, length_of_traits);
  }
  const auto light_and_height = [](const Description& photo, Grid grid) {
    Matrix rows(2, grid.cells());
    const Plane<float> lightness = resample(photo.lightness, grid.width, grid.height);
    for (int i = 0; i < grid.cells(); ++i) {
      rows(0, i) = lightness.data()[i] / lightness_scale;
      rows(1, i) = (static_cast<float>(i / grid.width) + 0.5f) / (static_cast<float>(grid.height) * height_scale);
    }
    return rows;
  };
  fine.push_back({light_and_height(target, t), light_and_height(reference, r)});
  return {stacked(coarse, t, r), stacked(fine, t, r)};
}

// Squared distances: a column per column of `from`, a row per column of `to`; `width` columns at a time.
Matrix distances(const Matrix& from, const Matrix& to, int width, std::stop_token stop) {
  const Eigen::VectorXf lengths = to.colwise().squaredNorm();
  Matrix result(to.cols(), from.cols());
  for_rows(static_cast<int>(from.cols()) / width, [&](int row) {
    if (stop.stop_requested()) return;
    const auto cells = from.middleCols(row * width, width);
    auto block = result.middleCols(row * width, width);
    block.noalias() = -2 * to.transpose() * cells;
    block.colwise() += lengths;
    block.rowwise() += cells.colwise().squaredNorm().eval();
  });
  return result;
}

// The colour that the nearest places agree on.
struct Agreement {
  AbColour colour;
  float variance = 0;
};

Agreement agreement_of(const std::array<AbColour, neighbours>& colours, const std::array<float, neighbours>& weights,
                       int count) {
  Agreement result;
  float sum = 0;
  for (int i = 0; i < count; ++i) {
    sum += weights[i];
    result.colour.a += weights[i] * colours[i].a;
    result.colour.b += weights[i] * colours[i].b;
  }
  result.colour.a /= sum;
  result.colour.b /= sum;
  const auto squared = [](AbColour p, AbColour q) { return (p.a - q.a) * (p.a - q.a) + (p.b - q.b) * (p.b - q.b); };
  for (int i = 0; i < count; ++i) result.variance += weights[i] * squared(colours[i], result.colour) / sum;
  if (result.variance < divided_variance) return result;
  float least = 1e30f;
  for (int i = 0; i < count; ++i) {
    float away = 0;
    for (int k = 0; k < count; ++k) away += weights[k] * std::sqrt(squared(colours[i], colours[k]));
    if (away < least) {
      least = away;
      result.colour = colours[i];
    }
  }
  return result;
}

// Fitted to the error on halves of photos and on frames of clips: what the places alike disagree about is doubtful,
// what is far away a little.
float confidence_of(float distance, float variance) {
  constexpr float divided = 120, near = 4, scale = 2;
  return std::min(std::exp((near - distance) / scale), 1.0f) / (1 + variance / divided);
}

// The less related, the less sure is everything: from unrelated_excess on, beyond which only the coat takes anything.
float relatedness(float excess) {
  constexpr float whole = 0.6f, none = 0.85f;
  return std::clamp((none - excess) / (none - whole), 0.0f, 1.0f);
}

// By which the excess may be larger for one so daring.
float more_excess(float daring) {
  return std::clamp(2 * daring - 1, 0.0f, 1.0f);
}

Matches trusted_by(float excess, Matches matches) {
  const float whole = relatedness(excess);
  for (std::size_t i = 0; i < matches.likeness.size(); ++i)
    matches.confidence.data()[i] = whole * matches.likeness.data()[i];
  return matches;
}

bool within(const Plane<float>& limit, int cell) {
  return limit.empty() || limit.data()[cell] > 0.5f;
}

// The value that a twentieth of them is below; reorders them.
float twentieth(std::vector<float>& values) {
  const auto at = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 20);
  std::nth_element(values.begin(), at, values.end());
  return *at;
}

// From cells of a photo, every `stride`-th of those asked for, to the nearest place of the photo itself that is not
// beside them: a twentieth of them is nearer. 0 if the photo has no such places.
float own_distance(const std::vector<const Matrix*>& photo, const std::vector<int>& cells, Grid grid) {
  constexpr int stride = 4;
  constexpr float beside = 0.25f;  // of the diagonal
  const auto count = static_cast<Eigen::Index>((cells.size() + stride - 1) / stride);
  Matrix distance = Matrix::Zero(grid.cells(), count);
  for (const Matrix* columns : photo) {
    Matrix some(columns->rows(), count);
    for (Eigen::Index i = 0; i < count; ++i) some.col(i) = columns->col(cells[static_cast<std::size_t>(i) * stride]);
    distance += distances(some, *columns, 1, {});
  }
  std::vector<float> nearest;
  const float apart = beside * std::hypot(static_cast<float>(grid.width), static_cast<float>(grid.height));
  for (Eigen::Index i = 0; i < count; ++i) {
    const int cell = cells[static_cast<std::size_t>(i) * stride];
    float least = std::numeric_limits<float>::max();
    for (int other = 0; other < grid.cells(); ++other) {
      const auto dx = static_cast<float>(cell % grid.width - other % grid.width);
      const auto dy = static_cast<float>(cell / grid.width - other / grid.width);
      if (std::hypot(dx, dy) > apart) least = std::min(least, distance(other, i));
    }
    if (least < std::numeric_limits<float>::max()) nearest.push_back(std::max(least, 0.0f));
  }
  return nearest.empty() ? 0 : twentieth(nearest);
}

// How much farther the reference's places are than the photo's own, which are `least_own` apart at least: `distance` is
// that from the photo's cells to the reference's by the columns that `photo` holds.
float excess_of(const Matrix& distance, const std::vector<const Matrix*>& photo, float least_own,
                const std::vector<int>& cells, const std::vector<int>& places, Grid grid) {
  std::vector<float> nearest;
  for (int cell : cells) {
    float least = std::numeric_limits<float>::max();
    for (int place : places) least = std::min(least, distance(place, cell));
    nearest.push_back(std::max(least, 0.0f));
  }
  return twentieth(nearest) - std::max(own_distance(photo, cells, grid), least_own);
}

Plane<float> limit_at(const Plane<float>& limit, Grid grid) {
  return limit.empty() ? Plane<float>() : resample(limit, grid.width, grid.height);
}

void match_cell(int cell, const float* distance, const std::vector<int>& places, const Chroma& chroma, Grid r,
                std::vector<int>& order, Matches& matches) {
  order = places;
  const int count = std::min<int>(neighbours, static_cast<int>(order.size()));
  std::partial_sort(order.begin(), order.begin() + count, order.end(),
                    [&](int p, int q) { return distance[p] != distance[q] ? distance[p] < distance[q] : p < q; });
  const float nearest = std::max(distance[order[0]], 0.0f);
  std::array<AbColour, neighbours> colours;
  std::array<float, neighbours> weights;
  for (int i = 0; i < count; ++i) {
    colours[i] = {chroma.a.data()[order[i]], chroma.b.data()[order[i]]};
    weights[i] = std::exp((nearest - std::max(distance[order[i]], 0.0f)) / softness);
  }
  const Agreement agreement = agreement_of(colours, weights, count);
  matches.chroma.a.data()[cell] = agreement.colour.a;
  matches.chroma.b.data()[cell] = agreement.colour.b;
  matches.variance.data()[cell] = agreement.variance;
  matches.distance.data()[cell] = nearest;
  matches.likeness.data()[cell] = confidence_of(nearest, agreement.variance);
  matches.source.data()[cell] = {(static_cast<float>(order[0] % r.width) + 0.5f) / static_cast<float>(r.width),
                                 (static_cast<float>(order[0] / r.width) + 0.5f) / static_cast<float>(r.height)};
}

}  // namespace

Matches match(const Description& target, const Description& reference, const Chroma& chroma, const MatchLimits& limits,
              std::stop_token stop) {
  if (target.empty() || reference.empty() || chroma.a.empty()) return {};
  const Grid t = grid_of(target), r = grid_of(reference);
  const Plane<float> here = limit_at(limits.target, t), there = limit_at(limits.reference, r);
  std::vector<int> places;
  for (int i = 0; i < r.cells(); ++i)
    if (within(there, i)) places.push_back(i);
  if (places.empty()) return {};
  const Chroma colours{resample(chroma.a, r.width, r.height), resample(chroma.b, r.width, r.height)};

  const auto [coarse, fine] = columns_of(target, reference, t, r);
  const Matrix kind = distances(coarse.target, coarse.reference, t.width, stop);
  const Matrix distance = kind + distances(fine.target, fine.reference, t.width, stop);
  if (stop.stop_requested()) return {};
  std::vector<int> asked;
  for (int i = 0; i < t.cells(); ++i)
    if (within(here, i)) asked.push_back(i);
  if (asked.empty()) return {};
  const Plane<float> empty(t.width, t.height);
  Matches matches{
      {empty, empty}, empty, empty, empty, empty, Plane<Place>(t.width, t.height), Plane<int>(t.width, t.height)};
  const std::vector<const Matrix*> whole = {&coarse.target, &fine.target};
  matches.excess = coarse.target.rows() > 0
                       ? excess_of(kind, {&coarse.target}, least_own_coarse, asked, places, t) +
                             share_of_all * excess_of(distance, whole, least_own_all, asked, places, t)
                       : share_of_answer * excess_of(distance, whole, 0, asked, places, t);
  for_rows(t.height, [&](int row) {
    std::vector<int> order;
    for (int cell = row * t.width; cell < (row + 1) * t.width; ++cell)
      match_cell(cell, distance.col(cell).data(), places, colours, r, order, matches);
  });
  for (int i = 0; i < t.cells(); ++i)
    if (!within(here, i)) matches.likeness.data()[i] = 0;
  return trusted_by(matches.excess, std::move(matches));
}

bool related(const Matches& matches, float daring) {
  return !matches.empty() && matches.excess < unrelated_excess + more_excess(daring);
}

Matches as_daring(Matches matches, float daring) {
  const float more = more_excess(daring);
  return more > 0 ? trusted_by(matches.excess - more, std::move(matches)) : matches;
}

Matches surest_of(const std::vector<Matches>& matches) {
  Matches surest;
  for (std::size_t k = 0; k < matches.size(); ++k) {
    const Matches& other = matches[k];
    if (other.empty()) continue;
    const bool first = surest.empty();
    const float excess = first ? other.excess : std::min(surest.excess, other.excess);
    if (first) surest = other;
    surest.excess = excess;
    for (std::size_t i = 0; i < other.distance.size(); ++i) {
      if (!first && other.confidence.data()[i] <= surest.confidence.data()[i]) continue;
      surest.chroma.a.data()[i] = other.chroma.a.data()[i];
      surest.chroma.b.data()[i] = other.chroma.b.data()[i];
      surest.variance.data()[i] = other.variance.data()[i];
      surest.distance.data()[i] = other.distance.data()[i];
      surest.likeness.data()[i] = other.likeness.data()[i];
      surest.confidence.data()[i] = other.confidence.data()[i];
      surest.source.data()[i] = other.source.data()[i];
      surest.reference.data()[i] = static_cast<int>(k);
    }
  }
  return surest;
}

namespace {

// Root mean square of what a 3x3 blur takes away, relative to the deviation: how sharp a picture is at its size.
Plane<float> blurred(const Plane<float>& plane) {
  Plane<float> across(plane.width(), plane.height()), result(plane.width(), plane.height());
  const int w = plane.width(), h = plane.height();
  for (int y = 0; y < h; ++y)
    for (int x = 0; x < w; ++x)
      across(x, y) =
          0.25f * plane(std::max(x - 1, 0), y) + 0.5f * plane(x, y) + 0.25f * plane(std::min(x + 1, w - 1), y);
  for (int y = 0; y < h; ++y)
    for (int x = 0; x < w; ++x)
      result(x, y) =
          0.25f * across(x, std::max(y - 1, 0)) + 0.5f * across(x, y) + 0.25f * across(x, std::min(y + 1, h - 1));
  return result;
}

float sharpness(const Plane<float>& plane) {
  const Plane<float> smooth = blurred(plane);
  double mean = 0, square = 0, fine = 0;
  for (std::size_t i = 0; i < plane.size(); ++i) {
    const double v = plane.data()[i], d = v - smooth.data()[i];
    mean += v;
    square += v * v;
    fine += d * d;
  }
  const auto n = static_cast<double>(plane.size());
  const double variance = square / n - (mean / n) * (mean / n);
  return variance > 1e-6 ? static_cast<float>(std::sqrt(fine / n / variance)) : 0.0f;
}

constexpr int most_blurs = 6;

// For each 1/64 of the cells from the darkest on: their mean.
constexpr int quantiles = 64;

std::array<float, quantiles> quantiles_of(const Plane<float>& plane) {
  std::vector<float> values(plane.begin(), plane.end());
  std::sort(values.begin(), values.end());
  std::array<float, quantiles> result;
  for (int q = 0; q < quantiles; ++q)
    result[q] = values[std::min(values.size() - 1, (2 * q + 1) * values.size() / (2 * quantiles))];
  return result;
}

// Two photos of one scene need not show the same share of its light and dark things: so much difference of tone is no
// sign of another exposure.
constexpr float tone_left_alone = 8;

constexpr float sharper = 1.15f;  // that is worth a blur

}  // namespace

Plane<float> age_like(const Plane<float>& reference, const Plane<float>& target) {
  Plane<float> aged = reference;
  if (reference.empty() || target.empty()) return aged;
  const float sharp = sharper * sharpness(target);
  for (int i = 0; i < most_blurs && sharpness(aged) > sharp; ++i) aged = blurred(aged);
  const std::array<float, quantiles> from = quantiles_of(aged), to = quantiles_of(target);
  for (float& v : aged) {
    const auto above = std::upper_bound(from.begin(), from.end(), v);
    const auto q = std::clamp<std::ptrdiff_t>(above - from.begin(), 1, quantiles - 1);
    const float width = from[q] - from[q - 1];
    const float share = width > 1e-3f ? std::clamp((v - from[q - 1]) / width, 0.0f, 1.0f) : 0.5f;
    const float step = to[q - 1] + share * (to[q] - to[q - 1]) - v;
    v += std::copysign(std::max(std::abs(step) - tone_left_alone, 0.0f), step);
  }
  return aged;
}

}  // namespace handtint
