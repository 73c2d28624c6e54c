/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * An explanation: a flat list of dictionaries on the bus, each of a "kind", becomes a tree, in
 * which each alternative hangs on the rule that it follows.
 */
#include "libprovclient/call.h"
#include "libprovclient/cleanup.h"
#include "libprovclient/message.h"
#include "libprovclient/result.h"

#include <errno.h>
#include <string.h>

#define FIELD(type, struct_, name, member)                \
    {                                                     \
        name, type, offsetof(struct_, member), NULL, NULL \
    }

/* An entry of any kind. */
typedef struct Entry {
    const char *kind;
    prov_candidate candidate;
    prov_rule rule;
    prov_alternative alternative;
} Entry;

/* How far the explanation, which is the result, has been built. */
typedef struct Tree {
    prov_explanation *explanation;
    size_t n_candidates, n_rules;
    prov_alternative **alternatives; /* where the next one goes: each rule's follow a NULL */
    prov_value *no_values;           /* an empty list, whatever of */
} Tree;

static int read_comparisons(void *target, void *result, sd_bus_message *m)
{
    prov_alternative *alternative = &((Entry *)target)->alternative;
    int n = message_enter_array(m, "(sssbs)");
    prov_comparison **list, *items;
    int r = 0;

    if (n < 0)
        return n;
    list = result_alloc(result, (size_t)n + 1, sizeof(*list));
    items = result_alloc(result, (size_t)n, sizeof(*items));
    if (!list || !items)
        return -ENOMEM;
    for (int i = 0; i < n && r >= 0; i++) {
        int is_true = 0;

        r = sd_bus_message_read(m, "(sssbs)", &items[i].left, &items[i].op, &items[i].right,
                                &is_true, &items[i].note);
        items[i].is_true = is_true;
        list[i] = &items[i];
    }
    alternative->comparisons = list;
    return r < 0 ? r : sd_bus_message_exit_container(m);
}

static int read_assignments(void *target, void *result, sd_bus_message *m)
{
    prov_alternative *alternative = &((Entry *)target)->alternative;
    int n = message_enter_array(m, "(ss)");
    prov_value *list;
    int r = 0;

    if (n < 0)
        return n;
    list = result_alloc(result, (size_t)n + 1, sizeof(*list));
    if (!list)
        return -ENOMEM;
    for (int i = 0; i < n && r >= 0; i++)
        r = sd_bus_message_read(m, "(ss)", &list[i].name, &list[i].value);
    alternative->assignments = list;
    return r < 0 ? r : sd_bus_message_exit_container(m);
}

static const Field fields[] = {
    FIELD("s", Entry, "kind", kind),
    {"reason", "s", offsetof(Entry, candidate.reason), &reason_names, NULL},
    FIELD("t", Entry, "due", candidate.due),
    FIELD("b", Entry, "next", candidate.next),
    FIELD("s", Entry, "held", candidate.held),
    FIELD("s", Entry, "name", rule.name),
    FIELD("s", Entry, "text", rule.text),
    FIELD("s", Entry, "outcome", rule.outcome),
    FIELD("s", Entry, "message", rule.message),
    FIELD("s", Entry, "condition", alternative.condition),
    {"comparisons", "a(sssbs)", 0, NULL, read_comparisons},
    FIELD("b", Entry, "taken", alternative.taken),
    {"assignments", "a(ss)", 0, NULL, read_assignments},
    FIELD("s", Entry, "url", alternative.url),
};

static const FieldTable field_table = {FIELD_TABLE(fields)};

static int add_candidate(Tree *tree, const Entry *entry)
{
    prov_candidate *candidate = result_alloc(tree->explanation, 1, sizeof(*candidate));

    if (!candidate)
        return -ENOMEM;
    *candidate = entry->candidate;
    tree->explanation->candidates[tree->n_candidates++] = candidate;
    return 0;
}

static int add_rule(Tree *tree, const Entry *entry)
{
    prov_rule *rule = result_alloc(tree->explanation, 1, sizeof(*rule));

    if (!rule)
        return -ENOMEM;
    *rule = entry->rule;
    rule->alternatives = ++tree->alternatives;
    tree->explanation->rules[tree->n_rules++] = rule;
    return 0;
}

