#define _GNU_SOURCE
#include "permission.h"

// Tiles are state of a thread that the system saves only for processes that ask for it.

#if defined(__x86_64__) && defined(__linux__)
#include <cpuid.h>
#include <stdatomic.h>
#include <sys/syscall.h>
#include <unistd.h>

// From the kernel's asm/prctl.h, which is newer than some systems' headers.
enum { REQUEST_PERMISSION = 0x1023, TILE_DATA = 18 };

static bool processor_has_tiles(void) {
  unsigned a, b, c, d;
  // The system saves extended state, and tiles are among it (XCR0, bits 17 and 18).
  if (!__get_cpuid(1, &a, &b, &c, &d) || !(c & 1u << 27)) return false;
  unsigned low, high;
  __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  if ((low & 3u << 17) != 3u << 17) return false;
  // AMX-BF16 and AMX-TILE; palette 1 with 8 tiles of 16 rows of 64 bytes.
  if (!__get_cpuid_count(7, 0, &a, &b, &c, &d) || (d & 5u << 22) != 5u << 22) return false;
  if (!__get_cpuid_count(0x1D, 1, &a, &b, &c, &d)) return false;
  return (b & 0xFFFF) >= 64 && b >> 16 >= 8 && (c & 0xFFFF) >= 16;
}

bool sk_tiles_granted(void) {
  static _Atomic int known;  // 1: no, 2: yes
  int answer = atomic_load(&known);
  if (!answer) {
    // Asking twice does no harm.
    const bool granted =
      processor_has_tiles() && syscall(SYS_arch_prctl, REQUEST_PERMISSION, TILE_DATA) == 0;
    answer = granted ? 2 : 1;
    atomic_store(&known, answer);
  }
  return answer == 2;
}
#else
bool sk_tiles_granted(void) { return false; }
#endif
