#ifndef LABD_TTY_H
#define LABD_TTY_H

/*
 * Modem control lines, hang-up on close and locks of a terminal: variadic calls and a name that is a structure as well,
 * which Swift cannot reach. Every function returns 0, or a negated errno value.
 */

/* Keeps DTR and RTS as they are when the terminal is closed (clears HUPCL). */
int lab_tty_keep_lines(int descriptor);

/* Stores 1 or 0 for each line that the host drives. -ENOTTY or -EINVAL where there are none, as on pseudo-terminals. */
int lab_tty_get_lines(int descriptor, int *dtr, int *rts);

/* Sets both lines with one TIOCMSET; a negative value leaves a line as it is. */
int lab_tty_set_lines(int descriptor, int dtr, int rts);

/* Takes the exclusive lock (flock(2)) without waiting: -EWOULDBLOCK when somebody else has it. It goes with the descriptor. */
int lab_tty_lock(int descriptor);

/* Throws away what was received and not read. */
int lab_tty_discard_input(int descriptor);

#endif
