/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The administrator's page of provd. Cockpit brings login, rights and D-Bus; there is nothing of
 * provd between the browser and the bus. See provd.js for where the data comes from.
 */
import "@patternfly/react-core/dist/styles/base.css";
import "./index.css";

import cockpit from "cockpit";
import { StrictMode, useState, useSyncExternalStore } from "react";
import { createRoot } from "react-dom/client";

import { usePhoneClock } from "./clock.js";
import { useDrafts } from "./drafts.js";
import { ProvisioningForm } from "./form.js";
import { History } from "./history.js";
import { Notice } from "./notice.js";
import { Parameters } from "./parameters.js";
import { Provd } from "./provd.js";
import { useRights } from "./rights.js";
import { Status } from "./status.js";
import { followTheme } from "./theme.js";

const _ = cockpit.gettext;

/* The manifest names the bus; an override of it, as the demo's, may name another. */
const BUS = cockpit.manifests.provisioning?.bus ?? "system";

function Content({ provd, state, rights, drafts }) {
    const clock = usePhoneClock(provd.bus, state.status.NextResync);

    return (
        <>
            <Status provd={provd} state={state} rights={rights} clock={clock} />
            <ProvisioningForm provd={provd} state={state} rights={rights} drafts={drafts} />
            <History provd={provd} history={state.history} clock={clock} />
            <Parameters provd={provd} state={state} rights={rights} />
        </>
    );
}

function Application() {
    const [provd] = useState(() => new Provd(BUS));
    const state = useSyncExternalStore(provd.subscribe, provd.snapshot);
    const rights = useRights(provd, state);
    const drafts = useDrafts(provd, state); /* here, so that they outlive a restart of the daemon */

    return (
        <main className="provd-page" aria-busy={state.phase === "connecting" || !rights.isKnown}>
            <h1>{_("Provisioning")}</h1>
            <div aria-live="assertive">
                {state.phase === "gone" && (
                    <Notice variant="warning" title={_("provd is not running")}>
                        {state.error ?? _("When it is there again, so is this page.")}
                    </Notice>)}
            </div>
            {state.phase === "connecting" && <p role="status">{_("Loading…")}</p>}
            {state.phase === "ready" && <Content provd={provd} state={state} rights={rights} drafts={drafts} />}
        </main>
    );
}

followTheme();
document.title = _("Provisioning");
document.documentElement.lang = cockpit.language ?? "en";
/* Cockpit loads the page anew when administrative access is turned on or off. */
cockpit.permission({ admin: true });
createRoot(document.getElementById("app")).render(<StrictMode><Application /></StrictMode>);
