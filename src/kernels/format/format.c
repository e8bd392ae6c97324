/* format.c: one number as Python writes it: digits, and where point and exponent go. */
#include "kernels/format/format.h"

#include <string.h>

/* ------------------------------------------------------------------------------------------------ digits */

/* The eight digits of a value below 10^8, a byte each, the first one lowest. All of them at once: the value becomes two numbers
 * of four digits side by side, these become four of two, and these eight. For so few digits 10486 / 2^20 is a hundredth and
 * 103 / 2^10 a tenth. No table, and no division but the first, in 32 bits: one of 64 bits is slow in WebAssembly. */
static inline uint64_t digits_of(uint32_t value)
{
    uint64_t fours = value / 10000 | (uint64_t)(value % 10000) << 32;
    uint64_t hundreds = fours * 10486 >> 20 & 0x0000007f0000007f;
    uint64_t twos = hundreds | (fours - 100 * hundreds) << 16;
    uint64_t tens = twos * 103 >> 10 & 0x000f000f000f000f;
    return tens | (twos - 10 * tens) << 8;
}

static const uint64_t zeros = 0x3030303030303030; /* eight times '0' */

/* Exactly eight digits. The lowest byte comes first in memory: little-endian, which all of our machines are. */
static inline void write_eight(char *to, uint32_t value)
{
    uint64_t text = digits_of(value) + zeros;
    memcpy(to, &text, 8);
}

/* All but the leading zeros, below 10^8; 0 is one digit. Eight bytes are written, whatever the number of digits: how many there
 * are would be guessed wrong again and again, were it a branch. */
static inline char *write_small(char *to, uint32_t value)
{
    uint64_t digits = digits_of(value);
    int leading = __builtin_ctzll(digits | (uint64_t)1 << 56) / 8;
    uint64_t text = (digits + zeros) >> 8 * leading;
    memcpy(to, &text, 8);
    return to + 8 - leading;
}

static char *write_natural(char *to, uint64_t value)
{
    const uint32_t unit = 100000000;
    if (value < unit) {
        return write_small(to, (uint32_t)value);
    }
    if (value <= UINT32_MAX) {
        to = write_small(to, (uint32_t)value / unit);
        write_eight(to, (uint32_t)value % unit);
        return to + 8;
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
    uint64_t negative = (uint64_t)value >> 63; /* 1 or 0 */
    *to = '-';
    return write_natural(to + negative, ((uint64_t)value ^ (0 - negative)) + negative);
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
    if (magnitude >= 100) {
        *to++ = (char)('0' + magnitude / 100);
    }
    *to++ = (char)('0' + magnitude / 10 % 10);
    *to++ = (char)('0' + magnitude % 10);
    return to;
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
