#include "CSerial.h"

/* The kernel's own definitions instead of termios.h: the two cannot be included together. */
#include <asm/ioctls.h>
#include <asm/termbits.h>
#include <errno.h>
#include <sys/ioctl.h>

int cserial_get_baud(int descriptor, unsigned *actual) {
    struct termios2 settings;
    if (ioctl(descriptor, TCGETS2, &settings) != 0) return -errno;
    *actual = settings.c_ospeed;
    return 0;
}

int cserial_set_baud(int descriptor, unsigned baud, unsigned *actual) {
    struct termios2 settings;
    if (ioctl(descriptor, TCGETS2, &settings) != 0) return -errno;
    settings.c_cflag &= ~(CBAUD | (CBAUD << IBSHIFT));
    settings.c_cflag |= BOTHER | (BOTHER << IBSHIFT);
    settings.c_ispeed = baud;
    settings.c_ospeed = baud;
    if (ioctl(descriptor, TCSETS2, &settings) != 0) return -errno;
    return cserial_get_baud(descriptor, actual);
}
