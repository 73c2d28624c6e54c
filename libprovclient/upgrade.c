/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What an upgrade agent tells. */
#include "libprovclient/call.h"
#include "libprovclient/names.h"

#include <errno.h>

static int request_attempt(prov_client *client, bool success, const char *message, Request *request)
{
    if (!client)
        return -EINVAL;
    request->reply = &reply_done;
    return request_add(request, client, INTERFACE_UPGRADE, "NotifyAttempt", "bs", (int)success,
                       message ? message : "");
}

int prov_client_notify_upgrade(prov_client *client, bool success, const char *message,
                               prov_error **ret_error)
{
    Request request = {};
    int r = request_attempt(client, success, message, &request);

    return call_run(client, &request, r, NULL, ret_error);
}

int prov_client_notify_upgrade_async(prov_client *client, bool success, const char *message,
                                     prov_done_fn callback, void *userdata, prov_slot **ret_slot)
{
    Request request = {};
    int r = request_attempt(client, success, message, &request);

    return call_start(client, &request, r, (SlotCallback)callback, userdata, ret_slot);
}

static int request_reboot(prov_client *client, prov_reboot_cause cause, Request *request)
{
    if (!client || cause >= reboot_cause_names.n_names)
        return -EINVAL;
    request->reply = &reply_done;
    return request_add(request, client, INTERFACE_UPGRADE, "NotifyReboot", "s",
                       reboot_cause_names.names[cause]);
}

int prov_client_notify_reboot(prov_client *client, prov_reboot_cause cause, prov_error **ret_error)
{
    Request request = {};
    int r = request_reboot(client, cause, &request);

    return call_run(client, &request, r, NULL, ret_error);
}

int prov_client_notify_reboot_async(prov_client *client, prov_reboot_cause cause,
                                    prov_done_fn callback, void *userdata, prov_slot **ret_slot)
{
    Request request = {};
    int r = request_reboot(client, cause, &request);

    return call_start(client, &request, r, (SlotCallback)callback, userdata, ret_slot);
}
