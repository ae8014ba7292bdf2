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

// How long a thread spins before it sleeps. MOST bridges the gap between two passes (choosing a
// token). But where the thread that is waited for needs this very processor (another process took
// the other one, or there are more threads than processors), every turn of the loop delays it: then
// spinning fails each time, the limit falls to LEAST, and barriers cost two system calls instead. Now
// and then a wait tries MOST again, to notice that the processors are free.
// (Tried: sched_yield instead of sleeping. The same with one busy process beside two threads, but
// with two it fell from 150 tokens/s to 7 in some runs: a yield hands over a whole time slice.)
enum { MOST = 4000, LEAST = 40, RETRY = 256 };
static _Thread_local struct {
  int limit;
  unsigned waits;
} spinning = {.limit = MOST};

struct sk_team {
  int threads;
  pthread_t *handles;
  void (*body)(void *context, int thread);
  void *context;
  bool stopping;
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

// Returns when *word is no longer `seen`.
static void wait_while(sk_team *team, _Atomic uint32_t *word, uint32_t seen) {
  const int limit = ++spinning.waits % RETRY == 0 ? MOST : spinning.limit;
  for (int i = 0; i < limit; i++) {
    if (atomic_load_explicit(word, memory_order_acquire) != seen) {
      spinning.limit = limit + (MOST - limit + 7) / 8;
      return;
    }
    relax();
  }
  spinning.limit = limit / 2 > LEAST ? limit / 2 : LEAST;
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

void sk_team_barrier(sk_team *team) {
  if (team->threads == 1) return;
  const uint32_t phase = atomic_load(&team->phase);
  if (atomic_fetch_add(&team->arrived, 1) + 1 == (uint32_t)team->threads) {
    atomic_store(&team->arrived, 0);
    advance(team, &team->phase);
  } else {
    wait_while(team, &team->phase, phase);
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
    wait_while(team, &team->generation, seen);
    if (team->stopping) return NULL;
    team->body(team->context, thread);
    sk_team_barrier(team);
  }
}

sk_team *sk_team_create(int threads) {
  sk_team *team = aligned_alloc(64, sizeof *team);
  if (!team) return NULL;
  *team = (sk_team){.threads = 1};
  team->handles = calloc((size_t)threads, sizeof *team->handles);
  for (int thread = 1; thread < threads; thread++) {
    struct worker *worker = malloc(sizeof *worker);
    if (worker) *worker = (struct worker){team, thread};
    if (!team->handles || !worker
        || pthread_create(&team->handles[thread], NULL, work, worker) != 0) {
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
  free(team);
}

void sk_team_run(sk_team *team, void (*body)(void *context, int thread), void *context) {
  if (team->threads > 1) {
    team->body = body;
    team->context = context;
    advance(team, &team->generation);
  }
  body(context, 0);
  sk_team_barrier(team);
}
