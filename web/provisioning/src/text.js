/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What the bus says, in the reader's words. The texts are those of provctl, from the same po/. */
import cockpit from "cockpit";

import { makeTranslator } from "./message.js";

const _ = cockpit.gettext;
const N_ = text => text;

const WORDS = {
    state: {
        disabled: N_("disabled"),
        idle: N_("idle"),
        scheduled: N_("scheduled"),
        deferred: N_("deferred"),
        resyncing: N_("resyncing"),
    },
    reason: {
        request: N_("on request"),
        sip: N_("asked for by SIP"),
        upgrade: N_("after an upgrade attempt"),
        boot: N_("after a boot"),
        retry: N_("after a failure"),
        at: N_("daily"),
        trigger: N_("by a trigger"),
        periodic: N_("periodic"),
    },
    result: {
        success: N_("success"),
        failure: N_("failure"),
        cancelled: N_("cancelled"),
    },
    source: {
        default: N_("default"),
        profile: N_("profile"),
        local: N_("local"),
    },
    access: {
        na: N_("na: not the user's"),
        ro: N_("ro: the user may read it"),
        rw: N_("rw: the user may change it"),
    },
    phase: {
        connecting: N_("connecting"),
        receiving: N_("receiving"),
        applying: N_("applying"),
    },
};

/* A word of the contract, translated; one that a later daemon may know stays as it is. */
export function word(kind, value) {
    return Object.hasOwn(WORDS[kind], value) ? _(WORDS[kind][value]) : value;
}

/* Text of the daemon's parameter table; the empty text is no text to look up. */
export function tableText(text) {
    return text ? _(text) : "";
}

/* What the daemon says. The sentences come with the language; without one there is nothing to do. */
export const message = makeTranslator(globalThis.provdSentences ?? [], cockpit.gettext, cockpit.ngettext);

export function language() {
    return (cockpit.language ?? "en").replace("_", "-");
}

/* A moment in microseconds, in the phone's time zone. */
export function time(usec, timeZone) {
    if (!usec)
        return _("never");
    return new Intl.DateTimeFormat(language(), { dateStyle: "medium", timeStyle: "medium", timeZone })
        .format(usec / 1000);
}

const UNITS = [["day", 86400], ["hour", 3600], ["minute", 60], ["second", 1]];

/* Whole seconds in the largest two units that say something: "1 hr 40 min". */
export function duration(seconds) {
    const first = UNITS.findIndex(([, size]) => seconds >= size);
    const parts = [];
    let rest = seconds;

    for (const [unit, size] of first < 0 ? UNITS.slice(-1) : UNITS.slice(first, first + 2)) {
        const count = Math.floor(rest / size);

        rest -= count * size;
        if (count > 0 || seconds === 0)
            parts.push(new Intl.NumberFormat(language(), { style: "unit", unit }).format(count));
    }
    return parts.join(" ");
}

/* How many seconds a unit of the parameter table stands for ("s", "20 s"); 0 for any other. */
export function unitSeconds(unit) {
    const match = /^(?:([0-9]+) )?s$/.exec(unit ?? "");

    return match ? Number(match[1] ?? 1) : 0;
}
