/* widen.c: numbers of any size as numbers of 64 bits (widen.h). */
#include "widen.h"

#include <string.h>

#define WIDEN(TYPE)                                                                                                            \
    for (size_t i = 0; i < n; i++) {                                                                                           \
        TYPE value;                                                                                                            \
        memcpy(&value, from + i * sizeof value, sizeof value);                                                                 \
        to[i] = (int64_t)value;                                                                                                \
    }                                                                                                                          \
    return n

size_t pfpy_widen_integers(int64_t *to, const char *from, size_t n, bool with_sign, size_t size)
{
    switch (with_sign ? (int)size : -(int)size) {
    case 1:
        WIDEN(int8_t);
    case 2:
        WIDEN(int16_t);
    case 4:
        WIDEN(int32_t);
    case 8:
        WIDEN(int64_t);
    case -1:
        WIDEN(uint8_t);
    case -2:
        WIDEN(uint16_t);
    case -4:
        WIDEN(uint32_t);
    default:
        for (size_t i = 0; i < n; i++) {
            uint64_t value;
            memcpy(&value, from + i * sizeof value, sizeof value);
            if (value > INT64_MAX) {
                return i;
            }
            to[i] = (int64_t)value;
        }
        return n;
    }
}

void pfpy_widen_reals(double *to, const char *from, size_t n, size_t size)
{
    for (size_t i = 0; i < n; i++) {
        if (size == sizeof(float)) {
            float value;
            memcpy(&value, from + i * sizeof value, sizeof value);
            to[i] = value;
        } else {
            memcpy(&to[i], from + i * sizeof(double), sizeof(double));
        }
    }
}

void pfpy_integers_to_reals(void *room, size_t n)
{
    int64_t *integers = room;
    double *reals = room;
    for (size_t i = 0; i < n; i++) {
        int64_t value;
        memcpy(&value, &integers[i], sizeof value);
        double real = (double)value;
        memcpy(&reals[i], &real, sizeof real);
    }
}
