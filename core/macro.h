/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Macros in texts: $NAME, $(NAME), $(NAME:p), $(NAME:p:q), and $$ for a dollar.
 *
 * One table names every macro and how its value is got from a MacroEnv, a plain struct of values
 * that are handed in. An expansion is one pass: what a macro brings in is never looked at again.
 * Without parentheses the longest known name wins ($MAX is $MA and "X"). What is no known macro,
 * or has no known form, stays as it is. Used by rules, conditions, log messages, the User-Agent
 * and POST bodies.
 */

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#define MACRO_EXPANSION_MAX (64 * 1024) /* bytes that a text may expand to */
#define MACRO_LINES_MAX     64          /* n of UIDn and REGTMRn goes from 1 to this */
#define MACRO_NAME_MAX      16          /* bytes of a name, number and NUL included */

typedef enum MacroFlags {
    MACRO_NONE = 0,
    MACRO_SECRETS = 1 << 0, /* SA..SD are known: only for the arguments of --key, --uid, --pwd */
} MacroFlags;

/* The value of a name, owned by the callee and valid until the next call; NULL: unknown. */
typedef const char *(*MacroLookup)(const char *name, void *userdata);

/* The seconds for which a line has been without its registration; 0 while it has it. */
typedef int64_t (*MacroLineTimer)(unsigned line, void *userdata);

/*
 * What the macros stand for. All pointers are borrowed, each may be NULL; what is NULL, or 0 in
 * `port`, expands to nothing. MacroEnv env = { 0 } is valid.
 */
typedef struct MacroEnv {
    /* The device */
    const char *mac; /* twelve lower-case hex digits, nothing between them */
    const char *vendor;
    const char *product_name;
    const char *product_series;
    const char *serial;
    const char *software_version;
    const char *hardware_version;
    const char *ip;
    const char *external_ip;
    bool client_certificate; /* one is installed */

    /* The parameters, by canonical name (GPP_A, User_ID_1_) */
    MacroLookup parameter;
    void *parameter_data;

    /* The engine */
    int provisioning_state;     /* PRVST */
    int upgrade_state;          /* UPGST */
    const char *upgrade_error;  /* UPGERR */
    int64_t provisioning_timer; /* PRVTMR, UPGTMR: whole seconds */
    int64_t upgrade_timer;
    MacroLineTimer line_timer; /* REGTMRn */
    void *line_timer_data;

    /* The running or last fetch */
    const char *scheme;
    const char *server;
    const char *server_ip;
    const char *path;
    const char *error;
    uint16_t port;

    /*
     * Asked first, with the macro's name as it stands in the text ("A", "PRVTMR"), for values
     * that a person gives by hand; what it answers NULL to comes from the fields above.
     */
    MacroLookup override;
    void *override_data;
} MacroEnv;

typedef enum MacroTimer {
    MACRO_TIMER_NONE,
    MACRO_TIMER_PROVISIONING, /* PRVTMR */
    MACRO_TIMER_UPGRADE,      /* UPGTMR */
    MACRO_TIMER_LINE,         /* REGTMRn */
} MacroTimer;

/* One macro in a text. */
typedef struct MacroUse {
    char name[MACRO_NAME_MAX];      /* without the dollar: "MAU", "REGTMR2" */
    char parameter[MACRO_NAME_MAX]; /* the parameter whose value it is, or "" */
    MacroTimer timer;
    unsigned line; /* of UIDn and REGTMRn; else 0 */
    bool secret;   /* SA..SD, known only with MACRO_SECRETS */
} MacroUse;

/*
 * Expands the macros of text; newly allocated, never NULL. A result that would be longer than
 * MACRO_EXPANSION_MAX is cut off there, between two characters.
 */
char *macro_expand(const char *text, const MacroEnv *env, MacroFlags flags);

/* The same, appended to `out`; false where `out` became longer than allowed and was cut off. */
bool macro_expand_to(GString *out, const char *text, const MacroEnv *env, MacroFlags flags);

/*
 * Finds the next macro of a text at or after *cursor, secret ones included, and moves *cursor
 * behind it; false, with *cursor at the end and *ret_use untouched, where there is none.
 */
bool macro_next(const char **cursor, MacroUse *ret_use);

/*
 * Whether a text is one timer and nothing else ("$PRVTMR", "$(REGTMR1)"), so that its expansion
 * grows by one each second. False, with *ret_use untouched, for any other text.
 */
bool macro_is_timer(const char *text, MacroUse *ret_use);
