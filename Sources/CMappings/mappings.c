#include "CMappings.h"

#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { capacity = 1024 };

// A number is taken by its state, filled in, then published: the handler reads published ones only.
enum { unused, taken, published };
static struct {
  atomic_int state;
  uintptr_t address;
  size_t count;
  char *path;
} mappings[capacity];

static const char *text_before, *text_after;
static int exit_status;

int sk_mapping_add(const void *address, size_t count, const char *path) {
  for (int i = 0; i < capacity; i++) {
    int expected = unused;
    if (!atomic_compare_exchange_strong(&mappings[i].state, &expected, taken)) continue;
    char *copy = strdup(path);
    if (!copy) {
      atomic_store(&mappings[i].state, unused);
      return -1;
    }
    mappings[i].address = (uintptr_t)address;
    mappings[i].count = count;
    mappings[i].path = copy;
    atomic_store(&mappings[i].state, published);
    return i;
  }
  return -1;
}

void sk_mapping_remove(int number) {
  if (number < 0) return;
  char *path = mappings[number].path;
  atomic_store(&mappings[number].state, taken);
  mappings[number].path = NULL;
  atomic_store(&mappings[number].state, unused);
  free(path);
}

static void write_text(const char *text) {
  size_t rest = strlen(text);
  while (rest > 0) {
    ssize_t count = write(STDERR_FILENO, text, rest);
    if (count <= 0) return;
    text += count;
    rest -= (size_t)count;
  }
}

// Nothing but memory reads, `write` and `_exit`, which are safe in a signal handler.
static void handle(int number, siginfo_t *info, void *context) {
  (void)context;
  uintptr_t fault = (uintptr_t)info->si_addr;
  for (int i = 0; i < capacity; i++) {
    if (atomic_load(&mappings[i].state) != published) continue;
    if (fault < mappings[i].address || fault - mappings[i].address >= mappings[i].count) continue;
    write_text(text_before);
    write_text(mappings[i].path);
    write_text(text_after);
    _exit(exit_status);
  }
  // Not ours: the instruction faults again, and the default ends the process.
  signal(number, SIG_DFL);
}

void sk_mapping_explain_faults(const char *before, const char *after, int status) {
  text_before = before;
  text_after = after;
  exit_status = status;
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_sigaction = handle;
  action.sa_flags = SA_SIGINFO;
  sigaction(SIGBUS, &action, NULL);
}
