/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The phone's clock and time zone, which need not be the browser's: a countdown and a time of day on
 * this page are the phone's. Where nobody can be asked, as on a session bus, the browser's count.
 */
import cockpit from "cockpit";
import { useEffect, useState } from "react";

const TIMEDATE = "org.freedesktop.timedate1";

const BROWSER = { now: () => Date.now(), timeZone: undefined };

async function askPhone() {
    const client = cockpit.dbus(TIMEDATE, { bus: "system" });

    try {
        const [{ TimeUSec, Timezone }] = await client.call(
            "/org/freedesktop/timedate1", "org.freedesktop.DBus.Properties", "GetAll", [TIMEDATE]);
        const ahead = TimeUSec.v / 1000 - Date.now();

        return { now: () => Date.now() + ahead, timeZone: Timezone.v || undefined };
    } finally {
        client.close();
    }
}

/*
 * The phone is asked again where the next resync has become another: the daemon computes it anew when
 * the clock was set or the time zone changed.
 */
export function usePhoneClock(bus, nextResync) {
    const [clock, setClock] = useState(BROWSER);

    useEffect(() => {
        let current = true;

        if (bus === "system")
            askPhone().then(answer => current && setClock(answer), () => {});
        return () => {
            current = false;
        };
    }, [bus, nextResync]);
    return clock;
}
