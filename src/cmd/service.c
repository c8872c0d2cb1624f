#include "cmd/service.h"

#include "base/i18n.h"

#include <unistd.h>

int service_start(const struct config *c, int64_t now_at, struct service *out, struct err *e)
{
	struct service s = SERVICE_INIT;

	if (c->sign_url) {
		s.to = (struct desk_service){.url = c->sign_url,
			.username = c->username,
			.password_file = c->password_file,
			.password_credential = c->password_credential,
			.ca_file = c->ca_file,
			.pin = c->pin,
			.allow_plain_http = c->allow_plain_http};
		s.roots = c->roots;
		*out = s;
		return 0;
	}
	if (!config_needs_service(c)) {
		if (!c->roots)
			return err_set(e, ERR_CONFIG,
				_("keys of the office's own need [verification] roots: the certificates that "
				  "they "
				  "lead to"));
		s.roots = c->roots;
		*out = s;
		return 0;
	}
	struct sandbox_config config = {.state = c->sandbox_state,
		.people = c->sandbox_people,
		.now_at = now_at,
		.latency_ms = c->sandbox_latency_ms,
		.fault = c->sandbox_fault,
		.level = c->sandbox_level};
	if (sandbox_new(&config, &s.sandbox, e) != 0)
		return -1;
	s.to = (struct desk_service){.url = sandbox_url(s.sandbox),
		.username = sandbox_username(s.sandbox),
		.password_file = sandbox_password_file(s.sandbox)};
	s.roots = c->roots ? c->roots : sandbox_root_file(s.sandbox);
	*out = s;
	return 0;
}

void service_release(struct service *s)
{
	sandbox_free(s->sandbox);
	*s = (struct service)SERVICE_INIT;
}

void service_link_release(struct service_link *l)
{
	service_release(&l->service);
}

int service_connect(void *user, struct desk_service *service, const char **roots, struct err *e)
{
	struct service_link *l = user;

	if (service_start(l->config, l->now_at, &l->service, e) != 0)
		return -1;
	*service = l->service.to;
	*roots = l->service.roots;
	return 0;
}

const char *service_roots(struct config *c, bool *is_test)
{
	*is_test = false;
	if (c->roots || c->sign_url)
		return c->roots;
	const char *path = arena_printf(&c->arena, "%s/root.pem", c->sandbox_state);
	if (!path || access(path, R_OK) != 0)
		return NULL;
	*is_test = true;
	return path;
}