static int add_alternative(Tree *tree, const Entry *entry)
{
    prov_alternative *alternative;

    if (tree->n_rules == 0)
        return -EBADMSG;
    alternative = result_alloc(tree->explanation, 1, sizeof(*alternative));
    if (!alternative)
        return -ENOMEM;
    *alternative = entry->alternative;
    *tree->alternatives++ = alternative;
    return 0;
}

static const struct {
    const char *kind;
    int (*add)(Tree *tree, const Entry *entry);
} kinds[] = {
    {"candidate", add_candidate},
    {"rule", add_rule},
    {"alternative", add_alternative},
};

static int read_entry(sd_bus_message *m, Tree *tree)
{
    Entry entry = {
        .kind = "",
        .candidate = {.held = ""},
        .rule = {.name = "", .text = "", .outcome = "", .message = ""},
        .alternative =
            {
                .condition = "",
                .comparisons = (prov_comparison **)tree->no_values,
                .assignments = tree->no_values,
                .url = "",
            },
    };
    int r = message_read_fields(m, &field_table, &entry, tree->explanation);

    for (size_t i = 0; r >= 0 && i < sizeof(kinds) / sizeof(kinds[0]); i++)
        if (strcmp(kinds[i].kind, entry.kind) == 0)
            return kinds[i].add(tree, &entry);
    return r;
}

/* Each entry adds at most one member to one of the lists. */
static int tree_init(Tree *tree, prov_explanation *explanation, size_t n)
{
    explanation->candidates = result_alloc(explanation, n + 1, sizeof(void *));
    explanation->rules = result_alloc(explanation, n + 1, sizeof(void *));
    tree->explanation = explanation;
    tree->alternatives = result_alloc(explanation, n + 2, sizeof(void *));
    tree->no_values = result_alloc(explanation, 1, sizeof(*tree->no_values));
    return explanation->candidates && explanation->rules && tree->alternatives && tree->no_values
               ? 0
               : -ENOMEM;
}

static int read_explanation(sd_bus_message *m, unsigned step, void **result)
{
    int n = message_enter_array(m, "a{sv}");
    Tree tree = {};
    int r;

    if (n < 0)
        return n;
    *result = result_new(1, sizeof(prov_explanation));
    if (!*result)
        return -ENOMEM;
    result_keep(*result, m);
    r = tree_init(&tree, *result, (size_t)n);
    for (int i = 0; i < n && r >= 0; i++)
        r = read_entry(m, &tree);
    return r;
}

static void deliver_explanation(prov_client *client, SlotCallback callback, const prov_error *error,
                                void *result, void *userdata)
{
    ((prov_explanation_fn)callback)(client, error, result, userdata);
}

static const ReplyType reply_explanation = {
    .signatures = {"aa{sv}"},
    .read = read_explanation,
    .free = result_free,
    .deliver = deliver_explanation,
};

static int request_explain(prov_client *client, const char *rule, Request *request)
{
    if (!client)
        return -EINVAL;
    request->reply = &reply_explanation;
    return request_add(request, client, INTERFACE_MANAGER, "Explain", "s", rule ? rule : "");
}

int prov_client_explain(prov_client *client, const char *rule, prov_explanation **ret_explanation,
                        prov_error **ret_error)
{
    Request request = {};
    void *result;
    int r;

    if (!ret_explanation)
        return error_return_invalid(ret_error);
    r = request_explain(client, rule, &request);
    r = call_run(client, &request, r, &result, ret_error);
    if (r >= 0)
        *ret_explanation = result;
    return r;
}

int prov_client_explain_async(prov_client *client, const char *rule, prov_explanation_fn callback,
                              void *userdata, prov_slot **ret_slot)
{
    Request request = {};
    int r = request_explain(client, rule, &request);

    return call_start(client, &request, r, (SlotCallback)callback, userdata, ret_slot);
}

void prov_explanation_free(prov_explanation *explanation)
{
    result_free(explanation);
}
