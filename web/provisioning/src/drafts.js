/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What was typed and not yet submitted, and what the daemon thinks of it. */
import { useEffect, useState } from "react";

import { editable } from "./field.js";

/* So long nobody must have typed before the daemon is asked. */
const QUIET_MSEC = 200;

function pick(drafts, values) {
    return Object.fromEntries(Object.entries(drafts).filter(([name, draft]) => draft !== editable(values[name])));
}

function useProblems(provd, changes, isReady) {
    const [problems, setProblems] = useState({});
    const key = JSON.stringify(changes);

    useEffect(() => {
        let current = true;
        const ask = async () => {
            const found = key === "{}" ? {} : await provd.check(JSON.parse(key));
            if (current)
                setProblems(found);
        };
        /* A daemon that went away has no opinion; its coming back asks again. */
        const timer = isReady && setTimeout(() => ask().catch(() => {}), QUIET_MSEC);

        return () => {
            current = false;
            clearTimeout(timer);
        };
    }, [key, provd, isReady]);
    return Object.fromEntries(Object.entries(problems).filter(([name]) => name in changes));
}

/*
 * changes: the drafts that differ from what is stored, by name; problems: of those, why each would be
 * refused. A value that somebody else stores meanwhile is no change any more where it is the same.
 */
export function useDrafts(provd, { values, phase }) {
    const [drafts, setDrafts] = useState({});
    const changes = pick(drafts, values);
    const problems = useProblems(provd, changes, phase === "ready");

    return {
        changes,
        problems,
        change: (name, draft) => setDrafts(old => ({ ...old, [name]: draft })),
        clear: () => setDrafts({}),
    };
}
