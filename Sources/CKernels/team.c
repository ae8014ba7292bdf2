#define _GNU_SOURCE
#include "team.h"
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#if defined(__linux__)
#include <linux/futex.h>
#include <sys/syscall.h>
#endif

// How many turns a thread spins before it sleeps. Sleeping costs far more than the system call: on
// a virtual machine an idle processor is given back to the host, and waking it takes a good part of
// a millisecond. So a thread spins for about that long, unless the thread that it waits for may
// need this very processor: where another member of the team was last seen on it (another process
// took a processor, or there are more threads than processors) every turn would only delay that
// member. Other ways, with figures: Experiments/engine-speed/NOTES.md.
enum { ALONE = 40000, SHARING = 40 };

struct sk_team {
  int threads;  // running
  int wanted;   // what `processors` has room for; never changes
  pthread_t *handles;
  void (*body)(void *context, int thread);
  void *context;
  bool stopping;
  _Atomic uint16_t *processors;  // [threads]: where each was last seen
  sk_counter *counters;          // [LOOPS][threads]
  sk_counter *loops;             // [threads]: loops that each has come to
  // Each on its own cache line: one is hammered by spinners while another is written.
  _Alignas(64) _Atomic uint32_t generation;  // bodies started; workers wait for it to move
  _Alignas(64) _Atomic uint32_t arrived;     // threads at the current barrier
  _Alignas(64) _Atomic uint32_t phase;       // barriers passed; waited for at a barrier
  _Alignas(64) _Atomic uint32_t sleepers;    // threads asleep on either
};

// Counters are used again every LOOPS loops. A thread makes its own ready LOOPS / 2 loops ahead: no
// thread is so far behind that it still takes from them, none so far ahead that it does already,
// and a barrier lies between (at most 8 loops have none).
enum { LOOPS = 32 };

size_t sk_team_threads(const sk_team *team) { return team ? (size_t)team->threads : 1; }

sk_loop sk_team_loop(sk_team *team, int thread) {
  const uint32_t loop =
    atomic_fetch_add_explicit(&team->loops[thread].next, 1, memory_order_relaxed);
  sk_counter *later = team->counters + (loop + LOOPS / 2) % LOOPS * (size_t)team->threads;
  atomic_store_explicit(&later[thread].next, 0, memory_order_relaxed);
  return (sk_loop){team->counters + loop % LOOPS * (size_t)team->threads};
}

static inline void relax(void) {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("yield");
#endif
}

// Notes this thread's processor; how long it may spin there.
static int spin_limit(sk_team *team, int thread) {
#if defined(__linux__)
  const uint16_t here = (uint16_t)sched_getcpu();
  if (atomic_load_explicit(&team->processors[thread], memory_order_relaxed) != here)
    atomic_store_explicit(&team->processors[thread], here, memory_order_relaxed);
  for (int other = 0; other < team->wanted; other++)
    if (other != thread
        && atomic_load_explicit(&team->processors[other], memory_order_relaxed) == here)
      return SHARING;
#endif
  return ALONE;
}

// Returns when *word is no longer `seen`.
static void wait_while(sk_team *team, int thread, _Atomic uint32_t *word, uint32_t seen) {
  const int limit = spin_limit(team, thread);
  for (int i = 0; i < limit; i++) {
    if (atomic_load_explicit(word, memory_order_acquire) != seen) return;
    relax();
  }
#if defined(__linux__)
  // The counter is raised before the word is looked at again, and a waker changes the word before
  // it looks at the counter (all sequentially consistent): no wake-up is lost.
  atomic_fetch_add(&team->sleepers, 1);
  while (atomic_load(word) == seen)
    syscall(SYS_futex, word, FUTEX_WAIT_PRIVATE, seen, NULL, NULL, 0);
  atomic_fetch_sub(&team->sleepers, 1);
#else
  while (atomic_load(word) == seen) sched_yield();
#endif
}

static void advance(sk_team *team, _Atomic uint32_t *word) {
  atomic_fetch_add(word, 1);
#if defined(__linux__)
  if (atomic_load(&team->sleepers) > 0)
    syscall(SYS_futex, word, FUTEX_WAKE_PRIVATE, INT32_MAX, NULL, NULL, 0);
#endif
}

void sk_team_barrier(sk_team *team, int thread) {
  if (team->threads == 1) return;
  const uint32_t phase = atomic_load(&team->phase);
  if (atomic_fetch_add(&team->arrived, 1) + 1 == (uint32_t)team->threads) {
    atomic_store(&team->arrived, 0);
    advance(team, &team->phase);
  } else {
    wait_while(team, thread, &team->phase, phase);
  }
}

struct worker {
  sk_team *team;
  int thread;
};

static void *work(void *argument) {
  struct worker *worker = argument;
  sk_team *team = worker->team;
  const int thread = worker->thread;
  free(worker);
  for (uint32_t seen = 0;; seen++) {
    wait_while(team, thread, &team->generation, seen);
    if (team->stopping) return NULL;
    team->body(team->context, thread);
    sk_team_barrier(team, thread);
  }
}

sk_team *sk_team_create(int threads) {
  sk_team *team = aligned_alloc(64, sizeof *team);
  if (!team) return NULL;
  *team = (sk_team){.threads = 1, .wanted = threads};
  team->handles = calloc((size_t)threads, sizeof *team->handles);
  team->processors = calloc((size_t)threads, sizeof *team->processors);
  const size_t counters = sizeof(sk_counter) * (size_t)threads;
  team->counters = aligned_alloc(64, LOOPS * counters);
  team->loops = aligned_alloc(64, counters);
  if (!team->handles || !team->processors || !team->counters || !team->loops) {
    sk_team_destroy(team);
    return NULL;
  }
  memset(team->counters, 0, LOOPS * counters);
  memset(team->loops, 0, counters);
  // Nobody has been seen anywhere yet.
  for (int thread = 0; thread < threads; thread++) team->processors[thread] = UINT16_MAX;
  for (int thread = 1; thread < threads; thread++) {
    struct worker *worker = malloc(sizeof *worker);
    if (worker) *worker = (struct worker){team, thread};
    if (!worker || pthread_create(&team->handles[thread], NULL, work, worker) != 0) {
      free(worker);
      sk_team_destroy(team);
      return NULL;
    }
    team->threads = thread + 1;
  }
  return team;
}

void sk_team_destroy(sk_team *team) {
  team->stopping = true;
  advance(team, &team->generation);
  for (int thread = 1; thread < team->threads; thread++) pthread_join(team->handles[thread], NULL);
  free(team->handles);
  free((void *)team->processors);
  free(team->counters);
  free(team->loops);
  free(team);
}

void sk_team_run(sk_team *team, void (*body)(void *context, int thread), void *context) {
  if (team->threads > 1) {
    team->body = body;
    team->context = context;
    advance(team, &team->generation);
  }
  body(context, 0);
  sk_team_barrier(team, 0);
}
