#ifndef LABD_CSERIAL_H
#define LABD_CSERIAL_H

#include <stddef.h>

#include "lab_pidfd.h"
#include "lab_tty.h"

/*
 * Serial ports and pseudo-terminals, as far as Swift cannot reach them: TCSETS2 and BOTHER are macros, and
 * asm/termbits.h clashes with termios.h. Every function returns a descriptor or 0 on success, and a negated errno
 * value on failure. Every descriptor is close-on-exec.
 */

/*
 * Opens a pseudo-terminal pair in raw mode, without making it the controlling terminal.
 *
 * Returns the master's descriptor, in non-blocking mode. The slave's path is stored in `path` (at most `size` bytes
 * with its final zero; 64 are enough).
 *
 * A master whose slave nobody holds open reads EIO. Pass `slave` to get a descriptor of the slave that keeps the pair
 * alive while readers come and go; pass NULL where the hangup is wanted.
 */
int cserial_pty_open(char *path, size_t size, int *slave);

/*
 * Opens a terminal device for reading and writing in raw mode: non-blocking, exclusive (TIOCEXCL), never as the
 * controlling terminal.
 *
 * Sets the speed when `baud` is not zero and stores in `actual` the speed that the driver reports afterwards; some
 * ports accept a speed without an error and keep the old one, so compare.
 */
int cserial_tty_open(const char *path, unsigned baud, unsigned *actual);

/* Puts the terminal in raw mode: 8 data bits, no echo, no signals, no translation of line ends, no flow control. */
int cserial_set_raw(int descriptor);

/* Sets any speed (termios2 with BOTHER, see ioctl_tty(2)) and stores what the driver reports afterwards. */
int cserial_set_baud(int descriptor, unsigned baud, unsigned *actual);

/* Stores the output speed that the driver reports. */
int cserial_get_baud(int descriptor, unsigned *actual);

#endif
