/* groups.h: which keys are equal: every key gets the number of its group, groups numbered in order of first appearance. */
#ifndef PF_GROUPS_H
#define PF_GROUPS_H

#include "photofinish.h"

typedef struct pf_groups {
    size_t found;
    uint32_t *firsts; /* found: index of the first key of each group */
    uint32_t *counts; /* found: keys of each group */
    uint32_t *ids;    /* n: the group of each key; NULL unless wanted */
} pf_groups;

/* Frees with pf_groups_free, also after a failure. PF_BAD_ARGUMENT for 2^32 - 1 keys or more. */
pf_status pf_groups_make(const pf_call *call, const pf_buffer *keys, bool with_ids, pf_groups *groups);
void pf_groups_free(pf_groups *groups);

#endif
