#define _GNU_SOURCE
#include "lab_tty.h"

#include <errno.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <termios.h>

int lab_tty_keep_lines(int descriptor) {
    struct termios settings;
    if (tcgetattr(descriptor, &settings) != 0) return -errno;
    settings.c_cflag &= ~HUPCL;
    return tcsetattr(descriptor, TCSANOW, &settings) == 0 ? 0 : -errno;
}

int lab_tty_get_lines(int descriptor, int *dtr, int *rts) {
    int lines = 0;
    if (ioctl(descriptor, TIOCMGET, &lines) != 0) return -errno;
    *dtr = (lines & TIOCM_DTR) != 0;
    *rts = (lines & TIOCM_RTS) != 0;
    return 0;
}

int lab_tty_set_lines(int descriptor, int dtr, int rts) {
    int lines = 0;
    if (ioctl(descriptor, TIOCMGET, &lines) != 0) return -errno;
    if (dtr >= 0) lines = dtr ? lines | TIOCM_DTR : lines & ~TIOCM_DTR;
    if (rts >= 0) lines = rts ? lines | TIOCM_RTS : lines & ~TIOCM_RTS;
    return ioctl(descriptor, TIOCMSET, &lines) == 0 ? 0 : -errno;
}

int lab_tty_lock(int descriptor) { return flock(descriptor, LOCK_EX | LOCK_NB) == 0 ? 0 : -errno; }

int lab_tty_discard_input(int descriptor) { return tcflush(descriptor, TCIFLUSH) == 0 ? 0 : -errno; }
