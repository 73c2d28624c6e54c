/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What programs that were built for the library rely on: where the members of its structs are, and
 * what its enums count to. It is checked by compiling it. A new member comes at the end of a
 * struct, a new value at the end of an enum, and each gets a line here below the one that was the
 * last.
 */
#include "libprovclient/provclient.h"

#define MEMBER(type, member, offset)                                          \
    _Static_assert(sizeof(void *) != 8 || offsetof(type, member) == (offset), \
                   #type " keeps its layout")
#define VALUE(name, value) _Static_assert((int)(name) == (value), #name " keeps its value")

MEMBER(prov_error, message, 8);
MEMBER(prov_status, version, 136);
MEMBER(prov_outcome, changed, 24);
MEMBER(prov_attempt, changed, 48);
MEMBER(prov_change, after, 16);
MEMBER(prov_value, value, 8);
MEMBER(prov_parameter, changed, 112);
MEMBER(prov_candidate, held, 24);
MEMBER(prov_comparison, note, 32);
MEMBER(prov_alternative, url, 32);
MEMBER(prov_rule, alternatives, 32);
MEMBER(prov_explanation, rules, 8);
MEMBER(prov_event, source, 64);

VALUE(PROV_ERROR_OUT_OF_MEMORY, 14);
VALUE(PROV_BUS_SESSION, 1);
VALUE(PROV_STATE_RESYNCING, 5);
VALUE(PROV_REASON_PERIODIC, 8);
VALUE(PROV_RESULT_CANCELLED, 4);
VALUE(PROV_FAILURE_CANCELLED, 13);
VALUE(PROV_PHASE_APPLYING, 3);
VALUE(PROV_RESYNC_FORCE, 1);
VALUE(PROV_SOURCE_LOCAL, 3);
VALUE(PROV_ACCESS_WRITE, 3);
VALUE(PROV_REBOOT_PARAMETERS, 2);
VALUE(PROV_ACTION_REPORT, 5);
VALUE(PROV_EVENT_PARAMETERS_CHANGED, 6);
