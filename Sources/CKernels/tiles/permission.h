#pragma once
#include <stdbool.h>

/// Whether this process may compute with tiles of BF16 (AMX): the processor has them and the system
/// has granted them to this process, which it is asked for at the first call.
bool sk_tiles_granted(void);
