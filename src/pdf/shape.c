#include "pdf/shape.h"

#include "base/auto.h"
#include "pdf/dss.h"

bool shape_is_array(qpdf_data q, qpdf_oh value)
{
	return qpdf_oh_is_array(q, value);
}

/* Of a stream qpdf says that it is none. */
bool shape_is_dictionary(qpdf_data q, qpdf_oh value)
{
	return qpdf_oh_is_dictionary(q, value);
}

bool shape_is_integer(qpdf_data q, qpdf_oh value)
{
	return qpdf_oh_is_integer(q, value);
}

bool shape_is_name(qpdf_data q, qpdf_oh value)
{
	return qpdf_oh_is_name(q, value);
}

bool shape_is_string(qpdf_data q, qpdf_oh value)
{
	return qpdf_oh_is_string(q, value);
}

static bool has_only(qpdf_data q, qpdf_oh dict, const char *const *keys)
{
	for (qpdf_oh_begin_dict_key_iter(q, dict); qpdf_oh_dict_more_keys(q);) {
		const char *key = qpdf_oh_dict_next_key(q), *const *k = keys;
		while (*k && strcmp(*k, key) != 0)
			k++;
		if (!*k)
			return false;
	}
	return true;
}

static bool is_list_of_streams(qpdf_data q, qpdf_oh value)
{
	if (qpdf_oh_is_null(q, value))
		return true;
	int count = qpdf_oh_is_array(q, value) ? qpdf_oh_get_array_n_items(q, value) : -1;
	if (count < 0 || count > DSS_ENTRIES_MAX)
		return false;
	for (int i = 0; i < count; i++)
		if (!qpdf_oh_is_stream(q, qpdf_oh_get_array_item(q, value, i)))
			return false;
	return true;
}

/* Names that are the SHA-1 of something; the entries hold lists of what the store has. */
static bool is_vri(qpdf_data q, qpdf_oh value)
{
	if (!qpdf_oh_is_dictionary(q, value))
		return qpdf_oh_is_null(q, value);
	for (qpdf_oh_begin_dict_key_iter(q, value); qpdf_oh_dict_more_keys(q);) {
		const char *key = qpdf_oh_dict_next_key(q);
		if (strcmp(key, "/Type") != 0 &&
			(strlen(key) != 41 || strspn(key + 1, "0123456789ABCDEFabcdef") != 40))
			return false;
	}
	return true;
}

bool shape_is_store(qpdf_data q, qpdf_oh value)
{
	static const char *const keys[] = {"/Type", "/VRI", "/Certs", "/OCSPs", "/CRLs", NULL};

	if (!qpdf_oh_is_dictionary(q, value) || !has_only(q, value, keys))
		return false;
	if (qpdf_oh_has_key(q, value, "/Type") &&
		!qpdf_oh_is_name_and_equals(q, qpdf_oh_get_key(q, value, "/Type"), "/DSS"))
		return false;
	for (size_t i = 2; keys[i]; i++)
		if (!is_list_of_streams(q, qpdf_oh_get_key(q, value, keys[i])))
			return false;
	return is_vri(q, qpdf_oh_get_key(q, value, "/VRI"));
}

/* One extension, or a list of them (table 49). */
static bool is_extension(qpdf_data q, qpdf_oh value)
{
	int count = qpdf_oh_is_array(q, value) ? qpdf_oh_get_array_n_items(q, value) : 0;

	if (!qpdf_oh_is_array(q, value))
		return qpdf_oh_is_name(q, qpdf_oh_get_key_if_dict(q, value, "/BaseVersion"));
	for (int i = 0; i < count; i++)
		if (!qpdf_oh_is_name(q,
			    qpdf_oh_get_key_if_dict(q, qpdf_oh_get_array_item(q, value, i), "/BaseVersion")))
			return false;
	return count > 0;
}

bool shape_is_extensions(qpdf_data q, qpdf_oh value)
{
	if (!qpdf_oh_is_dictionary(q, value))
		return false;
	for (qpdf_oh_begin_dict_key_iter(q, value); qpdf_oh_dict_more_keys(q);) {
		const char *key = qpdf_oh_dict_next_key(q);
		qpdf_oh entry = qpdf_oh_get_key(q, value, key);
		if (strcmp(key, "/Type") == 0 ? !qpdf_oh_is_name_and_equals(q, entry, "/Extensions")
					      : !is_extension(q, entry))
			return false;
	}
	return true;
}

bool shape_is_appearances(qpdf_data q, qpdf_oh value)
{
	static const char *const keys[] = {"/N", "/R", "/D", NULL};

	return qpdf_oh_is_dictionary(q, value) && has_only(q, value, keys);
}
