/* status.c: the sentence for each status. */
#include "photofinish.h"

const char *pf_status_message(pf_status status)
{
    switch (status) {
    case PF_OK:
        return "No error.";
    case PF_OUT_OF_MEMORY:
        return "Not enough memory.";
    case PF_OVERFLOW:
        return "The exact result does not fit its type.";
    case PF_EMPTY:
        return "There is no result for no elements.";
    case PF_CANCELLED:
        return "The call was cancelled.";
    case PF_BAD_ARGUMENT:
        return "An argument is outside its range.";
    case PF_NO_THREADS:
        return "Threads cannot be started here.";
    }
    return "Unknown status.";
}
