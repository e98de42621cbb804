#include "CGPIO.h"

#include <errno.h>
#include <gpiod.h>
#include <stdio.h>
#include <stdlib.h>

/* libgpiod leaves its reason in errno; a call that fails without one must not look like success. */
static int failed(void) { return errno > 0 ? -errno : -EIO; }

static void copy(char *target, const char *text, size_t size) {
    if (size > 0) snprintf(target, size, "%s", text ? text : "");
}

#if defined(GPIOD_LINE_BULK_MAX_LINES)

/* Version 1: a line belongs to its chip, which stays open as long as the request. */

struct cgpio_request {
    struct gpiod_chip *chip;
    struct gpiod_line_bulk lines;
};

int cgpio_api(void) { return 1; }

const char *cgpio_version(void) { return gpiod_version_string(); }

int cgpio_chip_info(const char *path, char *name, char *label, size_t size, unsigned *lines) {
    struct gpiod_chip *chip = gpiod_chip_open(path);
    if (!chip) return failed();
    copy(name, gpiod_chip_name(chip), size);
    copy(label, gpiod_chip_label(chip), size);
    *lines = gpiod_chip_num_lines(chip);
    gpiod_chip_close(chip);
    return 0;
}

int cgpio_line_info(
    const char *path, unsigned offset, char *name, char *consumer, size_t size, int *is_used, int *is_output) {
    struct gpiod_chip *chip = gpiod_chip_open(path);
    if (!chip) return failed();
    struct gpiod_line *line = gpiod_chip_get_line(chip, offset);
    int status = line ? 0 : failed();
    if (line) {
        copy(name, gpiod_line_name(line), size);
        copy(consumer, gpiod_line_consumer(line), size);
        *is_used = gpiod_line_is_used(line);
        *is_output = gpiod_line_direction(line) == GPIOD_LINE_DIRECTION_OUTPUT;
    }
    gpiod_chip_close(chip);
    return status;
}

static int request(
    const char *path, const char *consumer, const unsigned *offsets, const int *levels, size_t count, int type,
    int flags, struct cgpio_request *made) {
    if (count == 0 || count > CGPIO_MAX_LINES) return -EINVAL;
    made->chip = gpiod_chip_open(path);
    if (!made->chip) return failed();
    struct gpiod_line_request_config config = {.consumer = consumer, .request_type = type, .flags = flags};
    unsigned copies[CGPIO_MAX_LINES];
    for (size_t i = 0; i < count; i++) copies[i] = offsets[i];
    if (gpiod_chip_get_lines(made->chip, copies, (unsigned)count, &made->lines) == 0
        && gpiod_line_request_bulk(&made->lines, &config, levels) == 0)
        return 0;
    int status = failed();
    gpiod_chip_close(made->chip);
    return status;
}

int cgpio_peek(const char *path, const char *consumer, const unsigned *offsets, int *levels, size_t count) {
    struct cgpio_request made;
    int status =
        request(path, consumer, offsets, NULL, count, GPIOD_LINE_REQUEST_DIRECTION_AS_IS, 0, &made);
    if (status != 0) return status;
    if (gpiod_line_get_value_bulk(&made.lines, levels) != 0) status = failed();
    gpiod_chip_close(made.chip);
    return status;
}

int cgpio_take(
    const char *path, const char *consumer, const unsigned *offsets, const int *levels, size_t count,
    cgpio_drive drive, cgpio_bias bias, cgpio_request **result) {
    int flags = 0;
    if (drive == CGPIO_OPEN_DRAIN) flags |= GPIOD_LINE_REQUEST_FLAG_OPEN_DRAIN;
    if (drive == CGPIO_OPEN_SOURCE) flags |= GPIOD_LINE_REQUEST_FLAG_OPEN_SOURCE;
    if (bias == CGPIO_BIAS_DISABLED) flags |= GPIOD_LINE_REQUEST_FLAG_BIAS_DISABLE;
    if (bias == CGPIO_BIAS_PULL_UP) flags |= GPIOD_LINE_REQUEST_FLAG_BIAS_PULL_UP;
    if (bias == CGPIO_BIAS_PULL_DOWN) flags |= GPIOD_LINE_REQUEST_FLAG_BIAS_PULL_DOWN;
    struct cgpio_request *made = calloc(1, sizeof *made);
    if (!made) return -ENOMEM;
    int status =
        request(path, consumer, offsets, levels, count, GPIOD_LINE_REQUEST_DIRECTION_OUTPUT, flags, made);
    if (status != 0) {
        free(made);
        return status;
    }
    *result = made;
    return 0;
}

int cgpio_set(cgpio_request *request, const int *levels) {
    return gpiod_line_set_value_bulk(&request->lines, levels) == 0 ? 0 : failed();
}

int cgpio_get(cgpio_request *request, int *levels) {
    return gpiod_line_get_value_bulk(&request->lines, levels) == 0 ? 0 : failed();
}

void cgpio_release(cgpio_request *request) {
    gpiod_chip_close(request->chip);
    free(request);
}

#else

/* Version 2: a request lives on its own, with one descriptor for all its lines. */

struct cgpio_request {
    struct gpiod_line_request *lines;
    size_t count;
};

int cgpio_api(void) { return 2; }

const char *cgpio_version(void) { return gpiod_api_version(); }

int cgpio_chip_info(const char *path, char *name, char *label, size_t size, unsigned *lines) {
    struct gpiod_chip *chip = gpiod_chip_open(path);
    if (!chip) return failed();
    struct gpiod_chip_info *info = gpiod_chip_get_info(chip);
    int status = info ? 0 : failed();
    if (info) {
        copy(name, gpiod_chip_info_get_name(info), size);
        copy(label, gpiod_chip_info_get_label(info), size);
        *lines = (unsigned)gpiod_chip_info_get_num_lines(info);
        gpiod_chip_info_free(info);
    }
    gpiod_chip_close(chip);
    return status;
}

