/* scan.h: one needle in a stretch of a haystack, element by element: a plain form that says what is meant and a SIMD
 * form that must equal it.
 */
#ifndef PF_SCAN_H
#define PF_SCAN_H

#include "photofinish.h"

bool pf_scan_int64_plain(const int64_t *values, size_t n, int64_t needle);
bool pf_scan_int64_simd(const int64_t *values, size_t n, int64_t needle);
bool pf_scan_double_plain(const double *values, size_t n, double needle);
bool pf_scan_double_simd(const double *values, size_t n, double needle);
bool pf_scan_slices(const pf_slice *values, size_t n, const pf_slice *needle);

#endif
