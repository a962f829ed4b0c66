#include "solver/prediction/runner.h"
#include "solver/tr.h"

namespace handtint {

RunnerKind opencv_runner() {
  return {"OpenCV", tr("not built in: install libopencv-dnn-dev and configure the build again"), nullptr};
}

}  // namespace handtint
