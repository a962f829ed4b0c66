#include "editor/gui/recent_documents.h"

namespace handtint {

void tell_recent_document(const std::filesystem::path&) {}

}  // namespace handtint
