#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <chrono>
#include <string>
#include <vector>
#include "editor/document/predictor.h"
#include "editor/files/photo.h"
#include "editor/files/read_bytes.h"
#include "solver/prediction/coat.h"
#include "solver/prediction/matching.h"
#include "solver/prediction/network.h"
#include "solver/prediction/mood.h"
#include "solver/prediction/objects.h"
#include "solver/colorize.h"
#include "solver/resample.h"
#include "tests/bench/reference_peers.h"
#include <map>
#include <functional>
#include "tests/bench/picture_score.h"
using namespace handtint;
namespace fs = std::filesystem;
using Colour = bench::Coloured;
static float env(const char* n, float d) { return std::getenv(n) ? atof(std::getenv(n)) : d; }
Colour load(const fs::path& p, int side) {
  Photo photo = read_photo(p);
  if (photo.a.empty()) photo.a = photo.b = Plane<float>(photo.width(), photo.height());
  int w = photo.width(), h = photo.height();
  if (side && std::max(w, h) > side) { double s = double(side) / std::max(w, h); w = std::lround(w * s); h = std::lround(h * s); }
  return {resample(photo.lightness, w, h), {resample(photo.a, w, h), resample(photo.b, w, h)}};
}
Plane<float> cut(const Plane<float>& p, int x0, int x1) {
  Plane<float> r(x1 - x0, p.height());
  for (int y = 0; y < p.height(); ++y) std::copy(p.row(y) + x0, p.row(y) + x1, r.row(y));
  return r;
}
Colour cut(const Colour& c, int x0, int x1) { return {cut(c.L, x0, x1), {cut(c.ab.a, x0, x1), cut(c.ab.b, x0, x1)}}; }
std::vector<fs::path> files(const fs::path& d) {
  std::vector<fs::path> r;
  for (auto& e : fs::directory_iterator(d)) r.push_back(e.path());
  std::sort(r.begin(), r.end());
  return r;
}
double ms() { return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now().time_since_epoch()).count(); }
void draw(Problem& p, const std::vector<SuggestedLine>& lines) {
  const float STR = env("STR", 100), SP = env("SP", 0);
  const int w = p.width(), h = p.height();
  for (auto& l : lines) {
    const float r = std::max(l.radius * std::min(w, h), 1.0f);
    for (size_t k = 0; k + 1 < l.points.size(); ++k) {
      const float x0 = l.points[k].x * w, y0 = l.points[k].y * h, x1 = l.points[k+1].x * w, y1 = l.points[k+1].y * h;
      for (int y = std::max(0, int(std::min(y0, y1) - r)); y < std::min<float>(h, std::max(y0, y1) + r + 1); ++y)
        for (int x = std::max(0, int(std::min(x0, x1) - r)); x < std::min<float>(w, std::max(x0, x1) + r + 1); ++x) {
          const float dx = x1 - x0, dy = y1 - y0, px = x + .5f - x0, py = y + .5f - y0;
          const float t = std::clamp((px * dx + py * dy) / std::max(dx * dx + dy * dy, 1e-6f), 0.0f, 1.0f);
          if (std::hypot(px - t * dx, py - t * dy) > r) continue;
          p.hint_a(x, y) = l.colour.a; p.hint_b(x, y) = l.colour.b;
          p.hint_strength(x, y) = STR * std::pow(std::max(l.confidence, 0.01f), SP);
        }
    }
  }
}
int main(int argc, char** argv) {
  int side = std::getenv("SIDE") ? atoi(std::getenv("SIDE")) : 256, limit = 0, half = -1;
  std::vector<std::string> photos, film; std::string csv, only;
  for (int i = 1; i < argc; ++i) {
    std::string a = argv[i];
    if (a == "--limit") limit = atoi(argv[++i]);
    else if (a == "--half") half = atoi(argv[++i]);
    else if (a == "--csv") csv = argv[++i];
    else if (a == "--only") only = argv[++i];
    else if (a == "--film") film.push_back(argv[++i]);
    else photos.push_back(a);
  }
  Network network = Network::load(shipped_network().string(), read_bytes);
  FILE* out = csv.empty() ? nullptr : fopen(csv.c_str(), "w");
  int photo_number = 0;
  std::map<std::pair<std::string, std::string>, std::array<double, 3>> totals;
  auto pair = [&](const char* kind, const std::string& set, const Colour& t, const Colour& r) {
    double t0 = ms();
    NetworkInput q = network.reduce_to_describe(t.L), qr = network.reduce_to_describe(r.L);
    if (std::getenv("DARK")) for (float& v : qr.lightness) v = std::max(v - 20, 0.0f);
    qr.lightness = age_like(qr.lightness, q.lightness);
    Description dt = network.describe(std::move(q)), dr = network.describe(std::move(qr));
    double t1 = ms();
    Matches m = match(dt, dr, r.ab);
    double t2 = ms();
    int w = m.width(), h = m.height();
    Plane<float> L = resample(t.L, w, h), a = resample(t.ab.a, w, h), b = resample(t.ab.b, w, h);
    Prior coat = make_prior(dt.prediction);
    Plane<float> ca = resample(coat.a, w, h), cb = resample(coat.b, w, h);
    double e = 0, ec = 0, eg = 0;
    for (size_t i = 0; i < L.size(); ++i) {
      Lab truth{L.data()[i], a.data()[i], b.data()[i]}, got{truth.L, m.chroma.a.data()[i], m.chroma.b.data()[i]}, gc{truth.L, ca.data()[i], cb.data()[i]};
      double d = bench::ciede2000(truth, got), dc = bench::ciede2000(truth, gc);
      e += d; ec += dc; eg += bench::ciede2000(truth, Lab{truth.L, 0, 0});
      if (out) fprintf(out, "%s,%s,%d,%.3f,%.2f,%.3f,%.3f\n", kind, set.c_str(), photo_number, m.distance.data()[i], m.variance.data()[i], d, dc);
    }
    double n = L.size();
    std::string line; char buf[200];
    snprintf(buf, sizeof buf, "%-9s %-14s med %.2f cells %.2f/%.2f ", kind, set.c_str(), m.best_distance, ec / n, e / n); line += buf;
    auto record = [&](const std::string& name, const Chroma& c) {
      bench::Score s = bench::score_of(t.L, t.ab, c);
      auto& k = totals[{kind, name}]; k[0] += s.psnr; k[1] += s.dE; k[2] += 1;
      snprintf(buf, sizeof buf, "| %s %.2f %.2f ", name.c_str(), s.psnr, s.dE); line += buf;
    };
    const int W = t.L.width(), H = t.L.height();
    auto wants = [&](const char* name) { return only.empty() || ("," + only + ",").find(std::string(",") + name + ",") != std::string::npos; };
    auto solve = [&](const Prior& prior, const std::vector<SuggestedLine>& lines) {
      Problem p; p.lightness = t.L; p.hint_a = p.hint_b = p.hint_strength = Plane<float>(W, H); p.prior = prior;
      draw(p, lines);
      return colorize(std::move(p)).chroma;
    };
    if (wants("grey")) record("grey", {Plane<float>(W, H), Plane<float>(W, H)});
    if (wants("coat")) record("coat", solve(coat, {}));
    if (wants("reinhard")) if (auto g = mood_of(coat, dt.lightness, r.L, r.ab, {}, MoodMethod::reinhard)) record("reinhard", solve(with_mood(coat, dt.lightness, *g, 1), {}));
    if (wants("mood")) if (auto g = mood_of(coat, dt.lightness, r.L, r.ab, {})) record("mood", solve(with_mood(coat, dt.lightness, *g, 1), {}));
    auto g = mood_of(coat, dt.lightness, r.L, r.ab, m);
    Prior graded = g ? with_mood(coat, dt.lightness, *g, env("AMOUNT", 1)) : coat;
    if (wants("moodm")) record("moodm", solve(graded, {}));
    if (wants("lightness")) record("lightness", bench::colour_by_lightness(t.L, r));
    if (wants("welsh")) {
      Plane<float> small = resample(t.L, dt.lightness.width(), dt.lightness.height());
      Chroma c = bench::welsh(small, r);
      record("welsh", solve(Prior{c.a, c.b, Plane<float>(small.width(), small.height(), 3e-4f)}, {}));
    }
    if (wants("dense")) record("dense", solve(Prior{m.chroma.a, m.chroma.b, Plane<float>(w, h, 3e-4f), {}}, {}));
    Prior mixed = with_matches(graded, m, env("MIX", 1));
    if (wants("mixed")) record("mixed", solve(mixed, {}));
    auto lines = suggest_lines(dt, m, {env("DARING", 0.5), 40, {}});
    snprintf(buf, sizeof buf, "| lines %zu ", lines.size()); line += buf;
    totals[{kind, "lines"}][0] += lines.size(); totals[{kind, "lines"}][2] += 1;
    if (wants("things")) record("things", solve(coat, lines));
    if (wants("thingsmood")) record("thingsmood", solve(graded, lines));
    if (wants("both")) record("both", solve(mixed, lines));
    printf("%s\n", line.c_str());
    fflush(stdout);
    ++photo_number;
  };
  for (auto& d : photos) {
    auto fl = files(d); int n = 0;
    for (size_t i = 0; i < fl.size(); ++i) {
      if (half >= 0 && int(i % 2) != half) continue;
      if (limit && n++ >= limit) break;
      Colour c = load(fl[i], 900); int w = c.L.width() / 2;
      pair("halves", fs::path(d).filename(), cut(c, w, c.L.width()), cut(c, 0, w));
      if (!std::getenv("NOSTR")) pair("strangers", fs::path(d).filename(), c, load(fl[(i + 1) % fl.size()], 900));
    }
  }
  for (auto& d : film) { int i = 0, n = 0;
    for (auto& clip : files(d)) {
      if (half >= 0 && i++ % 2 != half) continue;
      if (limit && n++ >= limit) break;
      auto fl = files(clip);
      pair("frames", clip.filename().string(), load(fl.back(), 0), load(fl.front(), 0));
    } }
  auto together = totals;
  for (auto& [key, v] : totals) if (key.first != "strangers") { auto& k = together[{"related", key.second}]; for (int i = 0; i < 3; ++i) k[i] += v[i]; }
  for (auto& [key, v] : together) printf("= %-10s %-12s %.2f dB dE %.2f (%.0f)\n", key.first.c_str(), key.second.c_str(), v[0] / v[2], v[1] / v[2], v[2]);
}
