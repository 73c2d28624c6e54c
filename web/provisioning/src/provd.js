/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The daemon as the page sees it: one immutable state that is replaced when a signal says that
 * something is different, and the calls that a person can make. Nothing is polled.
 *
 * The phases: "connecting" until the first answers are there, "ready", and "gone" while nobody owns
 * the daemon's name; when it comes back, everything is read again.
 */
import cockpit from "cockpit";

import { FORM } from "./fields.js";

const NAME = "org.provd.Provisioning1";
const PATH = "/org/provd/Provisioning1";
const MAIN = NAME;
const PARAMETERS = `${NAME}.Parameters`;
const SIP = `${NAME}.Sip`;
const PROPERTIES = "org.freedesktop.DBus.Properties";

/* The daemon's mask for what the caller may not read; no value contains it. */
export const MASK = "********";

const EMPTY = {
    phase: "connecting",
    error: null,
    status: {},
    activeLines: [],
    values: {},
    descriptions: {},
    complete: false,
    history: [],
};

/* Of a daemon that goes away while it is asked: all is read anew when it is back. */
function ignore() {}

function plain(dictionary) {
    return Object.fromEntries(Object.entries(dictionary).map(([key, { v }]) => [key, v]));
}

function attempt([id, reason, started, finished, result, error, message, changed]) {
    return { id, reason, started, finished, result, error, message, changed };
}

export class Provd {
    constructor(bus) {
        this.bus = bus;
        this.state = EMPTY;
        this.listeners = new Set();
        this.watchName();
        this.connect();
    }

    subscribe = listener => {
        this.listeners.add(listener);
        return () => this.listeners.delete(listener);
    };

    snapshot = () => this.state;

    update(changes) {
        this.state = { ...this.state, ...changes };
        this.listeners.forEach(listener => listener());
    }

    /* Sees the daemon come and go, also while there is no connection to it. */
    watchName() {
        const rule = { interface: "org.freedesktop.DBus", member: "NameOwnerChanged", arg0: NAME };

        cockpit.dbus("org.freedesktop.DBus", { bus: this.bus }).subscribe(rule, (path, iface, signal, names) => {
            if (names[2])
                this.connect();
            else
                this.disconnect(null);
        });
    }

    /* The first call has the daemon started where the bus can start it. */
    connect() {
        const options = this.bus === "system" ? { bus: this.bus, superuser: "try" } : { bus: this.bus };
        const client = cockpit.dbus(NAME, options);

        this.client?.close();
        this.client = client;
        client.addEventListener("close", (event, { problem, message }) =>
            client === this.client && this.disconnect(problem === "not-found" ? null : message || problem));
        client.subscribe({ interface: PROPERTIES, member: "PropertiesChanged", path: PATH },
            (path, iface, signal, [of, changed]) => this.onProperties(of, plain(changed)));
        client.subscribe({ interface: PARAMETERS, member: "ParametersChanged", path: PATH },
            (path, iface, signal, [names]) => this.loadParameters(names).catch(ignore));
        client.subscribe({ interface: MAIN, member: "ResyncFinished", path: PATH },
            () => this.loadHistory().catch(ignore));
        this.load(client).catch(error => client === this.client && this.disconnect(error.message));
    }

    disconnect(error) {
        const client = this.client;

        this.client = null;
        client?.close();
        this.update({ ...EMPTY, phase: "gone", error });
    }

    async call(iface, method, type, ...values) {
        return (await this.client.call(PATH, iface, method, values, { type }))[0];
    }

    async getProperties(iface) {
        return plain(await this.call(PROPERTIES, "GetAll", "s", iface));
    }

    /*
     * First what is seen first, then the table of everything. An answer counts from when it comes, so
     * that the signals that follow it are applied to it.
     */
    async load(client) {
        const keep = async (answer, toChanges) => {
            const value = await answer;

            if (client === this.client)
                this.update(toChanges(value));
        };

        await Promise.all([
            keep(this.getProperties(MAIN), status => ({ status })),
            keep(this.getProperties(SIP), sip => ({ activeLines: sip.ActiveLines })),
            keep(this.readParameters(FORM), parameters => parameters),
            keep(this.readHistory(), history => ({ history })),
        ]);
        if (client === this.client)
            this.update({ phase: "ready" });
        await keep(this.readParameters([]), all => ({ ...all, complete: true }));
    }

    async readParameters(names) {
        const [values, descriptions] = await Promise.all([
            this.call(PARAMETERS, "GetParameters", "as", names),
            this.call(PARAMETERS, "DescribeParameters", "as", names),
        ]);

        for (const name of Object.keys(descriptions))
            descriptions[name] = plain(descriptions[name]);
        return { values, descriptions };
    }

    /* One of the names may be gone again; then all that there are is the answer. */
    async loadParameters(names) {
        const client = this.client;
        let loaded, all = false;

        try {
            loaded = await this.readParameters(names);
        } catch {
            loaded = await this.readParameters([]);
            all = true;
        }
        if (client !== this.client)
            return;
        this.update(all ? loaded : {
            values: { ...this.state.values, ...loaded.values },
            descriptions: { ...this.state.descriptions, ...loaded.descriptions },
        });
    }

    async readHistory() {
        return (await this.call(MAIN, "GetHistory", "u", 0)).map(attempt);
    }

    async loadHistory() {
        this.update({ history: await this.readHistory() });
    }

    onProperties(iface, changed) {
        if (iface === MAIN)
            this.update({ status: { ...this.state.status, ...changed } });
        else if (iface === SIP && changed.ActiveLines)
            this.update({ activeLines: changed.ActiveLines });
    }

    /* What a person can ask for. Each fails with the daemon's error. */

    resync() {
        return this.call(MAIN, "ResyncNow", "a{sv}", {});
    }

    set(values) {
        return this.call(PARAMETERS, "SetParameters", "a{ss}", values);
    }

    reset(name) {
        return this.call(PARAMETERS, "ResetParameter", "s", name);
    }

    /* Name and problem of each value that would be refused. */
    check(values) {
        return this.call(PARAMETERS, "CheckParameters", "a{ss}", values);
    }

    /* Name, old and new value of what an attempt changed. */
    changes(id) {
        return this.call(MAIN, "GetChanges", "t", id);
    }
}
