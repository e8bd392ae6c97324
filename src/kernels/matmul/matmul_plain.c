/* matmul_plain.c: the matrix product as it is defined: what each element of the result is, to the last bit. */
#include "kernels/matmul/matmul.h"

void pf_matmul_plain(const double *left, const double *right, size_t rows, size_t inner, size_t columns, double *product)
{
    for (size_t r = 0; r < rows; r++) {
        for (size_t c = 0; c < columns; c++) {
            double sum = 0.0;
            for (size_t i = 0; i < inner; i++) {
                sum += left[r * inner + i] * right[i * columns + c];
            }
            product[r * columns + c] = sum;
        }
    }
}
