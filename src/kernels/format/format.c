/* format.c: one number as Python writes it: digits, and where point and exponent go. */
#include "kernels/format/format.h"

#include <string.h>

/* ------------------------------------------------------------------------------------------------ digits */

static const char two_digits[] = "00010203040506070809"
                                 "10111213141516171819"
                                 "20212223242526272829"
                                 "30313233343536373839"
                                 "40414243444546474849"
                                 "50515253545556575859"
                                 "60616263646566676869"
                                 "70717273747576777879"
                                 "80818283848586878889"
                                 "90919293949596979899";

static inline void write_two(char *to, uint32_t value)
{
    memcpy(to, two_digits + 2 * value, 2);
}

/* Exactly eight digits. In 32 bits: a 64-bit division is a slow instruction in WebAssembly. */
static void write_eight(char *to, uint32_t value)
{
    uint32_t high = value / 10000;
    uint32_t low = value % 10000;
    write_two(to, high / 100);
    write_two(to + 2, high % 100);
    write_two(to + 4, low / 100);
    write_two(to + 6, low % 100);
}

/* Of a value below 10^8. */
static int count_digits(uint32_t value)
{
    int count = 1;
    for (uint32_t limit = 10; value >= limit; limit *= 10) {
        count++;
    }
    return count;
}

/* All but the leading zeros, below 10^8; 0 is one digit. */
static char *write_small(char *to, uint32_t value)
{
    char eight[8];
    int count = count_digits(value);
    write_eight(eight, value);
    memcpy(to, eight + 8 - count, (size_t)count);
    return to + count;
}

static char *write_natural(char *to, uint64_t value)
{
    const uint32_t unit = 100000000;
    if (value < unit) {
        return write_small(to, (uint32_t)value);
    }
    uint64_t high = value / unit;
    if (high < unit) {
        to = write_small(to, (uint32_t)high);
    } else {
        to = write_small(to, (uint32_t)(high / unit));
        write_eight(to, (uint32_t)(high % unit));
        to += 8;
    }
    write_eight(to, (uint32_t)(value % unit));
    return to + 8;
}

char *pf_write_int64(char *to, int64_t value)
{
    uint64_t magnitude = (uint64_t)value;
    if (value < 0) {
        *to++ = '-';
        magnitude = 0 - magnitude;
    }
    return write_natural(to, magnitude);
}

/* ------------------------------------------------------------------------------------------------ doubles */

static char *write_text(char *to, const char *text)
{
    size_t length = strlen(text);
    memcpy(to, text, length);
    return to + length;
}

static char *write_zeros(char *to, int count)
{
    memset(to, '0', (size_t)count);
    return to + count;
}

/* d.ddde-xx: at least two digits of exponent, a point only where digits follow. */
static char *write_scientific(char *to, const char *digits, int count, int exponent)
{
    *to++ = digits[0];
    if (count > 1) {
        *to++ = '.';
        memcpy(to, digits + 1, (size_t)count - 1);
        to += count - 1;
    }
    *to++ = 'e';
    *to++ = exponent < 0 ? '-' : '+';
    uint32_t magnitude = (uint32_t)(exponent < 0 ? -exponent : exponent);
    if (magnitude < 10) {
        *to++ = '0';
    }
    return write_small(to, magnitude);
}

/* `point`: how many digits stand before the point; below 1: how many zeros after it come first. */
static char *write_plain(char *to, const char *digits, int count, int point)
{
    if (point <= 0) {
        to = write_zeros(write_text(to, "0."), -point);
        memcpy(to, digits, (size_t)count);
        return to + count;
    }
    if (point >= count) {
        memcpy(to, digits, (size_t)count);
        return write_text(write_zeros(to + count, point - count), ".0");
    }
    memcpy(to, digits, (size_t)point);
    to[point] = '.';
    memcpy(to + point + 1, digits + point, (size_t)(count - point));
    return to + count + 1;
}

char *pf_write_double(char *to, double value)
{
    if (value != value) {
        return write_text(to, "nan");
    }
    if (__builtin_signbit(value)) {
        *to++ = '-';
        value = -value;
    }
    if (value > 0x1.fffffffffffffp1023) {
        return write_text(to, "inf");
    }
    if (value == 0.0) {
        return write_text(to, "0.0");
    }
    pf_decimal shortest = pf_shortest(value);
    char digits[20];
    int count = (int)(write_natural(digits, shortest.digits) - digits);
    int point = count + shortest.exponent;
    while (count > 1 && digits[count - 1] == '0') {
        count--;
    }
    return point > 16 || point < -3 ? write_scientific(to, digits, count, point - 1) : write_plain(to, digits, count, point);
}
