#ifndef LABD_CGPIO_H
#define LABD_CGPIO_H

#include <stddef.h>

/*
 * GPIO lines through libgpiod, version 1 (Debian 12, Ubuntu 22.04 and 24.04) or 2 (Debian 13): which one is told from
 * its header. Levels are physical, 0 or 1; whether a line is active-low is the caller's affair, so that lines of both
 * kinds can stand in one request and change together.
 *
 * Every function that can fail returns a negated errno value then. None is thread safe for one request.
 */

/* Most lines of one request. */
#define CGPIO_MAX_LINES 64

/* Lines that are held together. They keep their levels until the request is released or its process ends. */
typedef struct cgpio_request cgpio_request;

typedef enum { CGPIO_PUSH_PULL, CGPIO_OPEN_DRAIN, CGPIO_OPEN_SOURCE } cgpio_drive;
typedef enum { CGPIO_BIAS_AS_IS, CGPIO_BIAS_DISABLED, CGPIO_BIAS_PULL_UP, CGPIO_BIAS_PULL_DOWN } cgpio_bias;

/* 1 or 2. */
int cgpio_api(void);

/* The library's version, such as "1.6.3". */
const char *cgpio_version(void);

/* Stores a chip's name and label (at most `size` bytes each with the final zero) and how many lines it has. */
int cgpio_chip_info(const char *path, char *name, char *label, size_t size, unsigned *lines);

/*
 * Stores a line's name and who holds it (empty for neither), whether somebody holds it and whether it is an output.
 */
int cgpio_line_info(
    const char *path, unsigned offset, char *name, char *consumer, size_t size, int *is_used, int *is_output);

/* Reads lines without changing their direction. Fails with -EBUSY when somebody holds one of them. */
int cgpio_peek(const char *path, const char *consumer, const unsigned *offsets, int *levels, size_t count);

/* Takes lines as outputs that have `levels` from the first moment on. */
int cgpio_take(
    const char *path, const char *consumer, const unsigned *offsets, const int *levels, size_t count,
    cgpio_drive drive, cgpio_bias bias, cgpio_request **request);

/* Sets all lines of a request, in one call to the kernel. */
int cgpio_set(cgpio_request *request, const int *levels);

/* Reads all lines of a request. */
int cgpio_get(cgpio_request *request, int *levels);

/* Lets go of the lines: they go back to whatever the chip's driver does with free lines. */
void cgpio_release(cgpio_request *request);

#endif
