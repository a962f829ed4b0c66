#include "solver/prediction/runner.h"

namespace handtint {

RunnerKind opencv_runner() {
  return {"OpenCV", "not built in: install libopencv-dnn-dev and configure the build again", nullptr};
}

}  // namespace handtint
