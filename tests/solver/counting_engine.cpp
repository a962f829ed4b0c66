#include "tests/solver/counting_engine.h"

#include "solver/numerics/scheduled_engine.h"
#include "tests/solver/counting_executor.h"

namespace handtint::tests {

CountingEngine::CountingEngine(int thread_count)
    : threads(thread_count),
      engine(std::make_unique<numerics::ScheduledEngine<numerics::CountingExecutor>>(&threads, &memory, &ledger)) {}

}  // namespace handtint::tests
