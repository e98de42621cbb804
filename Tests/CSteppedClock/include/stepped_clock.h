#ifndef STEPPED_CLOCK_H
#define STEPPED_CLOCK_H

// Preloaded into a program, this library steps the wall clock that the program sees: by as many nanoseconds as the first
// eight bytes of the file say that the variable STEPPED_CLOCK names. Whoever writes the file steps the clock at once.
// The monotonic clock stays as it is, as it does when an administrator or NTP steps the host's.

#endif
