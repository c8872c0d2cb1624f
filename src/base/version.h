/*
 * version: the program's own, as `naskah version`, the producer of its letters and its service banners say it.
 */
#ifndef NASKAH_BASE_VERSION_H
#define NASKAH_BASE_VERSION_H

#ifndef NASKAH_VERSION
#define NASKAH_VERSION "0.1.0"
#endif

#endif
