// Every op keeps its word: it writes what planes_of.h says and nothing else, looks at nothing undeclared, leaves the
// margins zero and does not care about the order of the pixels. Checked for every call of whole solves.
#include <doctest/doctest.h>

#include "solver/layers/parameters.h"
#include "solver/layers/working_memory.h"
#include "tests/cuda/cuda_cases.h"
#include "tests/solver/counting_engine.h"

using namespace handtint;
using tests::CountingEngine;

namespace {

void solve(CountingEngine& counting, const Problem& p, const numerics::Parameters& parameters, bool with_traits) {
  numerics::Engine& engine = *counting.engine;
  const int width = p.width(), height = p.height();
  const numerics::HintRows hints = {
      0, 0, width, height, width, p.hint_strength.data(), p.hint_a.data(), p.hint_b.data()};
  engine.set(parameters);
  engine.load(width, height, p.lightness.data());
  engine.set_hints(hints);
  if (!p.cuts.empty()) engine.set_cuts(0, 0, width, height, p.cuts.data());
  engine.set_prior(p.prior.weight.width(), p.prior.weight.height(), p.prior.a.data(), p.prior.b.data(),
                   p.prior.weight.data());
  std::vector<float> samples;
  for (int k = 0; k < 6; ++k) {
    const float value = static_cast<float>(k);
    samples.insert(samples.end(), {3 * value, 2 * value, 0.3f * value, 0.1f * value, 0.2f * value, 5 * value,
                                   -3 * value, value, 0, 1});
  }
  if (with_traits) {
    const Plane<float> trait(engine.affinity_width(), engine.affinity_height(), 0.5f);
    engine.set_traits(trait.data(), trait.data(), trait.data(), 2);
  }
  engine.set_samples(samples.data(), 6, 10, 1e-3f);
  for (int solves = 0; solves < 3; ++solves) {  // cold, warm, and with a prior that is 0
    while (!engine.step({}).done) {
    }
    engine.energy();
    Plane<float> a(width, height), b(width, height);
    engine.read(a.data(), b.data());
    engine.set_hints(hints);
    if (solves == 1)
      engine.set_prior(p.prior.weight.width(), p.prior.weight.height(), nullptr, nullptr, p.prior.weight.data());
  }
}

constexpr const char* all_ops[] = {"EdgeWeights<false>",
                                   "EdgeWeights<true>",
                                   "CutEdges",
                                   "HalveCuts",
                                   "HalveLightness",
                                   "HalveHints<true, false>",
                                   "HalveHints<true, true>",
                                   "HalveHints<false, false>",
                                   "HalveHints<false, true>",
                                   "AssembleHints<false>",
                                   "Assemble<true, true, false>",
                                   "Assemble<true, true, true>",
                                   "Assemble<true, false, false>",
                                   "Assemble<true, false, true>",
                                   "Assemble<false, true, false>",
                                   "Assemble<false, true, true>",
                                   "Assemble<false, false, false>",
                                   "Assemble<false, false, true>",
                                   "AddPrior",
                                   "AddPull",
                                   "LocalMean",
                                   "LocalDeviation",
                                   "SumAffinity<1, true, false>",
                                   "SumAffinity<4, false, false>",
                                   "SumAffinity<1, false, false>",
                                   "SumAffinity<1, true, true>",
                                   "SumAffinity<4, false, true>",
                                   "SumAffinity<1, false, true>",
                                   "AddAffinity",
                                   "ToChroma",
                                   "Bend",
                                   "Linearise<0, false>",
                                   "Linearise<3, true>",
                                   "Linearise<5, false>",
                                   "Residual<true>",
                                   "Residual<false>",
                                   "Survey<true, true>",
                                   "Survey<true, false>",
                                   "Survey<false, true>",
                                   "Survey<false, false>",
                                   "Advance<true>",
                                   "Advance<false>",
                                   "Energy<0>",
                                   "Energy<3>",
                                   "Energy<5>",
                                   "Clear2",
                                   "Copy2",
                                   "InterpolateSides",
                                   "InterpolateCentre",
                                   "RowSums",
                                   "Coarsen",
                                   "Restrict",
                                   "Prolong<true>",
                                   "Prolong<false>",
                                   "RelaxFromZero<true>",
                                   "RelaxFromZero<false>",
                                   "Relax<true>",
                                   "Relax<false>"};

}  // namespace

TEST_CASE("every op does what it declares, in any order of the pixels") {
  std::set<std::string> seen;
  for (Model model : {Model::full, Model::gtv, Model::membrane, Model::bilaplacian}) {
    INFO(name_of(model));
    CountingEngine counting(1);
    counting.ledger.check = true;
    Settings settings;
    settings.model = model;
    settings.smoothness = model == Model::full ? 10 : 1;  // the preconditioner, too, with a bilaplacian
    settings.exponent = model == Model::gtv ? 1.6f : 1.75f;
    numerics::Parameters parameters = parameters_from(settings);
    parameters.coarsest_pixels = 60;  // three scales
    parameters.iteration_limit = 4;
    Problem problem = cuda_cases::problem_with_everything(23, 19);
    if (model == Model::membrane) problem.cuts = {};
    solve(counting, problem, parameters, model == Model::gtv);
    for (const std::string& word : counting.ledger.broken_words) CHECK_MESSAGE(false, word);
    CHECK(counting.ledger.broken_words.empty());
    seen.insert(counting.ledger.ops.begin(), counting.ledger.ops.end());
  }
  for (const char* op : all_ops) {
    INFO(op);
    CHECK(seen.count(op) == 1);
  }
}

TEST_CASE("the memory that a solve takes is foretold") {
  for (int finest : {0, 1}) {
    CountingEngine counting(1);
    const Problem p = cuda_cases::problem_with_everything(623, 411);
    numerics::Parameters parameters = parameters_from({});
    parameters.finest_scale = finest;
    solve(counting, p, parameters, false);
    const double planes = static_cast<double>(counting.memory.bytes_in_use());
    const double foretold = static_cast<double>(working_memory(p.width(), p.height(), parameters));
    CHECK(foretold > planes);
    CHECK(foretold < 1.2 * planes);
    // What is touched, and of that what a solve for one picture has at a time.
    const std::size_t touched = working_memory(p.width(), p.height(), parameters, true);
    CHECK(static_cast<double>(touched) < foretold);
    parameters.once = true;
    CHECK(static_cast<double>(working_memory(p.width(), p.height(), parameters, true)) < 0.85 * touched);
  }
}
