// No output of a command is one of its inputs or another output, whatever it is called.
#include <map>

#include "tests/editor/cli/command_line.h"

using namespace handtint;
using namespace handtint::tests;

namespace {

// Every file of a folder with its content.
std::map<fs::path, std::string> content_of(const fs::path& folder) {
  std::map<fs::path, std::string> content;
  for (const auto& entry : fs::recursive_directory_iterator(folder))
    if (entry.is_regular_file()) content[entry.path()] = text_of(entry.path());
  return content;
}

// The command is refused because of `output`, and not a byte of what lies in the folder is another one.
void check_kept(const fs::path& folder, const std::vector<std::string>& command, const std::string& output) {
  const auto before = content_of(folder);
  std::string words;
  for (const std::string& word : command) words += word + " ";
  CAPTURE(words);
  const Outcome outcome = handtint_says(command);
  check_fails(outcome, 1, output);
  CHECK_MESSAGE(outcome.err.find("--force") != std::string::npos, outcome.err);
  CHECK(content_of(folder) == before);
}

std::string session_of(const Table& table) {
  Session session;
  session.photo = refer_to_photo(table.photo, Table::width, Table::height);
  session.state.imported = std::make_shared<const StrokeMask>(red_and_blue(Table::width, Table::height));
  const std::string file = table.folder / "work.handtint";
  write_session(file, session);
  return file;
}

}  // namespace

TEST_CASE("mask replaces neither its mask nor the photo, by no name") {
  const Table table;
  const fs::path& folder = table.folder.path();
  const std::string link = table.folder / "link.png", second = table.folder / "second.png";
  fs::create_symlink("photo.png", link);
  fs::create_hard_link(table.photo, second);
  for (const std::string& output : {table.photo, link, second, (folder / "." / "photo.png").string()})
    check_kept(folder, {"mask", table.mask, "--photo", table.photo, "-o", output}, output);
  check_kept(folder, {"mask", table.mask, "-o", table.mask}, table.mask);
  CHECK(handtint_says({"mask", table.mask, "--photo", table.photo, "-o", link, "--force"}).exit_code == 0);
}

TEST_CASE("colorize's report replaces no input and not the picture just made") {
  const Table table;
  const fs::path& folder = table.folder.path();
  const auto colorize = [&](const std::string& output, const std::string& report) {
    return std::vector<std::string>{"colorize", table.photo, "-s",   table.mask, "-o",
                                    output,     "--network", "none", "--report", report};
  };
  const std::string fresh = table.folder / "fresh.png", dangling = table.folder / "dangling.json";
  fs::create_symlink("fresh.png", dangling);
  for (const std::string& report : {table.photo, table.mask, fresh, dangling})
    check_kept(folder, colorize(fresh, report), report);
  check_kept(folder,
             {"colorize", table.photo, "-s", table.mask, "--prior", table.folder / "photo.png", "-o", table.photo},
             table.photo);

  const std::string session = session_of(table);
  for (const std::string& output : {table.photo}) check_kept(folder, {"colorize", session, "-o", output}, output);
  for (const std::string& report : {table.photo, session})
    check_kept(folder, {"colorize", session, "-o", fresh, "--report", report}, report);
}

TEST_CASE("predict keeps photo, network and its two outputs apart") {
  const Table table;
  const std::string fresh = table.folder / "fresh.png";
  check_kept(table.folder.path(), {"predict", table.photo, "-o", table.photo}, table.photo);
  check_kept(table.folder.path(), {"predict", table.photo, "-o", fresh, "--uncertainty", table.photo}, table.photo);
  check_kept(table.folder.path(), {"predict", table.photo, "-o", fresh, "--uncertainty", fresh}, fresh);
  const std::string network = table.folder / "net.png";
  write_bytes(network, "a network");
  check_kept(table.folder.path(), {"predict", table.photo, "-o", network, "--network", network}, network);
}

TEST_CASE("a folder's photos and strokes are nobody's output") {
  const Table table;
  const fs::path photos = table.folder / "photos", masks = table.folder / "masks", out = table.folder / "out";
  fs::create_directories(photos);
  fs::create_directories(masks);
  write_grey(photos / "a.png", two_fields(96, 64));
  write_grey(photos / "unpainted.png", two_fields(96, 64));
  write_stroke_mask(masks / "a.png", red_and_blue(96, 64), MaskFormat::rgba);
  const auto colorize = [&](const fs::path& output, const fs::path& report) {
    std::vector<std::string> command = {"colorize", photos, "-s", masks, "-o", output, "--network", "none"};
    if (!report.empty()) command.insert(command.end(), {"--report", report});
    return command;
  };
  check_kept(table.folder.path(), colorize(photos, {}), photos / "a.png");
  check_kept(table.folder.path(), colorize(masks, {}), masks / "a.png");
  for (const fs::path& report : {photos / "a.png", photos / "unpainted.png", masks / "a.png", out / "a.png"})
    check_kept(table.folder.path(), colorize(out, report), report);
  // An older result and an older report are no inputs.
  for (int i = 0; i < 2; ++i) CHECK(handtint_says(colorize(out, photos / "report.json")).exit_code == 0);
}
