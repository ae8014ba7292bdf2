#define _GNU_SOURCE
#include "CKernels.h"
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>
#if defined(__linux__)
#include <linux/futex.h>
#include <sys/syscall.h>
#endif

// How many turns a thread spins before it sleeps. Sleeping costs far more than the system call: on a
// virtual machine an idle processor is given back to the host, and waking it was measured at 0.4 ms
// (a third of the speed of a model whose threads wait for 0.1 ms at some barriers). So a thread spins
// for about that long, unless the thread that it waits for may need this very processor: where another
// member of the team was last seen on it (another process took a processor, or there are more threads
// than processors) every turn would only delay that member.
//
// Tried instead, with a busy process beside two threads: the long limit always (a twentieth of the
// speed); a limit that falls when spinning fails and rises when it succeeds (as fast as this with a
// busy process, 0.65 of the speed without); sched_yield (150 tokens/s fell to 7 in some runs with two
// busy processes: a yield hands over a whole time slice).
enum { ALONE = 40000, SHARING = 40 };

struct sk_team {
  int threads;  // running
  int wanted;   // what `processors` has room for; never changes
  pthread_t *handles;
  void (*body)(void *context, int thread);
  void *context;
  bool stopping;
  _Atomic uint16_t *processors;  // [threads]: where each was last seen
  // Each on its own cache line: one is hammered by spinners while another is written.
  _Alignas(64) _Atomic uint32_t generation;  // bodies started; workers wait for it to move
  _Alignas(64) _Atomic uint32_t arrived;     // threads at the current barrier
  _Alignas(64) _Atomic uint32_t phase;       // barriers passed; waited for at a barrier
  _Alignas(64) _Atomic uint32_t sleepers;    // threads asleep on either
};

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
  if (!team->handles || !team->processors) {
    sk_team_destroy(team);
    return NULL;
  }
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
