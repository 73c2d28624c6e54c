/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "account.h"

#include "libre.h"

#include <stdlib.h>
#include <string.h>

enum { USER_ID, PASSWORD, PROXY, EXPIRES, N_FIELDS };

static const struct {
    const char *name;
    const char *preset;
    bool needed;
} fields[N_FIELDS] = {
    [USER_ID] = {"User_ID_1_", "", true},
    [PASSWORD] = {"Password_1_", "", false},
    [PROXY] = {"Proxy_1_", "", true},
    [EXPIRES] = {"Register_Expires_1_", "3600", false},
};

/* What ends a value in baresip's syntax, which knows no quoting. */
static bool can_be_said(const char *value)
{
    return !strpbrk(value, "<>;,\" \t\r\n");
}

static bool collect(const prov_value *values, const char *found[N_FIELDS], const char **ret_problem)
{
    for (size_t i = 0; i < N_FIELDS; i++)
        found[i] = fields[i].preset;
    for (; values->name; values++)
        for (size_t i = 0; i < N_FIELDS; i++)
            if (strcmp(values->name, fields[i].name) == 0 && *values->value)
                found[i] = values->value;
    *ret_problem = NULL;
    for (size_t i = 0; i < N_FIELDS; i++) {
        if (fields[i].needed && !*found[i])
            return false;
        if (!can_be_said(found[i])) {
            *ret_problem = fields[i].name;
            return false;
        }
    }
    return true;
}

bool account_read(const prov_value *values, Account *ret_account, const char **ret_problem)
{
    const char *found[N_FIELDS];
    Account account = {};
    int error;

    if (!collect(values, found, ret_problem))
        return false;
    error = re_sdprintf(&account.aor, "sip:%s@%s", found[USER_ID], found[PROXY]);
    if (error == 0)
        error =
            re_sdprintf(&account.text, "<%s>;auth_user=%s;auth_pass=%s;regint=%s;answermode=auto",
                        account.aor, found[USER_ID], found[PASSWORD], found[EXPIRES]);
    if (error != 0) {
        account_clear(&account);
        return false;
    }
    *ret_account = account;
    return true;
}

void account_clear(Account *account)
{
    account->aor = mem_deref(account->aor);
    account->text = mem_deref(account->text);
}

bool account_depends_on(const char *name)
{
    for (size_t i = 0; i < N_FIELDS; i++)
        if (strcmp(name, fields[i].name) == 0)
            return true;
    return false;
}
