/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The phone's Provisioning page: all of it is changed at once, or not at all. */
import { Button } from "@patternfly/react-core/dist/esm/components/Button/index.js";
import { Card, CardBody, CardTitle } from "@patternfly/react-core/dist/esm/components/Card/index.js";
import { Form } from "@patternfly/react-core/dist/esm/components/Form/index.js";
import cockpit from "cockpit";
import { useState } from "react";

import { Field } from "./field.js";
import { AT, AT_RANDOM_DELAY, GENERAL_PURPOSE, GENERAL_PURPOSE_SECRET, PERIODIC, RULES, SETTINGS } from "./fields.js";
import { Notice } from "./notice.js";
import { maySet } from "./rights.js";
import { message, tableText } from "./text.js";

const _ = cockpit.gettext;
const READ_ONLY_ID = "provd-read-only";

const GROUPS = [
    { id: "settings", title: _("Resync"), names: SETTINGS },
    { id: "rules", title: _("Profile Rules"), names: RULES },
    { id: "general", title: _("General Purpose Parameters"), names: GENERAL_PURPOSE },
    { id: "secrets", title: _("Secret General Purpose Parameters"), names: GENERAL_PURPOSE_SECRET },
];

/* Which fields make others ineffective; the daemon says what counts as a time. */
function findNotes({ values, descriptions }, { changes, problems }) {
    const effective = descriptions[AT].effective ?? values[AT];
    const isSet = Boolean(changes[AT] ?? effective) && !problems[AT];
    const label = tableText(descriptions[AT].label);

    return isSet
        ? { [PERIODIC]: [cockpit.format(_("Ignored while $0 is set."), label)] }
        : { [AT_RANDOM_DELAY]: [cockpit.format(_("Has no effect while $0 is not set."), label)] };
}

/* The help that all fields of a group have in common is said once. */
function commonHelp(names, descriptions) {
    const help = descriptions[names[0]].help;

    return names.every(name => descriptions[name].help === help) ? help : null;
}

function Group({ id, title, names, state, rights, drafts, notes, onChange }) {
    const { values, descriptions } = state;
    const help = commonHelp(names, descriptions);
    const titleId = `${id}-title`;

    return (
        <section aria-labelledby={titleId} className="provd-group">
            <h3 id={titleId}>{title}</h3>
            {help && <p className="provd-help">{tableText(help)}</p>}
            <div className="provd-fields">
                {names.map(name =>
                    <Field key={name} name={name} description={descriptions[name]} value={values[name]}
                           draft={drafts.changes[name]} problem={drafts.problems[name]} notes={notes[name]}
                           readOnlyId={maySet(rights, descriptions[name]) ? undefined : READ_ONLY_ID}
                           withHelp={!help} onChange={text => onChange(name, text)} />)}
            </div>
        </section>
    );
}

function Outcome({ outcome }) {
    return (
        <div aria-live="polite" className="provd-outcome">
            {outcome && (
                <Notice variant={outcome.error ? "danger" : "success"}
                       title={outcome.error ? _("Nothing was changed") : _("All changes are stored")}>
                    {message(outcome.error ?? "")}
                </Notice>)}
        </div>
    );
}

/* The whole of the field is in view then, also what is wrong with it, which stands below. */
function focusFirst(problems) {
    const first = GROUPS.flatMap(({ names }) => names).find(name => name in problems);
    const field = document.getElementById(first);

    field?.focus();
    field?.closest(".provd-field").scrollIntoView({ block: "start" });
}

/* Hands all changes on in one call, and keeps what came of it. */
function useSubmit(provd, drafts) {
    const [outcome, setOutcome] = useState(null);
    const [isBusy, setBusy] = useState(false);

    const submit = async event => {
        event.preventDefault();
        setBusy(true);
        try {
            await provd.set(drafts.changes);
            drafts.clear();
            setOutcome({});
        } catch (error) {
            setOutcome({ error: error.message });
            focusFirst(await provd.check(drafts.changes).catch(() => ({})));
        }
        setBusy(false);
    };
    return { outcome, isBusy, submit, forget: () => setOutcome(null) };
}

function Actions({ drafts, isBusy, onUndo }) {
    const count = Object.keys(drafts.changes).length;

    return (
        <div className="provd-actions">
            <Button type="submit" variant="primary" isDisabled={count === 0 || isBusy}>{_("Submit All Changes")}</Button>
            <Button variant="secondary" isDisabled={count === 0 || isBusy} onClick={onUndo}>{_("Undo All Changes")}</Button>
            <span role="status">
                {count > 0 && cockpit.format(cockpit.ngettext("$0 field is changed", "$0 fields are changed", count), count)}
            </span>
        </div>
    );
}

export function ProvisioningForm({ provd, state, rights, drafts }) {
    const { outcome, isBusy, submit, forget } = useSubmit(provd, drafts);
    const notes = findNotes(state, drafts);
    const undo = () => {
        drafts.clear();
        forget();
    };
    const change = (name, text) => {
        drafts.change(name, text);
        forget();
    };

    return (
        <Card component="section" aria-labelledby="form-title">
            <CardTitle component="h2" id="form-title">{_("Configuration Profile")}</CardTitle>
            <CardBody>
                {rights.isKnown && !rights.admin && (
                    <Notice variant="info" id={READ_ONLY_ID}
                           title={rights.user
                               ? _("You may change what is left to the phone's user; the rest only administrators may.")
                               : _("You may look at this, and only administrators may change it. To be one, turn on administrative access, or join the group provd-admin.")} />)}
                <Form onSubmit={submit} noValidate>
                    {GROUPS.map(group =>
                        <Group key={group.id} {...group} state={state} rights={rights} drafts={drafts} notes={notes}
                               onChange={change} />)}
                    <div className="provd-bar">
                        <Outcome outcome={outcome} />
                        <Actions drafts={drafts} isBusy={isBusy} onUndo={undo} />
                    </div>
                </Form>
            </CardBody>
        </Card>
    );
}
