#pragma once
#include "CKernels.h"
#include <stdatomic.h>

// Loops whose work the threads of a team share: what sk_matmul uses.

/// The first of the outputs of a thread's share; shares are multiples of 8.
#define SK_SHARE(count, thread, threads)                                                           \
  ((thread) >= (threads) ? (count) : (count) * (thread) / (threads) / 8 * 8)

/// How many other threads' shares a thread looks into when its own is done.
#define SK_NEIGHBOURS 3

/// [threads]: the next chunk of each thread's share. A cache line each: mostly its owner's.
typedef struct {
  _Alignas(64) _Atomic uint32_t next;
} sk_counter;
typedef struct {
  sk_counter *counters;
} sk_loop;

/// 1 for NULL.
size_t sk_team_threads(const sk_team *team);
/// The loop that this thread comes to now; the same one for all threads that come to it.
sk_loop sk_team_loop(sk_team *team, int thread);
/// The number of a chunk of the owner's share that nobody has taken; counts on when there are none.
static inline size_t sk_team_take(sk_loop loop, size_t owner) {
  return atomic_fetch_add_explicit(&loop.counters[owner].next, 1, memory_order_relaxed);
}
