#include "tests/solver/reference.h"

#include <Eigen/Sparse>
#include <Eigen/SparseCholesky>
#include <cmath>
#include <stdexcept>
#include <vector>

#include "solver/layers/parameters.h"
#include "solver/numerics/view.h"

namespace handtint {
namespace {

struct Edge {
  int i, j;
  double weight;
};

// The energy in double: edges, masses and targets in units of c = (a, b) / s(L).
class ExactEnergy {
 public:
  ExactEnergy(const Problem& problem, const Settings& settings)
      : p_(parameters_from(settings)), width_(problem.width()), height_(problem.height()), size_(width_ * height_) {
    validate(problem);
    scale_.resize(size_);
    for (int i = 0; i < size_; ++i) scale_[i] = std::pow((problem.lightness.data()[i] + 16.0) / 66, 0.375);
    make_edges(problem);
    mass_ = Eigen::VectorXd::Constant(size_, p_.neutral_pull);
    rhs_ = Eigen::MatrixXd::Zero(size_, 2);
    for (int i = 0; i < size_; ++i) {
      const double h = p_.hint_strength * static_cast<double>(problem.hint_strength.data()[i]);
      if (h <= 0) continue;
      mass_[i] += h;
      rhs_(i, 0) += h * problem.hint_a.data()[i] / scale_[i];
      rhs_(i, 1) += h * problem.hint_b.data()[i] / scale_[i];
    }
    if (!problem.prior.empty()) add_prior(problem.prior);
  }

  Eigen::MatrixXd minimise() const {
    Eigen::MatrixXd u = Eigen::MatrixXd::Zero(size_, 2);
    // Reweighting converges linearly; 200 rounds are far beyond float's resolution for every exponent.
    const int rounds = p_.reweighting_digits > 0 && p_.membrane > 0 ? 200 : 1;
    for (int round = 0; round < rounds; ++round) {
      const Eigen::MatrixXd next = solve(u);
      const double change = (next - u).cwiseAbs().maxCoeff();
      u = next;
      if (round > 0 && change < 1e-6) break;
    }
    return u;
  }

  double energy(const Eigen::MatrixXd& u) const {
    double sum = 0;
    for (const Edge& e : edges_) sum += p_.membrane * e.weight * potential((u.row(e.i) - u.row(e.j)).squaredNorm());
    const Eigen::MatrixXd bent = laplacian_ * u;
    sum += 0.5 * p_.beta * bent.squaredNorm();
    for (int i = 0; i < size_; ++i)
      if (mass_[i] > 0) sum += 0.5 * mass_[i] * (u.row(i) - rhs_.row(i) / mass_[i]).squaredNorm();
    return sum;
  }

  Chroma chroma_of(const Eigen::MatrixXd& u) const {
    Chroma chroma{{width_, height_}, {width_, height_}};
    for (int i = 0; i < size_; ++i) {
      chroma.a.data()[i] = static_cast<float>(scale_[i] * u(i, 0));
      chroma.b.data()[i] = static_cast<float>(scale_[i] * u(i, 1));
    }
    return chroma;
  }
  Eigen::MatrixXd from_chroma(const Chroma& chroma) const {
    Eigen::MatrixXd u(size_, 2);
    for (int i = 0; i < size_; ++i) u.row(i) << chroma.a.data()[i] / scale_[i], chroma.b.data()[i] / scale_[i];
    return u;
  }

 private:
  void make_edges(const Problem& problem) {
    const struct {
      int dx, dy, bit;
    } directions[] = {{1, 0, cut_east}, {0, 1, cut_south}, {1, 1, cut_south_east}, {-1, 1, cut_south_west}};
    std::vector<Eigen::Triplet<double>> entries;
    for (int y = 0; y < height_; ++y)
      for (int x = 0; x < width_; ++x)
        for (const auto& d : directions) {
          const int nx = x + d.dx, ny = y + d.dy;
          if (nx < 0 || nx >= width_ || ny >= height_) continue;
          if (!problem.cuts.empty() && (problem.cuts(x, y) & d.bit)) continue;
          const double step = problem.lightness(x, y) - static_cast<double>(problem.lightness(nx, ny));
          const double length = std::sqrt(static_cast<double>(d.dx * d.dx + d.dy * d.dy));
          // As the engine stores it.
          const double weight = stored((std::exp(-step * step * p_.edge_inverse_two_sigma2) + p_.edge_floor) / length);
          const int i = y * width_ + x, j = ny * width_ + nx;
          edges_.push_back({i, j, weight});
          entries.insert(entries.end(), {{i, i, weight}, {j, j, weight}, {i, j, -weight}, {j, i, -weight}});
        }
    laplacian_.resize(size_, size_);
    laplacian_.setFromTriplets(entries.begin(), entries.end());
  }

