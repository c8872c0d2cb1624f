#include "sandbox/api.h"

void api_verify(struct api *api, const struct http_request *req, struct http_reply *reply)
{
	api_spring(api, req, reply, 500);
}
