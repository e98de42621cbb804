#pragma once
#include <hs/hs.h>
#include <stdbool.h>

// Debian's library for amd64 holds its runtime several times, each built for other registers, and takes the widest that
// the processor has. Version 5.4.9 loses matches with AVX2 and AVX-512 (VectorCamp/vectorscan, pull request 378). The
// copy for 128-bit registers is exported beside them and is right: it is called by its own name. The symbols are weak,
// for libraries that hold one runtime only.
#define LABD_NARROW(result, name, ...) extern result core2_##name(__VA_ARGS__) __attribute__((weak))
LABD_NARROW(hs_error_t, hs_open_stream, const hs_database_t *, unsigned int, hs_stream_t **);
LABD_NARROW(hs_error_t, hs_scan_stream, hs_stream_t *, const char *, unsigned int, unsigned int, hs_scratch_t *,
            match_event_handler, void *);
LABD_NARROW(hs_error_t, hs_copy_stream, hs_stream_t **, const hs_stream_t *);
LABD_NARROW(hs_error_t, hs_reset_stream, hs_stream_t *, unsigned int, hs_scratch_t *, match_event_handler, void *);
LABD_NARROW(hs_error_t, hs_close_stream, hs_stream_t *, hs_scratch_t *, match_event_handler, void *);
#undef LABD_NARROW

/// Whether the functions below use 128-bit registers only.
static inline bool labd_hs_is_narrow(void) {
    return core2_hs_open_stream && core2_hs_scan_stream && core2_hs_copy_stream && core2_hs_reset_stream &&
           core2_hs_close_stream;
}

/// What a database has to be compiled for: no register wider than 128 bits where the runtime uses none.
static inline hs_error_t labd_hs_platform(hs_platform_info_t *platform) {
    if (!labd_hs_is_narrow()) return hs_populate_platform(platform);
    *platform = (hs_platform_info_t){.tune = HS_TUNE_FAMILY_GENERIC};
    return HS_SUCCESS;
}

static inline hs_error_t labd_hs_open_stream(const hs_database_t *database, hs_stream_t **stream) {
    return (labd_hs_is_narrow() ? core2_hs_open_stream : hs_open_stream)(database, 0, stream);
}

static inline hs_error_t labd_hs_scan_stream(hs_stream_t *stream, const char *bytes, unsigned int count,
                                             hs_scratch_t *scratch, match_event_handler handler, void *context) {
    return (labd_hs_is_narrow() ? core2_hs_scan_stream : hs_scan_stream)(stream, bytes, count, 0, scratch, handler,
                                                                         context);
}

static inline hs_error_t labd_hs_copy_stream(hs_stream_t **copy, const hs_stream_t *stream) {
    return (labd_hs_is_narrow() ? core2_hs_copy_stream : hs_copy_stream)(copy, stream);
}

static inline hs_error_t labd_hs_reset_stream(hs_stream_t *stream, hs_scratch_t *scratch) {
    return (labd_hs_is_narrow() ? core2_hs_reset_stream : hs_reset_stream)(stream, 0, scratch, NULL, NULL);
}

static inline hs_error_t labd_hs_close_stream(hs_stream_t *stream, hs_scratch_t *scratch, match_event_handler handler,
                                              void *context) {
    return (labd_hs_is_narrow() ? core2_hs_close_stream : hs_close_stream)(stream, scratch, handler, context);
}
