/* shortest.c: the shortest decimal number that reads back as a given double, and of several the one closest to it.
 *
 * Raffaello Giulietti, "The Schubfach way to render doubles", 2020, in the form that Alexander Bolz gave it (Drachennest).
 * A double c * 2^q stands for all reals between the midpoints to its neighbours. Scaled by a power of ten that makes this
 * interval between 2 and 20 wide, the interval holds one or two multiples of ten, or else some whole numbers, of which the
 * closest is taken. The scaled bounds are rounded so that the last bit says "there was more", which is all that comparisons
 * need.
 *
 * The powers of ten g(k), 10^k as 128 bits with the highest one set, would be 617 entries. Here every 27th is kept and
 * multiplied by a power of five that fits 64 bits. Rounded up, that is at most 2.8 units of the last of 128 bits too large;
 * the proof allows one unit of 126 bits, which is 4.
 */
#include "kernels/format/format.h"

#define LOWEST (-292)
#define STEP 27

typedef struct wide {
    uint64_t high;
    uint64_t low;
} wide;

static const wide powers_of_ten[] = {
    {0xff77b1fcbebcdc4f, 0x25e8e89c13bb0f7b}, /* -292 */
    {0xce5d73ff402d98e3, 0xfb0a3d212dc81290}, /* -265 */
    {0xa6b34ad8c9dfc06f, 0xf42faa48c0ea481f}, /* -238 */
    {0x86a8d39ef77164bc, 0xae5dff9c02033198}, /* -211 */
    {0xd98ddaee19068c76, 0x3badd624dd9b0958}, /* -184 */
    {0xafbd2350644eeacf, 0xe5d1929ef90898fb}, /* -157 */
    {0x8df5efabc5979c8f, 0xca8d3ffa1ef463c2}, /* -130 */
    {0xe55990879ddcaabd, 0xcc420a6a101d0516}, /* -103 */
    {0xb94470938fa89bce, 0xf808e40e8d5b3e6a}, /* -76 */
    {0x95a8637627989aad, 0xdde7001379a44aa9}, /* -49 */
    {0xf1c90080baf72cb1, 0x5324c68b12dd6339}, /* -22 */
    {0xc350000000000000, 0x0000000000000000}, /* 5 */
    {0x9dc5ada82b70b59d, 0xf020000000000000}, /* 32 */
    {0xfee50b7025c36a08, 0x02f236d04753d5b5}, /* 59 */
    {0xcde6fd5e09abcf26, 0xed4c0226b55e6f87}, /* 86 */
    {0xa6539930bf6bff45, 0x84db8346b786151d}, /* 113 */
    {0x865b86925b9bc5c2, 0x0b8a2392ba45a9b3}, /* 140 */
    {0xd910f7ff28069da4, 0x1b2ba1518094da05}, /* 167 */
    {0xaf58416654a6babb, 0x387ac8d1970027b3}, /* 194 */
    {0x8da471a9de737e24, 0x5ceaecfed289e5d3}, /* 221 */
    {0xe4d5e82392a40515, 0x0fabaf3feaa5334b}, /* 248 */
    {0xb8da1662e7b00a17, 0x3d6a751f3b936244}, /* 275 */
    {0x95527a5202df0ccb, 0x0f37801e0c43ebc9}, /* 302 */
};

static const uint64_t powers_of_five[STEP] = {
    1,
    5,
    25,
    125,
    625,
    3125,
    15625,
    78125,
    390625,
    1953125,
    9765625,
    48828125,
    244140625,
    1220703125,
    6103515625,
    30517578125,
    152587890625,
    762939453125,
    3814697265625,
    19073486328125,
    95367431640625,
    476837158203125,
    2384185791015625,
    11920928955078125,
    59604644775390625,
    298023223876953125,
    1490116119384765625,
};

