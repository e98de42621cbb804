#include "CSimulation.h"
#include <stddef.h>

// The hooks of Swift's concurrency runtime: swift/Runtime/Concurrency.h.
#define SWIFTCALL __attribute__((swiftcall))

typedef SWIFTCALL void (*enqueue_now)(void *job);
typedef SWIFTCALL void (*enqueue_after)(unsigned long long delay, void *job);
typedef SWIFTCALL void (*enqueue_at)(long long sec, long long nsec, long long tsec, long long tnsec, int clock, void *job);

extern SWIFTCALL void (*swift_task_enqueueGlobal_hook)(void *job, enqueue_now original);
extern SWIFTCALL void (*swift_task_enqueueGlobalWithDelay_hook)(
    unsigned long long delay, void *job, enqueue_after original);
extern SWIFTCALL void (*swift_task_enqueueGlobalWithDeadline_hook)(
    long long sec, long long nsec, long long tsec, long long tnsec, int clock, void *job, enqueue_at original);

static _Thread_local const void *present_context;
static _Thread_local simulation_receiver present;

static SWIFTCALL void now(void *job, enqueue_now original) {
    if (present) present(present_context, job, 0);
    else original(job);
}

static SWIFTCALL void after(unsigned long long delay, void *job, enqueue_after original) {
    if (present) present(present_context, job, 1);
    else original(delay, job);
}

static SWIFTCALL void at(
    long long sec, long long nsec, long long tsec, long long tnsec, int clock, void *job, enqueue_at original) {
    if (present) present(present_context, job, 1);
    else original(sec, nsec, tsec, tnsec, clock, job);
}

void simulation_receive(const void *context, simulation_receiver receiver) {
    present_context = context;
    present = receiver;
    swift_task_enqueueGlobal_hook = now;
    swift_task_enqueueGlobalWithDelay_hook = after;
    swift_task_enqueueGlobalWithDeadline_hook = at;
}

const void *simulation_context(void) {
    return present ? present_context : NULL;
}