  void add_prior(const Prior& prior) {
    const int w = prior.weight.width(), h = prior.weight.height();
    for (int y = 0; y < height_; ++y)
      for (int x = 0; x < width_; ++x) {
        const double fx = std::clamp((x + 0.5) * w / width_ - 0.5, 0.0, w - 1.0);
        const double fy = std::clamp((y + 0.5) * h / height_ - 0.5, 0.0, h - 1.0);
        const int x0 = static_cast<int>(fx), y0 = static_cast<int>(fy);
        const int x1 = std::min(x0 + 1, w - 1), y1 = std::min(y0 + 1, h - 1);
        const auto at = [&](const Plane<float>& plane) {
          const double top = plane(x0, y0) + (fx - x0) * (plane(x1, y0) - plane(x0, y0));
          const double bottom = plane(x0, y1) + (fx - x0) * (plane(x1, y1) - plane(x0, y1));
          return top + (fy - y0) * (bottom - top);
        };
        const int i = y * width_ + x;
        const double mu = at(prior.weight);
        mass_[i] += mu;
        rhs_(i, 0) += mu * at(prior.a) / scale_[i];
        rhs_(i, 1) += mu * at(prior.b) / scale_[i];
      }
  }

  static double stored(double weight) {
    using Number = numerics::QuickNumber;
    return Number::read(Number::write(static_cast<float>(weight)));
  }
  double exponent() const { return 2 - p_.reweighting_digits / 16.0; }
  double potential(double d2) const {
    if (p_.reweighting_digits == 0) return 0.5 * d2;
    const double eps2 = static_cast<double>(p_.reweighting_eps) * p_.reweighting_eps;
    return eps2 / exponent() * (std::pow(1 + d2 / eps2, exponent() / 2) - 1);
  }
  double psi(double d2) const {
    const double eps2 = static_cast<double>(p_.reweighting_eps) * p_.reweighting_eps;
    return std::pow(1 + d2 / eps2, exponent() / 2 - 1);
  }

  Eigen::MatrixXd solve(const Eigen::MatrixXd& at) const {
    std::vector<Eigen::Triplet<double>> entries;
    for (int i = 0; i < size_; ++i) entries.emplace_back(i, i, mass_[i]);
    for (const Edge& e : edges_) {
      double c = p_.membrane * e.weight;
      // What the engine stores of the product matters where the membrane is weak beside a bilaplacian.
      c = p_.reweighting_digits > 0 ? c * psi((at.row(e.i) - at.row(e.j)).squaredNorm()) : stored(c);
      entries.insert(entries.end(), {{e.i, e.i, c}, {e.j, e.j, c}, {e.i, e.j, -c}, {e.j, e.i, -c}});
    }
    Eigen::SparseMatrix<double> matrix(size_, size_);
    matrix.setFromTriplets(entries.begin(), entries.end());
    if (p_.beta > 0) matrix += p_.beta * Eigen::SparseMatrix<double>(laplacian_.transpose() * laplacian_);
    Eigen::SimplicialLDLT<Eigen::SparseMatrix<double>> factor(matrix);
    if (factor.info() != Eigen::Success)
      throw std::runtime_error("the energy has no unique minimum: nothing pins the colour");
    return factor.solve(rhs_);
  }

  numerics::Parameters p_;
  int width_, height_, size_;
  std::vector<double> scale_;
  std::vector<Edge> edges_;
  Eigen::SparseMatrix<double> laplacian_;
  Eigen::VectorXd mass_;
  Eigen::MatrixXd rhs_;
};

}  // namespace

Exact solve_exactly(const Problem& problem, const Settings& settings) {
  const ExactEnergy energy(problem, settings);
  const Eigen::MatrixXd u = energy.minimise();
  return {energy.chroma_of(u), energy.energy(u)};
}

double energy_of(const Problem& problem, const Settings& settings, const Chroma& chroma) {
  const ExactEnergy energy(problem, settings);
  return energy.energy(energy.from_chroma(chroma));
}

}  // namespace handtint
