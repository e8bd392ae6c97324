/* group_steps.h: what the steps of grouping (groups.c) hand on to each other. */
#ifndef PF_GROUP_STEPS_H
#define PF_GROUP_STEPS_H

#include "photofinish.h"

#define PF_GROUP_CHUNK 16384 /* keys: 20 to 300 us */
#define PF_GROUP_ROOM 128    /* keys: of a table at first */
#define PF_GROUP_PARTITION_BITS 6
#define PF_GROUP_PARTITIONS (1 << PF_GROUP_PARTITION_BITS)

/* An entry's place is its chunk's first key's index plus its number within the chunk. */
typedef struct pf_entry {
    uint64_t tag;
    uint32_t first; /* index of the group's first key in this chunk */
    uint32_t count; /* keys of the group in this chunk */
} pf_entry;

/* An entry among those of its partition. */
typedef struct pf_arranged {
    uint64_t tag;
    uint32_t first;
    uint32_t place;
} pf_arranged;

typedef struct pf_grouping {
    /* immutable */
    const pf_buffer *keys;
    size_t chunks;

    /* step 1: each chunk its own stretch; step 4: ids again */
    pf_entry *entries;
    uint32_t *ids;         /* of a key: its entry within the chunk, then its group; NULL: not wanted */
    uint32_t *entry_count; /* one a chunk */
    pf_arranged *arranged; /* entries of a chunk by partition */
    uint32_t *starts;      /* PF_GROUP_PARTITIONS + 1 a chunk: where each partition begins, in `arranged` */

    /* step 2: each partition its own entries: the place of the group's first entry; step 3: the group */
    uint32_t *group;
} pf_grouping;

/* Step 1, for pf_parallel_for over the keys; context: a pf_grouping. */
pf_status pf_group_chunk(void *context, size_t chunk, size_t begin, size_t end);

#endif
