/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What the calls about parameters share. */

#include "libprovclient/call.h"

/* Reads the n entries of an a{ss} that has been entered, sorts them by name, and leaves it. */
int values_read(sd_bus_message *m, int n, prov_value *values);

/* Adds a call of a method of the parameters that takes a list of names; NULL: an empty one. */
int request_add_names(Request *request, prov_client *client, const char *member,
                      const char *const *names);
