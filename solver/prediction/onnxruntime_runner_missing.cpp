#include "solver/prediction/runner.h"
#include "solver/tr.h"

namespace handtint {

RunnerKind onnxruntime_runner() {
  return {
      "ONNX Runtime",
      tr("not built in: install libonnxruntime-dev (Debian 13) or set ONNXRUNTIME_ROOT, and configure the build again"),
      nullptr};
}

}  // namespace handtint
