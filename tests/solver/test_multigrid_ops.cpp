// The coarse operator against P^T A P written out as dense matrices.
#include <doctest/doctest.h>

#include <Eigen/Dense>
#include <random>

#include "solver/cpu/cpu_executor.h"
#include "solver/numerics/multigrid_ops.h"

using namespace handtint;
using namespace handtint::numerics;

namespace {

struct Grid {
  CpuThreads threads{1};
  CpuMemory memory;
  CpuExecutor exec{&threads, &memory};
  Extent fine, coarse;
  OutEdges c, coarse_c;
  Out mass, coarse_mass, deficit, row_sums;
  OutInterpolation p;

  OutSmall small_plane(Extent e) { return small(exec.small_plane(e)); }
  OutQuick quick_plane(Extent e) { return quick(exec.small_plane(e)); }
  OutEdges edges(Extent e) { return {quick_plane(e), quick_plane(e), quick_plane(e), quick_plane(e)}; }

  explicit Grid(Extent extent) : fine(extent), coarse{(extent.width + 1) / 2, (extent.height + 1) / 2} {
    c = edges(fine);
    coarse_c = edges(coarse);
    mass = exec.plane(fine);
    coarse_mass = exec.plane(coarse);
    deficit = exec.plane(fine);
    row_sums = exec.plane(fine);
    p = {small_plane(coarse), small_plane(coarse), small_plane(coarse), small_plane(coarse),
         small_plane(coarse), small_plane(coarse), small_plane(coarse), small_plane(coarse)};
  }
  void coarsen() {
    exec.run(coarse, InterpolateSides{c, in(mass), p, deficit, 1.0f});
    exec.run(coarse, InterpolateCentre{c, in(mass), p, deficit, 1.0f});
    exec.run(fine, RowSums{c, in(mass), in(deficit), row_sums});
    exec.run(coarse, Coarsen{c, in(mass), in(row_sums), p, coarse_c, coarse_mass});
  }
  Eigen::MatrixXd interpolation() const {
    Eigen::MatrixXd m = Eigen::MatrixXd::Zero(fine.width * fine.height, coarse.width * coarse.height);
    const auto put = [&](int fx, int fy, int cx, int cy, float w) {
      if (fx < fine.width && fy < fine.height && cx < coarse.width && cy < coarse.height)
        m(fy * fine.width + fx, cy * coarse.width + cx) = w;
      else
        CHECK(w == 0);
    };
    for (int y = 0; y < coarse.height; ++y)
      for (int x = 0; x < coarse.width; ++x) {
        put(2 * x, 2 * y, x, y, 1);
        put(2 * x + 1, 2 * y, x, y, p.t_west(x, y));
        put(2 * x + 1, 2 * y, x + 1, y, p.t_east(x, y));
        put(2 * x, 2 * y + 1, x, y, p.l_north(x, y));
        put(2 * x, 2 * y + 1, x, y + 1, p.l_south(x, y));
        put(2 * x + 1, 2 * y + 1, x, y, p.c0(x, y));
        put(2 * x + 1, 2 * y + 1, x + 1, y, p.c1(x, y));
        put(2 * x + 1, 2 * y + 1, x, y + 1, p.c2(x, y));
        put(2 * x + 1, 2 * y + 1, x + 1, y + 1, p.c3(x, y));
      }
    return m;
  }
  static Eigen::MatrixXd matrix(Extent e, const OutEdges& c, Out mass) {
    Eigen::MatrixXd a = Eigen::MatrixXd::Zero(e.width * e.height, e.width * e.height);
    const auto edge = [&](int i, int x, int y, float w) {
      if (x < 0 || x >= e.width || y >= e.height) {
        CHECK(w == 0);
        return;
      }
      const int j = y * e.width + x;
      a(i, i) += w;
      a(j, j) += w;
      a(i, j) -= w;
      a(j, i) -= w;
    };
    for (int y = 0; y < e.height; ++y)
      for (int x = 0; x < e.width; ++x) {
        const int i = y * e.width + x;
        a(i, i) += mass(x, y);
        edge(i, x + 1, y, c.east(x, y));
        edge(i, x, y + 1, c.south(x, y));
        edge(i, x + 1, y + 1, c.south_east(x, y));
        edge(i, x - 1, y + 1, c.south_west(x, y));
      }
    return a;
  }
};

}  // namespace

TEST_CASE_TEMPLATE("16-bit numbers: 0 is exact, others are off by half a bit at most", Number, FineNumber,
                   QuickNumber) {
  const bool fine = std::is_same_v<Number, FineNumber>;
  const auto kept = [](float value) { return Number::read(Number::write(value)); };
  CHECK(kept(0.0f) == 0);
  CHECK(kept(-0.0f) == 0);
  CHECK(kept(1.0f) == doctest::Approx(1).epsilon(1e-7));
  if (fine) CHECK(kept(1e30f) == doctest::Approx(63.98).epsilon(2.5e-4));
  for (float value = 1e-6f; value < 63; value *= 1.01f) {
    INFO(value);
    CHECK(std::abs(kept(value) - value) <= value * (fine ? 0x1p-12f * (1 + 0x1p-26f / 1e-6f) : 0x1p-9f));
  }
  const unsigned end = fine ? 0xffe0 : 0xff00;  // infinity
  for (unsigned stored = 0; stored < end; ++stored)
    CHECK(Number::write(Number::read(static_cast<Small>(stored))) == stored);
}

TEST_CASE("coarse edges and mass are Galerkin's, negative edges dropped") {
  std::mt19937 random(1);
  std::uniform_real_distribution<float> unit(0, 1);
  for (Extent e : {Extent{7, 5}, Extent{8, 6}, Extent{9, 9}, Extent{1, 6}, Extent{5, 1}, Extent{2, 2}}) {
    Grid g(e);
    for (int y = 0; y < e.height; ++y)
      for (int x = 0; x < e.width; ++x) {
        const auto weight = [&] { return unit(random) < 0.3f ? 1e-4f : unit(random); };
        const bool east = x + 1 < e.width, south = y + 1 < e.height;
        g.c.east(x, y) = east ? weight() : 0;
        g.c.south(x, y) = south ? weight() : 0;
        g.c.south_east(x, y) = east && south ? weight() : 0;
        g.c.south_west(x, y) = x > 0 && south ? weight() : 0;
        g.mass(x, y) = unit(random) < 0.2f ? 100 * unit(random) : 1e-3f * unit(random);
      }
    g.coarsen();
    const Eigen::MatrixXd p = g.interpolation();
    const Eigen::MatrixXd exact = p.transpose() * Grid::matrix(e, g.c, g.mass) * p;
    const Eigen::MatrixXd coarse = Grid::matrix(g.coarse, g.coarse_c, g.coarse_mass);
    for (int i = 0; i < exact.rows(); ++i) {
      for (int j = 0; j < exact.cols(); ++j)
        if (i != j) {
          INFO(e.width, "x", e.height, " entry ", i, ",", j);
          CHECK(coarse(i, j) == doctest::Approx(std::min(exact(i, j), 0.0)).epsilon(2.2e-3).scale(0.1));  // stored
        }
      const int x = i % g.coarse.width, y = i / g.coarse.width;
      // The mass is made from P 1 before its weights are rounded to 16 bits.
      CHECK(g.coarse_mass(x, y) == doctest::Approx(std::max(0.0, exact.row(i).sum())).epsilon(1e-3).scale(0.1));
    }
  }
}
