/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * The parameters that the daemon understands: one table, from which the bus metadata, the CLI's
 * help and completion, the linter and the manual are made. Every other parameter is an opaque
 * string for the programs that read it.
 */

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#define PARAMETER_NAME_MAX  128         /* characters in a name */
#define PARAMETER_VALUE_MAX (16 * 1024) /* bytes in a value */

#define PARAMETER_ERROR (parameter_error_quark())

typedef enum ParameterError {
    PARAMETER_ERROR_INVALID_NAME,
    PARAMETER_ERROR_INVALID_VALUE,
    PARAMETER_ERROR_INVALID_RULE, /* a value of type rule that does not parse */
    PARAMETER_ERROR_TOO_MANY,     /* the set would grow beyond its limit */
} ParameterError;

typedef enum ParameterType {
    PARAMETER_TEXT,
    PARAMETER_BOOL,
    PARAMETER_INTEGER,
    PARAMETER_HHMM,
    PARAMETER_SCHEDULE,
    PARAMETER_CONDITION,
    PARAMETER_RULE,
    PARAMETER_MACRO_TEXT,
} ParameterType;

/* The parameters that code refers to; each is a row of the table. */
typedef enum ParameterId {
    PARAMETER_PROVISION_ENABLE,
    PARAMETER_RESYNC_ON_RESET,
    PARAMETER_RESYNC_RANDOM_DELAY,
    PARAMETER_RESYNC_AT,
    PARAMETER_RESYNC_AT_RANDOM_DELAY,
    PARAMETER_RESYNC_PERIODIC,
    PARAMETER_RESYNC_ERROR_RETRY_DELAY,
    PARAMETER_FORCED_RESYNC_DELAY,
    PARAMETER_RESYNC_FROM_SIP,
    PARAMETER_RESYNC_AFTER_UPGRADE_ATTEMPT,
    PARAMETER_RESYNC_TRIGGER_1,
    PARAMETER_RESYNC_TRIGGER_2,
    PARAMETER_RESYNC_FAILS_ON_FNF,
    PARAMETER_USER_CONFIGURABLE_RESYNC,
    PARAMETER_PROFILE_RULE,
    PARAMETER_PROFILE_RULE_B,
    PARAMETER_PROFILE_RULE_C,
    PARAMETER_PROFILE_RULE_D,
    PARAMETER_LOG_REQUEST_MSG,
    PARAMETER_LOG_SUCCESS_MSG,
    PARAMETER_LOG_FAILURE_MSG,
    PARAMETER_HTTP_USER_AGENT_NAME,
    PARAMETER_GPP_A, /* GPP_A + n is the n-th letter, up to GPP_P */
    PARAMETER_GPP_P = PARAMETER_GPP_A + 15,
    PARAMETER_GPP_SA,
    PARAMETER_GPP_SB,
    PARAMETER_GPP_SC,
    PARAMETER_GPP_SD,
    PARAMETER_IKM_HTTP_ENCRYPT_CONTENT,
    PARAMETER_ID_COUNT,
} ParameterId;

typedef struct ParameterInfo {
    const char *name;
    const char *label; /* the web page's field name, or NULL; marked for translation */
    const char *default_value;
    const char *unit; /* "s", "20 s", or NULL */
    const char *help; /* marked for translation */
    ParameterType type;
    bool secret;
    int64_t minimum, maximum; /* of PARAMETER_INTEGER */
} ParameterInfo;

GQuark parameter_error_quark(void);

/* The row of an id. Static. */
const ParameterInfo *parameter_info(ParameterId id);

/* The row of a name, also where it is another generation's name; NULL for an opaque parameter. */
const ParameterInfo *parameter_lookup(const char *name);

/* The name under which a value is kept: other generations' names have one of ours. Static or name.
 */
const char *parameter_canonical_name(const char *name);

/* Whether name is one that a parameter may have: [A-Za-z_][A-Za-z0-9_.-]*, up to 128. */
bool parameter_name_is_valid(const char *name);

/* Whether only administrators may read the value: the table says so, or its name does. */
bool parameter_name_is_secret(const char *name);

/* "Bool", "integer", ... as DescribeParameters tells it. Static. */
const char *parameter_type_to_string(ParameterType type);

/* The choices of a type, NULL-terminated, or NULL where any value of the type will do. Static. */
const char *const *parameter_type_choices(ParameterType type);

/*
 * Checks the text that is to be stored under a valid name, and brings it into its stored form
 * (Yes for "true"). Returns it newly allocated, or NULL with an error of PARAMETER_ERROR whose
 * message names the parameter and what is allowed, and never holds a secret value.
 */
char *parameter_normalize(const char *name, const char *text, GError **error);

/*
 * The value that counts, newly allocated, where it differs from the stored one
 * (Resync_At_Random_Delay=300 counts as 600, Resync_At__HHmm_=0960 as empty); NULL where it is the
 * stored one.
 */
char *parameter_effective(const ParameterInfo *info, const char *stored);

/* The value of a stored Bool or integer; false, untouched, where the text is none. */
bool parameter_parse_bool(const char *text, bool *ret_value);
bool parameter_parse_integer(const char *text, int64_t *ret_value);
