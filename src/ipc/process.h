/* process.h: what the files about processes share. Private to src/ipc. */
#ifndef PF_IPC_PROCESS_H
#define PF_IPC_PROCESS_H

#include "ipc/layout.h"

/* Starting or running. */
bool ipc_is_alive(const ipc_process *process);
ipc_process *ipc_alive(ipc_region *region, uint32_t pid);

/* Shuts the gate, if the slot is still that of this pid. Returns what the gate was. */
uint32_t ipc_doom(ipc_process *process, uint32_t pid);

/* Whether ipc_waitpid would return anything but 0. Inside a transaction. */
bool ipc_has_child_news(const ipc_region *region, const ipc_process *self, uint32_t pid);

#endif