/* By halves of 32 bits: 128-bit products would need a library function that the page's side module does not have. */
static inline wide product(uint64_t a, uint64_t b)
{
    uint64_t a_low = a & UINT32_MAX, a_high = a >> 32;
    uint64_t b_low = b & UINT32_MAX, b_high = b >> 32;
    uint64_t low = a_low * b_low;
    uint64_t middle = a_high * b_low + (low >> 32);
    uint64_t other = a_low * b_high + (middle & UINT32_MAX);
    return (wide){a_high * b_high + (middle >> 32) + (other >> 32), other << 32 | (low & UINT32_MAX)};
}

/* 10^power, scaled to 128 bits; -292 <= power <= 324. */
static wide power_of_ten(int power)
{
    unsigned from_lowest = (unsigned)(power - LOWEST);
    wide base = powers_of_ten[from_lowest / STEP];
    uint64_t five = powers_of_five[from_lowest % STEP];
    if (five == 1) {
        return base;
    }
    wide low = product(base.low, five);
    wide high = product(base.high, five);
    high.low += low.high;
    high.high += high.low < low.high;
    int shift = 64 - __builtin_clzll(high.high); /* base.high has its highest bit set, so that high.high is not 0 */
    wide power_here = {high.high << (64 - shift) | high.low >> shift, high.low << (64 - shift) | low.low >> shift};
    power_here.low++;
    power_here.high += power_here.low == 0;
    return power_here;
}

/* The whole part of power * c / 2^128, its lowest bit also set where there was more. */
static inline uint64_t round_to_odd(wide power, uint64_t c)
{
    uint64_t low = product(power.low, c).high;
    wide high = product(power.high, c);
    high.low += low;
    high.high += high.low < low;
    return high.high | (high.low > 1);
}

/* Rounding down. Right shifts of negative numbers keep the sign with GCC and Clang. */
static inline int floor_log2_of_power_of_ten(int power)
{
    return power * 1741647 >> 19;
}

pf_decimal pf_shortest(double value)
{
    uint64_t bits;
    __builtin_memcpy(&bits, &value, sizeof bits);
    uint64_t fraction = bits & (((uint64_t)1 << 52) - 1);
    int exponent = (int)(bits >> 52 & 0x7ff);
    uint64_t c = exponent > 0 ? fraction | (uint64_t)1 << 52 : fraction;
    int q = (exponent > 0 ? exponent : 1) - 1075;
    if (q <= 0 && q > -53 && (c & (((uint64_t)1 << -q) - 1)) == 0) {
        return (pf_decimal){c >> -q, 0}; /* a whole number below 2^53 */
    }

    /* Four times c, so that the midpoints are whole numbers. Below a power of two the neighbour is only half as far. */
    bool closer_below = fraction == 0 && exponent > 1;
    uint64_t lower_bound = 4 * c - 2 + closer_below;
    uint64_t upper_bound = 4 * c + 2;
    int k = (q * 1262611 - (closer_below ? 524031 : 0)) >> 22; /* floor(log10 of the interval's width) */
    int shift = q + floor_log2_of_power_of_ten(-k) + 1;
    wide power = power_of_ten(-k);
    uint64_t lower = round_to_odd(power, lower_bound << shift);
    uint64_t scaled = round_to_odd(power, 4 * c << shift);
    uint64_t upper = round_to_odd(power, upper_bound << shift);
    /* A midpoint itself reads back as the neighbour with the even last bit. */
    lower += c & 1;
    upper -= c & 1;

    uint64_t s = scaled / 4;
    if (s >= 10) {
        uint64_t tens = s / 10;
        bool below_inside = lower <= 40 * tens;
        bool above_inside = 40 * tens + 40 <= upper;
        if (below_inside != above_inside) {
            return (pf_decimal){tens + above_inside, k + 1};
        }
    }
    bool below_inside = lower <= 4 * s;
    bool above_inside = 4 * s + 4 <= upper;
    if (below_inside != above_inside) {
        return (pf_decimal){s + above_inside, k};
    }
    uint64_t middle = 4 * s + 2;
    bool up = scaled > middle || (scaled == middle && (s & 1) != 0);
    return (pf_decimal){s + up, k};
}