int cgpio_line_info(
    const char *path, unsigned offset, char *name, char *consumer, size_t size, int *is_used, int *is_output) {
    struct gpiod_chip *chip = gpiod_chip_open(path);
    if (!chip) return failed();
    struct gpiod_line_info *info = gpiod_chip_get_line_info(chip, offset);
    int status = info ? 0 : failed();
    if (info) {
        copy(name, gpiod_line_info_get_name(info), size);
        copy(consumer, gpiod_line_info_get_consumer(info), size);
        *is_used = gpiod_line_info_is_used(info);
        *is_output = gpiod_line_info_get_direction(info) == GPIOD_LINE_DIRECTION_OUTPUT;
        gpiod_line_info_free(info);
    }
    gpiod_chip_close(chip);
    return status;
}

static int request(
    const char *path, const char *consumer, const unsigned *offsets, const int *levels, size_t count,
    struct gpiod_line_settings *settings, struct gpiod_line_request **made) {
    if (count == 0 || count > CGPIO_MAX_LINES) return -EINVAL;
    struct gpiod_chip *chip = gpiod_chip_open(path);
    if (!chip) return failed();
    struct gpiod_request_config *head = gpiod_request_config_new();
    struct gpiod_line_config *lines = gpiod_line_config_new();
    int status = head && lines ? 0 : -ENOMEM;
    if (status == 0) {
        gpiod_request_config_set_consumer(head, consumer);
        for (size_t i = 0; i < count && status == 0; i++) {
            if (levels)
                gpiod_line_settings_set_output_value(
                    settings, levels[i] ? GPIOD_LINE_VALUE_ACTIVE : GPIOD_LINE_VALUE_INACTIVE);
            if (gpiod_line_config_add_line_settings(lines, &offsets[i], 1, settings) != 0) status = failed();
        }
    }
    if (status == 0) {
        *made = gpiod_chip_request_lines(chip, head, lines);
        if (!*made) status = failed();
    }
    if (lines) gpiod_line_config_free(lines);
    if (head) gpiod_request_config_free(head);
    gpiod_chip_close(chip);
    return status;
}

static int read_levels(struct gpiod_line_request *lines, int *levels, size_t count) {
    enum gpiod_line_value values[CGPIO_MAX_LINES];
    if (gpiod_line_request_get_values(lines, values) != 0) return failed();
    for (size_t i = 0; i < count; i++) levels[i] = values[i] == GPIOD_LINE_VALUE_ACTIVE;
    return 0;
}

int cgpio_peek(const char *path, const char *consumer, const unsigned *offsets, int *levels, size_t count) {
    struct gpiod_line_settings *settings = gpiod_line_settings_new();
    if (!settings) return -ENOMEM;
    gpiod_line_settings_set_direction(settings, GPIOD_LINE_DIRECTION_AS_IS);
    struct gpiod_line_request *made = NULL;
    int status = request(path, consumer, offsets, NULL, count, settings, &made);
    gpiod_line_settings_free(settings);
    if (status != 0) return status;
    status = read_levels(made, levels, count);
    gpiod_line_request_release(made);
    return status;
}

int cgpio_take(
    const char *path, const char *consumer, const unsigned *offsets, const int *levels, size_t count,
    cgpio_drive drive, cgpio_bias bias, cgpio_request **result) {
    struct gpiod_line_settings *settings = gpiod_line_settings_new();
    struct cgpio_request *made = calloc(1, sizeof *made);
    int status = settings && made ? 0 : -ENOMEM;
    if (status == 0) {
        gpiod_line_settings_set_direction(settings, GPIOD_LINE_DIRECTION_OUTPUT);
        if (drive == CGPIO_OPEN_DRAIN) gpiod_line_settings_set_drive(settings, GPIOD_LINE_DRIVE_OPEN_DRAIN);
        if (drive == CGPIO_OPEN_SOURCE) gpiod_line_settings_set_drive(settings, GPIOD_LINE_DRIVE_OPEN_SOURCE);
        if (bias == CGPIO_BIAS_DISABLED) gpiod_line_settings_set_bias(settings, GPIOD_LINE_BIAS_DISABLED);
        if (bias == CGPIO_BIAS_PULL_UP) gpiod_line_settings_set_bias(settings, GPIOD_LINE_BIAS_PULL_UP);
        if (bias == CGPIO_BIAS_PULL_DOWN) gpiod_line_settings_set_bias(settings, GPIOD_LINE_BIAS_PULL_DOWN);
        made->count = count;
        status = request(path, consumer, offsets, levels, count, settings, &made->lines);
    }
    if (settings) gpiod_line_settings_free(settings);
    if (status != 0) {
        free(made);
        return status;
    }
    *result = made;
    return 0;
}

int cgpio_set(cgpio_request *request, const int *levels) {
    enum gpiod_line_value values[CGPIO_MAX_LINES];
    for (size_t i = 0; i < request->count; i++)
        values[i] = levels[i] ? GPIOD_LINE_VALUE_ACTIVE : GPIOD_LINE_VALUE_INACTIVE;
    return gpiod_line_request_set_values(request->lines, values) == 0 ? 0 : failed();
}

int cgpio_get(cgpio_request *request, int *levels) {
    return read_levels(request->lines, levels, request->count);
}

void cgpio_release(cgpio_request *request) {
    gpiod_line_request_release(request->lines);
    free(request);
}

#endif
