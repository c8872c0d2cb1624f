#include "base/memory.h"

#include <sys/resource.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(memory_sanitizer) || __has_feature(thread_sanitizer)
#define IS_SANITIZED 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define IS_SANITIZED 1
#endif

void memory_cap(size_t bytes)
{
#ifndef IS_SANITIZED
	struct rlimit limit;

	if (getrlimit(RLIMIT_DATA, &limit) != 0 || limit.rlim_cur <= bytes)
		return;
	limit.rlim_cur = bytes;
	(void)setrlimit(RLIMIT_DATA, &limit);
#else
	(void)bytes;
#endif
}
