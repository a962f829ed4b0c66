// LD_PRELOAD: a file system without locks, as some network file systems are. flock fails with ENOLCK.
#include <cerrno>

extern "C" int flock(int, int) {
  errno = ENOLCK;
  return -1;
}
