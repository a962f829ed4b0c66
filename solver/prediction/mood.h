// The mood of a reference photo: its colours as a whole, laid over a first coat. Chroma alone is graded, never
// lightness. The reference need not show the same things.
#pragma once

#include <array>
#include <optional>
#include <string_view>
#include <vector>

#include "solver/lab.h"
#include "solver/plane.h"
#include "solver/prediction/matching.h"
#include "solver/problem.h"

namespace handtint {

enum class MoodMethod {
  transport,  // the linear optimal transport between the colours, lightness taken into account (Monge-Kantorovitch:
              // Pitie and Kokaram 2007); robust
  reinhard,   // mean and deviation of a and of b (Reinhard, Ashikhmin, Gooch, Shirley 2001)
};

std::string_view name_of(MoodMethod method);  // "transport", "reinhard"
std::optional<MoodMethod> mood_method_from_name(std::string_view name);

struct WeightedColour {
  Lab colour;
  float weight = 1;
};

// What takes a photo's chroma to the reference's: an affine map of a, b and the rank of L.
struct Mood {
  static constexpr int ranks = 33;
  std::array<float, ranks> from_lightness{}, to_lightness{};  // the L of equal ranks; between them linear
  Lab from_mean, to_mean;
  std::array<std::array<float, 3>, 2> gain{};  // of L, a, b into a and b; around the means

  AbColour operator()(const Lab& colour) const;
};

// Throws std::invalid_argument if either side has no weight.
Mood mood_between(const std::vector<WeightedColour>& from, const std::vector<WeightedColour>& to,
                  MoodMethod method = MoodMethod::transport);

// The mood that takes a coat to a reference. Where enough of the photo is matched, the colours matched count, by their
// confidence, instead of the whole reference. `lightness` is the photo's, `reference` with its chroma the reference's;
// planes of any size. None if the coat or the reference is empty.
std::optional<Mood> mood_of(const Prior& coat, const Plane<float>& lightness, const Plane<float>& reference,
                            const Chroma& chroma, const Matches& matches, MoodMethod method = MoodMethod::transport);

// The coat graded; amount 0 = as it was .. 1 = the whole mood. Weight and traits stay.
Prior with_mood(Prior coat, const Plane<float>& lightness, const Mood& mood, float amount);

// The coat with the colours of the matches where these are sure, and held there as firmly as a picture's colours;
// amount as above.
Prior with_matches(Prior coat, const Matches& matches, float amount);

}  // namespace handtint
