#include "pipeline/inputs.h"

#include "base/auto.h"
#include "base/i18n.h"
#include "base/text.h"

#include <dirent.h>
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

static int add(struct inputs *in, size_t *cap, const char *path, struct err *e)
{
	if (in->count == *cap) {
		size_t more = *cap ? *cap * 2 : 64;
		const char **grown = reallocarray(in->paths, more, sizeof *grown);
		if (!grown)
			return err_nomem(e);
		in->paths = grown;
		*cap = more;
	}
	if (!path)
		return err_nomem(e);
	in->paths[in->count++] = path;
	return 0;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static int add_folder(struct inputs *in, size_t *cap, const char *folder, struct arena *a, struct err *e)
{
	DIR *d = opendir(folder);
	size_t first = in->count;
	const char *slash = text_has_suffix(folder, "/") ? "" : "/";
	int r = 0;

	if (!d)
		return err_sys(e, ERR_CONFIG, errno, _("cannot read folder '%s'"), folder);
	for (struct dirent *entry; r == 0 && (entry = readdir(d));)
		if (entry->d_name[0] != '.' && text_has_suffix(entry->d_name, ".xml"))
			r = add(in, cap, arena_printf(a, "%s%s%s", folder, slash, entry->d_name), e);
	closedir(d);
	if (r != 0)
		return -1;
	if (in->count == first)
		return err_set(e, ERR_CONFIG, _("no case file (*.xml) in folder '%s'"), folder);
	qsort(in->paths + first, in->count - first, sizeof *in->paths, by_name);
	return 0;
}

int inputs_list(const char *const *names, size_t count, struct arena *a, struct inputs *out, struct err *e)
{
	AUTO(inputs_release) struct inputs in = {NULL, 0};
	size_t cap = 0;

	for (size_t i = 0; i < count; i++) {
		struct stat st;
		if (stat(names[i], &st) != 0)
			return err_sys(e, ERR_USAGE, errno, _("cannot read '%s'"), names[i]);
		int r = S_ISDIR(st.st_mode) ? add_folder(&in, &cap, names[i], a, e)
					    : add(&in, &cap, arena_strdup(a, names[i]), e);
		if (r != 0)
			return -1;
	}
	*out = in;
	in = (struct inputs){NULL, 0};
	return 0;
}

void inputs_release(struct inputs *in)
{
	free(in->paths);
	*in = (struct inputs){NULL, 0};
}
