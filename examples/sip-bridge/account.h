/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* A line's parameters as an account of baresip. */

#include <provclient.h>

typedef struct Account {
    char *aor;  /* "sip:USER@HOST" */
    char *text; /* as baresip's command "uanew" takes it; holds the password */
} Account;

/*
 * Makes one of User_ID_1_, Password_1_, Proxy_1_ and Register_Expires_1_. Returns false where the
 * line has no account, or one that baresip's syntax has no way to say; *ret_problem is then NULL or
 * says which, for a person. account_clear() frees what it made.
 */
bool account_read(const prov_value *values, Account *ret_account, const char **ret_problem);
void account_clear(Account *account);

/* Whether a change of that parameter can change the account. */
bool account_depends_on(const char *name);
