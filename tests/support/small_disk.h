// What a full disk looks like to a writer, without one.
#pragma once

#include <sys/resource.h>

#include <csignal>
#include <stdexcept>

namespace handtint {

// Files of this process cannot grow beyond `bytes` while it lives: what a full disk looks like to a writer.
class SmallDisk {
 public:
  explicit SmallDisk(rlim_t bytes) {
    handler_ = std::signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit small{bytes, before_.rlim_max};
    if (setrlimit(RLIMIT_FSIZE, &small) != 0) throw std::runtime_error("the limit on file sizes cannot be set");
  }
  ~SmallDisk() {
    setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, handler_);
  }

 private:
  rlimit before_{};
  void (*handler_)(int);
};

}  // namespace handtint
