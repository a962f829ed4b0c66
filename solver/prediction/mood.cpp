#include "solver/prediction/mood.h"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "solver/prior_weights.h"
#include "solver/resample.h"

namespace handtint {
namespace {

using Vector = Eigen::Vector3f;
using Square = Eigen::Matrix3f;

constexpr float least_variance = 4;  // ab units squared, added to both: hardly coloured photos are not blown up
constexpr float least_gain = 0.3f, most_gain = 3;
constexpr float least_slope = 0.5f, most_slope = 2;  // of the map of L
constexpr float left_out = 0.02f;                    // of the weight, from the darkest and from the lightest

// By L, so that ranks can be read off.
std::vector<WeightedColour> sorted(std::vector<WeightedColour> colours) {
  std::stable_sort(colours.begin(), colours.end(),
                   [](const WeightedColour& p, const WeightedColour& q) { return p.colour.L < q.colour.L; });
  return colours;
}

float weight_of(const std::vector<WeightedColour>& colours) {
  double sum = 0;
  for (const WeightedColour& c : colours) sum += c.weight;
  if (!(sum > 0)) throw std::invalid_argument("mood: there are no colours");
  return static_cast<float>(sum);
}

std::array<float, Mood::ranks> lightness_at_ranks(const std::vector<WeightedColour>& colours) {
  std::array<float, Mood::ranks> result{};
  const float whole = weight_of(colours);
  float passed = 0;
  std::size_t i = 0;
  for (int rank = 0; rank < Mood::ranks; ++rank) {
    const float share = left_out + (1 - 2 * left_out) * static_cast<float>(rank) / (Mood::ranks - 1);
    while (i + 1 < colours.size() && passed + colours[i].weight < share * whole) passed += colours[i++].weight;
    result[rank] = colours[i].colour.L;
  }
  return result;
}

// The map of L must neither flatten nor stretch too much: `to` is drawn towards a slope between the limits.
void limit_slopes(const std::array<float, Mood::ranks>& from, std::array<float, Mood::ranks>& to) {
  const int middle = Mood::ranks / 2;
  for (const int step : {1, -1})
    for (int rank = middle + step; rank >= 0 && rank < Mood::ranks; rank += step) {
      const float run = from[rank] - from[rank - step], rise = to[rank] - to[rank - step];
      to[rank] = to[rank - step] +
                 std::copysign(std::clamp(std::abs(rise), least_slope * std::abs(run), most_slope * std::abs(run)),
                               static_cast<float>(step));
    }
}

float at_rank(float L, const std::array<float, Mood::ranks>& from, const std::array<float, Mood::ranks>& to) {
  if (L <= from.front()) return to.front() + (L - from.front());
  if (L >= from.back()) return to.back() + (L - from.back());
  const auto above = std::upper_bound(from.begin(), from.end(), L) - from.begin();
  const float run = from[above] - from[above - 1];
  return to[above - 1] + (L - from[above - 1]) / run * (to[above] - to[above - 1]);
}

struct Moments {
  Vector mean;
  Square covariance;
};

// Of L, a and b; `robust`: over the colours between the ranks alone.
template <class Lightness>
Moments moments_of(const std::vector<WeightedColour>& colours, const std::array<float, Mood::ranks>& ranks, bool robust,
                   Lightness lightness) {
  Eigen::Vector3d sum = Eigen::Vector3d::Zero();
  Eigen::Matrix3d products = Eigen::Matrix3d::Zero();
  double whole = 0;
  for (const WeightedColour& c : colours) {
    if (robust && (c.colour.L < ranks.front() || c.colour.L > ranks.back())) continue;
    const double weight = c.weight;
    const Eigen::Vector3d v(lightness(c.colour.L), c.colour.a, c.colour.b);
    sum += weight * v;
    products += weight * v * v.transpose();
    whole += weight;
  }
  if (!(whole > 0)) return {Vector::Zero(), Square::Zero()};
  const Eigen::Vector3d mean = sum / whole;
  return {mean.cast<float>(), (products / whole - mean * mean.transpose()).cast<float>()};
}

template <class Function>
Square of_eigenvalues(const Square& symmetric, Function function) {
  const Eigen::SelfAdjointEigenSolver<Square> solver(symmetric);
  return solver.eigenvectors() * solver.eigenvalues().unaryExpr(function).asDiagonal() *
         solver.eigenvectors().transpose();
}

// A^-1/2 (A^1/2 B A^1/2)^1/2 A^-1/2: the linear map of least effort that takes the covariance A to B.
Square transport_between(const Square& a, const Square& b) {
  const auto root = [](float v) { return std::sqrt(std::max(v, 0.0f)); };
  const Square half = of_eigenvalues(a, root);
  const Square inverse = of_eigenvalues(a, [](float v) { return 1 / std::sqrt(std::max(v, 1e-6f)); });
  const Square map = inverse * of_eigenvalues(half * b * half, root) * inverse;
  return of_eigenvalues((map + map.transpose()) / 2, [](float v) { return std::clamp(v, least_gain, most_gain); });
}

}  // namespace

std::string_view name_of(MoodMethod method) {
  return method == MoodMethod::reinhard ? "reinhard" : "transport";
}

std::optional<MoodMethod> mood_method_from_name(std::string_view name) {
  for (const MoodMethod method : {MoodMethod::transport, MoodMethod::reinhard})
    if (name == name_of(method)) return method;
  return {};
}

AbColour Mood::operator()(const Lab& colour) const {
  const float L = at_rank(colour.L, from_lightness, to_lightness) - to_mean.L;
  const float a = colour.a - from_mean.a, b = colour.b - from_mean.b;
  return {to_mean.a + gain[0][0] * L + gain[0][1] * a + gain[0][2] * b,
          to_mean.b + gain[1][0] * L + gain[1][1] * a + gain[1][2] * b};
}

Mood mood_between(const std::vector<WeightedColour>& from, const std::vector<WeightedColour>& to, MoodMethod method) {
  const std::vector<WeightedColour> source = sorted(from), target = sorted(to);
  Mood mood;
  mood.from_lightness = lightness_at_ranks(source);
  const std::array<float, Mood::ranks> target_ranks = lightness_at_ranks(target);
  mood.to_lightness = target_ranks;
  limit_slopes(mood.from_lightness, mood.to_lightness);
  const bool robust = method == MoodMethod::transport;
  Moments p = moments_of(source, mood.from_lightness, robust,
                         [&](float L) { return at_rank(L, mood.from_lightness, mood.to_lightness); });
  Moments q = moments_of(target, target_ranks, robust, [](float L) { return L; });
  mood.from_mean = {p.mean[0], p.mean[1], p.mean[2]};
  mood.to_mean = {p.mean[0], q.mean[1], q.mean[2]};
  p.covariance += least_variance * Square::Identity();
  q.covariance += least_variance * Square::Identity();
  if (method == MoodMethod::reinhard) {
    for (int i = 0; i < 2; ++i)
      mood.gain[i][i + 1] =
          std::clamp(std::sqrt(q.covariance(i + 1, i + 1) / p.covariance(i + 1, i + 1)), least_gain, most_gain);
    return mood;
  }
  const Square map = transport_between(p.covariance, q.covariance);
  for (int i = 0; i < 2; ++i)
    for (int k = 0; k < 3; ++k) mood.gain[i][k] = map(i + 1, k);
  return mood;
}

namespace {

// The matches decide where their confidence adds up to this share of the photo.
constexpr float enough_matched = 0.1f;

}  // namespace

std::optional<Mood> mood_of(const Prior& coat, const Plane<float>& lightness, const Plane<float>& reference,
                            const Chroma& chroma, const Matches& matches, MoodMethod method) {
  if (coat.empty() || lightness.empty() || chroma.a.empty() || reference.empty()) return {};
  const int w = coat.a.width(), h = coat.a.height();
  const auto fit = [&](const Plane<float>& plane) { return resample(plane, w, h); };
  const Plane<float> L = fit(lightness);
  double sure = 0;
  for (float c : matches.confidence) sure += c;
  const bool matched = !matches.empty() && sure > enough_matched * static_cast<double>(matches.confidence.size());
  std::vector<WeightedColour> from, to;
  const Plane<float> confidence = matched ? fit(matches.confidence) : Plane<float>(w, h, 1);
  for (std::size_t i = 0; i < L.size(); ++i)
    from.push_back({{L.data()[i], coat.a.data()[i], coat.b.data()[i]}, confidence.data()[i]});
  if (matched) {
    const Plane<float> a = fit(matches.chroma.a), b = fit(matches.chroma.b);
    for (std::size_t i = 0; i < L.size(); ++i)
      to.push_back({{L.data()[i], a.data()[i], b.data()[i]}, confidence.data()[i]});
  } else {
    const Plane<float> a = fit(chroma.a), b = fit(chroma.b), light = fit(reference);
    for (std::size_t i = 0; i < L.size(); ++i) to.push_back({{light.data()[i], a.data()[i], b.data()[i]}, 1});
  }
  return mood_between(from, to, method);
}

Prior with_mood(Prior coat, const Plane<float>& lightness, const Mood& mood, float amount) {
  if (coat.empty() || amount <= 0) return coat;
  const Plane<float> L = resample(lightness, coat.a.width(), coat.a.height());
  for (std::size_t i = 0; i < L.size(); ++i) {
    float &a = coat.a.data()[i], &b = coat.b.data()[i];
    const AbColour graded = mood({L.data()[i], a, b});
    a += amount * (graded.a - a);
    b += amount * (graded.b - b);
  }
  return coat;
}

Prior with_matches(Prior coat, const Matches& matches, float amount) {
  if (coat.empty() || matches.empty() || amount <= 0) return coat;
  const int w = coat.a.width(), h = coat.a.height();
  const Plane<float> a = resample(matches.chroma.a, w, h), b = resample(matches.chroma.b, w, h);
  const Plane<float> confidence = resample(matches.confidence, w, h);
  for (std::size_t i = 0; i < a.size(); ++i) {
    // What a match says is nearer to the truth than the coat even where it is not sure: more than its confidence.
    const float share = std::clamp(amount * std::sqrt(confidence.data()[i]), 0.0f, 1.0f);
    coat.a.data()[i] += share * (a.data()[i] - coat.a.data()[i]);
    coat.b.data()[i] += share * (b.data()[i] - coat.b.data()[i]);
    float& weight = coat.weight.data()[i];
    weight += share * std::max(prior_weights::picture - weight, 0.0f);
  }
  return coat;
}

}  // namespace handtint
