#define _GNU_SOURCE
#include "CSerial.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

static int close_with(int descriptor, int error) {
    close(descriptor);
    return error;
}

int cserial_set_raw(int descriptor) {
    struct termios settings;
    if (tcgetattr(descriptor, &settings) != 0) return -errno;
    cfmakeraw(&settings);
    settings.c_cflag |= CLOCAL | CREAD;
    settings.c_cflag &= ~(CSTOPB | CRTSCTS);
    settings.c_iflag &= ~(IXOFF | IXANY);
    settings.c_cc[VMIN] = 1;
    settings.c_cc[VTIME] = 0;
    return tcsetattr(descriptor, TCSANOW, &settings) == 0 ? 0 : -errno;
}

int cserial_pty_open(char *path, size_t size, int *slave) {
    int master = posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
    if (master < 0) return -errno;
    if (grantpt(master) != 0 || unlockpt(master) != 0) return close_with(master, -errno);
    int error = ptsname_r(master, path, size);
    if (error != 0) return close_with(master, -error);
    error = cserial_set_raw(master);
    if (error != 0) return close_with(master, error);
    if (slave != NULL) {
        *slave = open(path, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
        if (*slave < 0) return close_with(master, -errno);
    }
    return master;
}

int cserial_tty_open(const char *path, unsigned baud, unsigned *actual) {
    int descriptor = open(path, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
    if (descriptor < 0) return -errno;
    if (ioctl(descriptor, TIOCEXCL) != 0) return close_with(descriptor, -errno);
    int error = cserial_set_raw(descriptor);
    if (error == 0) {
        error = baud != 0 ? cserial_set_baud(descriptor, baud, actual) : cserial_get_baud(descriptor, actual);
    }
    return error == 0 ? descriptor : close_with(descriptor, error);
}
