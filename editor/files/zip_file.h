// ZIP archives as OpenRaster uses them: members in order, none larger than 4 GiB. Internal to editor/files.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "editor/files/atomic_file.h"
#include "editor/files/byte_stream.h"

namespace handtint {

// Members are stored as they are: pictures are packed already.
class ZipWriter {
 public:
  explicit ZipWriter(AtomicFile& file) : file_(file) {}

  void add(const std::string& name, std::string_view text);
  // What `write` puts into the file, from where it stands to the end, is the member.
  void add(const std::string& name, const std::function<void()>& write);
  void finish();  // once, last

 private:
  struct Member {
    std::string name;
    std::uint32_t place = 0, bytes = 0, sum = 0;
  };
  std::string head_of(const Member& member, bool central) const;

  AtomicFile& file_;
  std::vector<Member> members_;
};

// A member's bytes; empty where there is none of this name, or where it is damaged or longer than `max_bytes`.
std::vector<std::uint8_t> zip_member(ByteStream& zip, const std::string& name, std::size_t max_bytes);

}  // namespace handtint
