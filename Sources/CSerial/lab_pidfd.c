#define _GNU_SOURCE
#include "lab_pidfd.h"

#include <errno.h>
#include <poll.h>
#include <stddef.h>
#include <sys/syscall.h>
#include <unistd.h>

int lab_pidfd_open(pid_t pid) {
    long descriptor = syscall(SYS_pidfd_open, pid, 0);
    return descriptor < 0 ? -errno : (int)descriptor;
}

int lab_pidfd_signal(int descriptor, int signal) {
    return syscall(SYS_pidfd_send_signal, descriptor, signal, NULL, 0) < 0 ? -errno : 0;
}

int lab_pidfd_ended(int descriptor) {
    struct pollfd watched = {.fd = descriptor, .events = POLLIN};
    int ready = poll(&watched, 1, 0);
    return ready < 0 ? -errno : ready > 0;
}
