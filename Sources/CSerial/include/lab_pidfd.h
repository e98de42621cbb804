#ifndef LABD_PIDFD_H
#define LABD_PIDFD_H

#include <sys/types.h>

/*
 * Processes by descriptor (pidfd_open(2)): a signal sent through one reaches that process or nobody, never a later
 * process that got the same number. glibc older than 2.36 has no wrappers for these calls.
 */

/* Returns a close-on-exec descriptor of the process `pid`, or a negated errno value. */
int lab_pidfd_open(pid_t pid);

/* Sends `signal`. Returns 0, or a negated errno value: -ESRCH when the process has been reaped. */
int lab_pidfd_signal(int descriptor, int signal);

/* Returns 1 when the process has ended (reaped or not), 0 while it runs, or a negated errno value. Never blocks. */
int lab_pidfd_ended(int descriptor);

#endif
