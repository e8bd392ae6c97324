/* list.h: every kernel, sorted by name: KERNEL(name, "what it does, one line"). A kernel's place in the list is its number.
 *
 * Included several times with another meaning of KERNEL each time. A new kernel adds its line here, and a function
 * pf_run_NAME that maps a pf_job to the typed function; its README says what it reads and where it leaves the result.
 */
KERNEL(concat, "Joins byte strings with a separator between them.")
KERNEL(count_primes, "Counts the primes of a range by trial division.")
KERNEL(max_double, "Largest of doubles, NaN as in Python's max.")
KERNEL(max_int64, "Largest of 64-bit integers.")
KERNEL(min_double, "Smallest of doubles, NaN as in Python's min.")
KERNEL(min_int64, "Smallest of 64-bit integers.")
KERNEL(sum_double, "Adds doubles in eight interleaved partial sums.")
KERNEL(sum_int64, "Adds 64-bit integers exactly.")
