#pragma once
#include "CKernels.h"

// The block formats of ggml; multi-byte numbers are little-endian, d and m halves. Element i of 32:
//   Q8_0  d, int8[32]                    d · q
//   Q4_0  d, nibbles[16]                 d · (q − 8)    nibbles: element i < 16 low, i ≥ 16 high
//   Q4_1  d, m, nibbles[16]              d · q + m
//   Q5_0  d, high[4], nibbles[16]        d · (q − 16)   bit i of high: 16 in element i
//   Q5_1  d, m, high[4], nibbles[16]     d · q + m
// of the j-th 32 of 256, s and l of 6 bits in the twelve bytes scales:
//   Q4_K  d, m, scales, nibbles[128]     d · s[j] · q − m · l[j]   32 bytes for two j, low, high
//   Q5_K  d, m, scales, high[32], nibbles[128]   the same; bit j of high[i]: 16
//   Q6_K  low[128], high[64], s int8[16], d      d · s[2j + i / 16] · (q − 32)

/// Elements of a large block.
#define SUPER 256

static inline __attribute__((always_inline)) bool is_super(sk_type type) {
  return type >= SK_Q4_K;
}

static inline __attribute__((always_inline)) size_t block_bytes_of(sk_type type) {
  switch (type) {
  case SK_Q8_0: return 34;
  case SK_Q4_0: return 18;
  case SK_Q4_1: return 20;
  case SK_Q5_0: return 22;
  case SK_Q5_1: return 24;
  case SK_Q4_K: return 144;
  case SK_Q5_K: return 176;
  case SK_Q6_K: return 210;
  default: return 0;
  }
}

/// What a type's integers are too large by as they come out of their bits.
static inline __attribute__((always_inline)) int excess_of(sk_type type) {
  switch (type) {
  case SK_Q8_0: return 128;
  case SK_Q4_0: return 8;
  case SK_Q5_0: return 16;
  case SK_Q6_K: return 32;
  default: return 0;
  }
}

/// The same as 128 shifted to the right.
static inline __attribute__((always_inline)) int excess_shift(sk_type type) {
  return excess_of(type) ? 7 - __builtin_ctz((unsigned)excess_of(type)) : 0;
}

/// Whether blocks have a least value beside a scale.
static inline __attribute__((always_inline)) bool has_least(sk_type type) {
  return type == SK_Q4_1 || type == SK_Q5_1 || type == SK_Q4_K || type == SK_Q5_K;
}

/// What a type's blocks have beside integers and a scale.
enum { NO_MORE, A_LEAST, TWO_SCALES };
static inline __attribute__((always_inline)) int kind_of(sk_type type) {
  return type == SK_Q6_K ? TWO_SCALES : has_least(type) ? A_LEAST : NO_MORE;
}

/// Blocks of 32 that are unpacked together.
#define DECODED 8

/// What is asked for with each block of 32 of a group: the lines of as many bytes, a group ahead.
/// Evenly, while blocks are multiplied: there is room for a few lines on their way at a time.
typedef struct {
  const char *next;
  size_t bytes;
} sk_lead;
static inline __attribute__((always_inline)) void look_ahead(sk_lead *lead) {
  for (size_t line = 0; line < lead->bytes; line += 64) __builtin_prefetch(lead->next + line, 0, 2);
  lead->next += lead->bytes;
}
