/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What the reader may do, as the daemon and polkit say; nothing is decided here, and what is shown
 * as allowed can still be refused. The daemon masks secrets for everybody but administrators, and
 * no secret can be the mask: a secret that is readable says that the reader is one.
 */
import cockpit from "cockpit";
import { useEffect, useState } from "react";

import { MASK } from "./provd.js";

const NONE = { user: false, resync: false };

function isAdministrator({ values, descriptions }) {
    const secret = Object.keys(descriptions).find(name => descriptions[name].secret);

    return secret !== undefined && values[secret] !== MASK;
}

async function isAuthorized(polkit, subject, action) {
    try {
        const [[authorized]] = await polkit.call(
            "/org/freedesktop/PolicyKit1/Authority", "org.freedesktop.PolicyKit1.Authority",
            "CheckAuthorization", [subject, `org.provd.provisioning1.${action}`, {}, 0, ""]);
        return authorized;
    } catch {
        return false; /* without polkit nobody gains anything */
    }
}

async function askPolkit(client) {
    const polkit = cockpit.dbus("org.freedesktop.PolicyKit1", { bus: "system" });
    const subject = ["system-bus-name", { name: { t: "s", v: client.unique_name } }];
    const [user, resync] = await Promise.all(["set-user-parameters", "resync"].map(
        action => isAuthorized(polkit, subject, action)));

    polkit.close();
    return { user, resync };
}

/*
 * admin: everything; user: parameters whose access is "rw"; resync: "Resync now"; isKnown: what could
 * be asked was.
 */
export function useRights(provd, state) {
    const [granted, setGranted] = useState(null);
    const admin = isAdministrator(state);
    const ask = state.phase === "ready" && !admin && provd.bus === "system";

    useEffect(() => {
        let current = true;

        if (ask)
            askPolkit(provd.client).then(rights => current && setGranted(rights));
        return () => {
            current = false;
        };
    }, [ask, provd]);

    const { user, resync } = granted ?? NONE;
    const mayRequest = resync && state.values.User_Configurable_Resync === "Yes";
    return { admin, user: admin || user, resync: admin || mayRequest, isKnown: !ask || granted !== null };
}

export function maySet(rights, description) {
    return rights.admin || (rights.user && description.access === "rw");
}
