#ifndef CSIMULATION_H
#define CSIMULATION_H

// Takes the jobs of Swift's tasks that one thread sends to the global executor: plain tasks, detached ones, actors
// without a task executor. Threads that ask for nothing keep the global executor.

/// `isDelayed` is not 0 for a job that asked to run later by the host's clock.
typedef void (*simulation_receiver)(const void *context, void *job, int isDelayed);

/// From now on the jobs that this thread sends go to `receiver`; NULL ends it.
void simulation_receive(const void *context, simulation_receiver receiver);

/// What was given to `simulation_receive` on this thread.
const void *simulation_context(void);

#endif
