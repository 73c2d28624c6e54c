/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What the phone's Provisioning Status page says, live. */
import { Button } from "@patternfly/react-core/dist/esm/components/Button/index.js";
import { Card, CardBody, CardHeader, CardTitle } from "@patternfly/react-core/dist/esm/components/Card/index.js";
import {
    DescriptionList, DescriptionListDescription, DescriptionListGroup, DescriptionListTerm,
} from "@patternfly/react-core/dist/esm/components/DescriptionList/index.js";
import { Label } from "@patternfly/react-core/dist/esm/components/Label/index.js";
import cockpit from "cockpit";
import { useEffect, useState } from "react";

import { Notice } from "./notice.js";
import { duration, message, time, word } from "./text.js";

const _ = cockpit.gettext;
const LAST_SHOWN = 3;

const STATE_COLOURS = { disabled: "grey", idle: "grey", scheduled: "green", deferred: "orange", resyncing: "blue" };
const RESULT_COLOURS = { success: "green", failure: "red" };

/* Renders again each second, while there is something to count down. */
function Countdown({ until, clock }) {
    const [, tick] = useState(0);
    const left = Math.max(0, Math.ceil(until / 1e6 - clock.now() / 1000));

    useEffect(() => {
        const timer = setInterval(() => tick(n => n + 1), 1000);
        return () => clearInterval(timer);
    }, []);
    return <span role="timer">{cockpit.format(_("in $0"), duration(left))}</span>;
}

function Next({ status, clock }) {
    const reason = status.NextReason && word("reason", status.NextReason);

    if (!status.NextResync)
        return reason || _("none");
    return (
        <>
            {status.State === "deferred" && <>{_("when the lines are idle, at the latest")} </>}
            {time(status.NextResync, clock.timeZone)} (<Countdown until={status.NextResync} clock={clock} />), {reason}
        </>
    );
}

function Progress({ progress }) {
    const [rule, phase, received, expected] = progress;
    const size = expected > 0 ? `${received} / ${expected}` : String(received);

    return [rule, word("phase", phase), received > 0 && cockpit.format(_("$0 bytes"), size)].filter(Boolean).join(", ");
}

export function Result({ attempt }) {
    return (
        <span>
            <Label isCompact color={RESULT_COLOURS[attempt.result] ?? "grey"}>{word("result", attempt.result)}</Label>
            {attempt.error && <> {attempt.error}: {message(attempt.message)}</>}
        </span>
    );
}

function LastAttempts({ history, clock }) {
    if (history.length === 0)
        return _("There was no attempt yet.");
    return (
        <ol className="provd-last">
            {history.slice(0, LAST_SHOWN).map(attempt =>
                <li key={attempt.id}>
                    {time(attempt.started, clock.timeZone)}, {word("reason", attempt.reason)} <Result attempt={attempt} />
                </li>)}
        </ol>
    );
}

function Row({ term, children }) {
    return (
        <DescriptionListGroup>
            <DescriptionListTerm>{term}</DescriptionListTerm>
            <DescriptionListDescription>{children}</DescriptionListDescription>
        </DescriptionListGroup>
    );
}

function ResyncButton({ provd, status, rights, onError }) {
    const refused = !rights.resync || status.State === "disabled";
    const request = async () => {
        try {
            await provd.resync();
            onError(null);
        } catch (error) {
            onError(error.message);
        }
    };

    return (
        <Button variant="primary" isAriaDisabled={refused} onClick={request}
                aria-describedby={refused ? "resync-refused" : undefined}>
            {_("Resync now")}
        </Button>
    );
}

function refusal(status, rights) {
    if (status.State === "disabled")
        return _("Provisioning is switched off.");
    return rights.resync ? null : _("You may not request a resync.");
}

export function Status({ provd, state, rights, clock }) {
    const { status, activeLines, history } = state;
    const [error, setError] = useState(null);
    const reason = refusal(status, rights);

    return (
        <Card component="section" aria-labelledby="status-title">
            <CardHeader actions={{ actions: <ResyncButton provd={provd} status={status} rights={rights} onError={setError} /> }}>
                <CardTitle component="h2" id="status-title">{_("Status")}</CardTitle>
            </CardHeader>
            <CardBody>
                {reason && <p id="resync-refused" className="provd-help">{reason}</p>}
                <div aria-live="polite">
                    {error && <Notice variant="danger" title={_("The resync was refused")}>{message(error)}</Notice>}
                </div>
                <DescriptionList isHorizontal isCompact>
                    <Row term={_("State")}>
                        <span aria-live="polite">
                            <Label color={STATE_COLOURS[status.State] ?? "grey"}>{word("state", status.State)}</Label>
                        </span>
                    </Row>
                    {status.State === "resyncing" && <Row term={_("Progress")}><Progress progress={status.Progress} /></Row>}
                    <Row term={_("Next resync")}><Next status={status} clock={clock} /></Row>
                    <Row term={_("Last attempts")}><LastAttempts history={history} clock={clock} /></Row>
                    {status.Failures > 0 && <Row term={_("Failures")}>{cockpit.format(_("$0 in a row"), status.Failures)}</Row>}
                    <Row term={_("Last success")}>{time(status.LastSuccess, clock.timeZone)}</Row>
                    <Row term={_("Active lines")}>{activeLines.join(", ") || _("none")}</Row>
                </DescriptionList>
            </CardBody>
        </Card>
    );
}
