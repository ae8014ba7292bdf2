#ifndef CMAPPINGS_H
#define CMAPPINGS_H

#include <stddef.h>

// Mapped files that shrink: reading behind a file's end raises SIGBUS, which nothing in Swift can
// answer. The handler below knows which file it was, says so and ends the process.

// Takes note of a mapping; the path is copied. Returns its number, or -1 where there are too many:
// then a fault in it is not explained.
int sk_mapping_add(const void *address, size_t count, const char *path);

// Forgets a mapping, before it is unmapped.
void sk_mapping_remove(int number);

// From now on a SIGBUS in a mapping writes `<before><path><after>` to standard error and ends the
// process with `status`. Both texts must live as long as the process. A SIGBUS elsewhere does what
// it did before.
void sk_mapping_explain_faults(const char *before, const char *after, int status);

#endif
