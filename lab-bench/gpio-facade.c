/*
 * The suite of the GPIO facade (Sources/CGPIO), the same for both versions of libgpiod: every function, and every refusal
 * that labd tells apart. What the lines did is for the device's side to say.
 *
 *   gpio-facade API CHIP
 */
#include "CGPIO.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int failures;

static void expect(int is_so, const char *what, int status) {
    if (is_so) return;
    printf("not so: %s (%d, %s)\n", what, status, strerror(abs(status)));
    failures++;
}

int main(int count, char **words) {
    if (count != 3) return 64;
    const char *chip = words[2];
    char name[64], label[64], line[64], consumer[64];
    unsigned lines = 0;
    int levels[4] = {0}, used = -1, output = -1, status;

    expect(cgpio_api() == atoi(words[1]), "it is the version that was built", cgpio_api());
    expect(cgpio_version()[0] != 0, "the library tells its version", 0);

    status = cgpio_chip_info(chip, name, label, sizeof name, &lines);
    expect(status == 0 && lines == 4, "the chip has four lines", status);
    expect(strncmp(name, "gpiochip", 8) == 0 && strcmp(label, "mcp2221_gpio") == 0, "name and label", 0);
    status = cgpio_chip_info("/dev/gpiochip99", name, label, sizeof name, &lines);
    expect(status == -ENOENT, "a chip that is not there", status);
    status = cgpio_chip_info("/dev/null", name, label, sizeof name, &lines);
    expect(status == -ENOTTY || status == -ENODEV, "a node that is no chip", status);

    const unsigned offsets[] = {1, 3};
    status = cgpio_peek(chip, "suite", offsets, levels, 2);
    expect(status == 0, "free lines can be looked at", status);
    status = cgpio_line_info(chip, 1, line, consumer, sizeof line, &used, &output);
    expect(status == 0 && !used, "whoever looked let go again", status);
    status = cgpio_line_info(chip, 77, line, consumer, sizeof line, &used, &output);
    expect(status < 0, "a line that is not there", status);

    cgpio_request *request = NULL, *other = NULL;
    const int first[] = {1, 0}, second[] = {0, 1};
    status = cgpio_take(chip, "suite", offsets, first, 2, CGPIO_PUSH_PULL, CGPIO_BIAS_AS_IS, &request);
    expect(status == 0 && request, "two lines are taken together", status);
    status = cgpio_line_info(chip, 3, line, consumer, sizeof line, &used, &output);
    expect(status == 0 && used && strcmp(consumer, "suite") == 0, "their holder is known", status);
    status = cgpio_take(chip, "other", offsets + 1, first, 1, CGPIO_PUSH_PULL, CGPIO_BIAS_AS_IS, &other);
    expect(status == -EBUSY && !other, "a held line is not taken again", status);
    status = cgpio_peek(chip, "other", offsets, levels, 1);
    expect(status == -EBUSY, "nor looked at", status);
    status = cgpio_take(chip, "other", offsets, first, 0, CGPIO_PUSH_PULL, CGPIO_BIAS_AS_IS, &other);
    expect(status == -EINVAL, "no lines are no request", status);
    if (request) {
        status = cgpio_set(request, second);
        expect(status == 0, "both are set", status);
        status = cgpio_get(request, levels);
        expect(status == 0, "both are read", status);
        cgpio_release(request);
    }
    status = cgpio_line_info(chip, 3, line, consumer, sizeof line, &used, &output);
    expect(status == 0 && !used, "they are let go", status);
    printf("libgpiod %s, %d failures\n", cgpio_version(), failures);
    return failures != 0;
}
