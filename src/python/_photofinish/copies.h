/* copies.h: the account of what it cost to bring data to kernels and back: converting, copying into and out of shared memory.
 *
 * Totals since the process started; they only grow. Guarded by the GIL. Data that a kernel reads in place costs nothing and
 * does not read the clock.
 */
#ifndef PF_PYTHON_COPIES_H
#define PF_PYTHON_COPIES_H

#include <stdint.h>

/* Seconds, for pfpy_copied. */
double pfpy_copy_start(void);
/* Adds the time since `start` and so many bytes. */
void pfpy_copied(double start, uint64_t bytes);

double pfpy_copy_seconds(void);
uint64_t pfpy_copied_bytes(void);

#endif
