// Takes the system's random numbers away from whoever asks for as many as a picture takes, while the environment says so.
#define _GNU_SOURCE
#include <errno.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

ssize_t getrandom(void *buffer, size_t length, unsigned int flags) {
  if (length == 32 && getenv("CCAP_TEST_NO_RANDOM") != NULL) {
    errno = EIO;
    return -1;
  }
  return syscall(SYS_getrandom, buffer, length, flags);
}
