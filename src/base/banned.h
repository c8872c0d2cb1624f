/*
 * banned: calls that are a mistake in this program, turned into compile errors.
 *
 * Forced into every translation unit by the Makefile (-include). The C library headers that declare these
 * names come first, so that only our own uses are hit.
 */
#ifndef NASKAH_BASE_BANNED_H
#define NASKAH_BASE_BANNED_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#undef strcpy
#undef strcat
#undef strncpy
#undef strncat
#undef sprintf
#undef vsprintf
#undef strtok
#undef gmtime
#undef localtime
#undef atoi
#undef atol
#undef system
#undef popen
#define strcpy(...)    banned_use_buf_or_arena
#define strcat(...)    banned_use_buf_or_arena
#define strncpy(...)   banned_use_buf_or_arena
#define strncat(...)   banned_use_buf_or_arena
#define sprintf(...)   banned_use_snprintf_or_buf_addf
#define vsprintf(...)  banned_use_vsnprintf
#define strtok(...)    banned_hidden_state
#define gmtime(...)    banned_use_base_date
#define localtime(...) banned_use_base_date
#define atoi(...)      banned_use_text_to_int
#define atol(...)      banned_use_text_to_int
#define system(...)    banned_no_shell
#define popen(...)     banned_no_shell

#endif
