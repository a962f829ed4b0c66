#include "solver/prediction/traits.h"

#include <Eigen/Dense>
#include <algorithm>

namespace handtint {
namespace {

// Both found on photos that were not trained on (assets/network/README.md): distances at which things are unlike.
constexpr float per_hellinger_distance = 6;
constexpr float per_colour_distance = 0.25f;  // in ab units

// Of the subspace iteration (below). The axes need not be exact: what the third and the fourth share may go to either.
constexpr int subspace_rounds = 8;

using Matrix = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic>;
using Axes = Eigen::Matrix<float, Eigen::Dynamic, 3>;

// Square roots of the probabilities, a row per bin and a column per cell, less their mean over the cells.
Matrix roots_of(const Prediction& prediction) {
  using Rows = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  const auto cells = static_cast<Eigen::Index>(prediction.cells());
  const auto bins = static_cast<Eigen::Index>(prediction.bins.size());
  Matrix roots = Matrix::Zero(std::max<Eigen::Index>(bins, 3), cells);
  roots.topRows(bins) = Eigen::Map<const Rows>(prediction.logits.data(), bins, cells);
  for (Eigen::Index cell = 0; cell < cells; ++cell) {
    auto column = roots.col(cell).head(bins);
    column = (0.5f * (column.array() - column.maxCoeff())).exp();
    column.normalize();
  }
  roots.colwise() -= roots.rowwise().mean().eval();
  return roots;
}

// By Gram and Schmidt, twice, since once is not exact in single precision.
void orthonormalise(Axes& axes) {
  for (int i = 0; i < 3; ++i) {
    for (int pass = 0; pass < 2; ++pass)
      for (int k = 0; k < i; ++k) axes.col(i) -= axes.col(k).dot(axes.col(i)) * axes.col(k);
    axes.col(i).normalize();
  }
}

// The three directions in which the columns differ most: subspace iteration (Bauer 1957) from a fixed start, so that
// the same photo always gives the same picture.
Axes principal_axes(const Matrix& columns) {
  Axes axes(columns.rows(), 3);
  for (Eigen::Index row = 0; row < axes.rows(); ++row)
    for (Eigen::Index i = 0; i < 3; ++i) axes(row, i) = static_cast<float>((row * (7 + 6 * i) + i) % 31) - 15;
  for (int round = 0; round < subspace_rounds; ++round) {
    axes = columns * (columns.transpose() * axes).eval();
    orthonormalise(axes);
  }
  return axes;
}

}  // namespace

std::array<Plane<float>, 3> traits_of(const Prediction& prediction) {
  std::array<Plane<float>, 3> traits;
  if (prediction.empty()) return traits;
  traits.fill(Plane<float>(prediction.width, prediction.height));
  if (!prediction.has_distribution()) {
    const auto scaled = [](const Plane<float>& from, Plane<float>& to) {
      std::transform(from.begin(), from.end(), to.begin(), [](float v) { return per_colour_distance * v; });
    };
    scaled(prediction.a, traits[0]);
    scaled(prediction.b, traits[1]);
    return traits;
  }
  const Matrix roots = roots_of(prediction);
  const Axes along = roots.transpose() * principal_axes(roots);
  for (int i = 0; i < 3; ++i)
    for (std::size_t cell = 0; cell < prediction.cells(); ++cell)
      traits[i].data()[cell] = per_hellinger_distance * along(static_cast<Eigen::Index>(cell), i);
  return traits;
}

}  // namespace handtint
