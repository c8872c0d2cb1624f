/*
 * memory: a ceiling for the whole process, for commands that open files which anybody may have made.
 *
 * A few bytes of PDF can unpack to terabytes inside a library. With a ceiling that library gets no memory, the
 * file is refused, and the machine stays usable.
 */
#ifndef NASKAH_BASE_MEMORY_H
#define NASKAH_BASE_MEMORY_H

#include <stddef.h>

/*
 * From now on, no more than `bytes` of memory of its own (RLIMIT_DATA: what is written to, so that address space which
 * threads merely reserve doesn't count). A lower ceiling that is set already stays. Does nothing under sanitizers,
 * whose bookkeeping is larger than any ceiling, and never fails.
 */
void memory_cap(size_t bytes);

#endif
