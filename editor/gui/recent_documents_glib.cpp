#include <gio/gio.h>
#include <glib/gstdio.h>

#include <memory>
#include <string>

#include "editor/files/paths.h"
#include "editor/gui/recent_documents.h"

namespace handtint {
namespace {

struct Free {
  void operator()(GBookmarkFile* list) const { g_bookmark_file_free(list); }
  void operator()(GSettings* settings) const { g_object_unref(settings); }
  void operator()(GSettingsSchema* schema) const { g_settings_schema_unref(schema); }
  void operator()(char* text) const { g_free(text); }
};
template <class Type>
using Owned = std::unique_ptr<Type, Free>;

bool may_be_remembered() {
  GSettingsSchemaSource* source = g_settings_schema_source_get_default();
  if (!source) return true;
  const Owned<GSettingsSchema> schema(g_settings_schema_source_lookup(source, "org.gnome.desktop.privacy", TRUE));
  if (!schema || !g_settings_schema_has_key(schema.get(), "remember-recent-files")) return true;
  const Owned<GSettings> privacy(g_settings_new("org.gnome.desktop.privacy"));
  return g_settings_get_boolean(privacy.get(), "remember-recent-files");
}

std::string media_type_of(const std::filesystem::path& file) {
  if (lower_case_extension(file) == ".handtint") return "application/x-handtint";
  const Owned<char> content(g_content_type_guess(file.c_str(), nullptr, 0, nullptr));
  const Owned<char> media(g_content_type_get_mime_type(content.get()));
  return media ? media.get() : "application/octet-stream";
}

}  // namespace

void tell_recent_document(const std::filesystem::path& file) {
  const Owned<char> uri(g_filename_to_uri(file.c_str(), nullptr, nullptr));
  if (!uri || !may_be_remembered()) return;
  const Owned<char> path(g_build_filename(g_get_user_data_dir(), "recently-used.xbel", nullptr));
  const Owned<GBookmarkFile> list(g_bookmark_file_new());
  if (!g_bookmark_file_load_from_file(list.get(), path.get(), nullptr) && g_file_test(path.get(), G_FILE_TEST_EXISTS))
    return;
  g_bookmark_file_set_mime_type(list.get(), uri.get(), media_type_of(file).c_str());
  g_bookmark_file_add_application(list.get(), uri.get(), "Handtint", "'handtint-editor %f'");
  g_mkdir_with_parents(g_get_user_data_dir(), 0700);
  if (g_bookmark_file_to_file(list.get(), path.get(), nullptr)) g_chmod(path.get(), 0600);  // as GTK keeps it
}

}  // namespace handtint
