/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * One parameter as a field: everything about it but its place comes from the daemon's description.
 */
import { Button } from "@patternfly/react-core/dist/esm/components/Button/index.js";
import { FormGroup, FormHelperText } from "@patternfly/react-core/dist/esm/components/Form/index.js";
import { FormSelect, FormSelectOption } from "@patternfly/react-core/dist/esm/components/FormSelect/index.js";
import { HelperText, HelperTextItem } from "@patternfly/react-core/dist/esm/components/HelperText/index.js";
import { InputGroup, InputGroupItem, InputGroupText } from "@patternfly/react-core/dist/esm/components/InputGroup/index.js";
import { Label } from "@patternfly/react-core/dist/esm/components/Label/index.js";
import { TextInput } from "@patternfly/react-core/dist/esm/components/TextInput/index.js";
import cockpit from "cockpit";
import { useState } from "react";

import { MASK } from "./provd.js";
import { duration, message, tableText, unitSeconds } from "./text.js";

const _ = cockpit.gettext;

const CODE_TYPES = ["condition", "rule", "macro-text", "schedule"];
const DIGIT_TYPES = ["integer", "hhmm"];

/* What stands in the field for a value: what the reader may not see is not there to be edited. */
export function editable(value) {
    return value === MASK ? "" : value ?? "";
}

function Choice({ description, value, onChange, ...rest }) {
    const choices = description.choices.includes(value) ? description.choices : [value, ...description.choices];

    return (
        <FormSelect {...rest} value={value} onChange={(event, chosen) => onChange(chosen)}>
            {choices.map(choice => <FormSelectOption key={choice} value={choice} label={choice} />)}
        </FormSelect>
    );
}

function Text({ description, value, onChange, ...rest }) {
    return (
        <TextInput {...rest} type="text" value={value} spellCheck="false" autoComplete="off"
                   className={CODE_TYPES.includes(description.type) ? "provd-code" : ""}
                   inputMode={DIGIT_TYPES.includes(description.type) ? "numeric" : "text"}
                   onChange={(event, text) => onChange(text)} />
    );
}

function Secret({ value, onChange, ...rest }) {
    const [shown, setShown] = useState(false);

    return (
        <InputGroup>
            <InputGroupItem isFill>
                <TextInput {...rest} type={shown ? "text" : "password"} value={value} spellCheck="false"
                           autoComplete="new-password" onChange={(event, text) => onChange(text)} />
            </InputGroupItem>
            <InputGroupItem>
                <Button variant="control" isDisabled={!value} onClick={() => setShown(!shown)}
                        aria-label={cockpit.format(shown ? _("Hide $0") : _("Show $0"), rest["aria-label"])}>
                    {shown ? _("Hide") : _("Show")}
                </Button>
            </InputGroupItem>
        </InputGroup>
    );
}

function Control({ description, isReadOnly, ...rest }) {
    if (description.secret)
        return <Secret {...rest} readOnlyVariant={isReadOnly ? "default" : undefined} />;
    if (description.choices && !isReadOnly)
        return <Choice {...rest} description={description} />;

    const text = <Text {...rest} description={description} readOnlyVariant={isReadOnly ? "default" : undefined} />;
    if (!description.unit)
        return text;

    const unit = unitSeconds(description.unit) > 1 ? `× ${description.unit}` : description.unit;
    return (
        <InputGroup>
            <InputGroupItem isFill>{text}</InputGroupItem>
            <InputGroupText>{unit}</InputGroupText>
        </InputGroup>
    );
}

/* "= 4 hr" for the number of seconds that is in the field, "6 × 20 s = 120 s = 2 min" for steps. */
function meaning({ type, unit }, value) {
    const size = unitSeconds(unit);
    const number = /^(0x[0-9a-f]+|[0-9]+)$/i.test(value) ? Number(value) : 0;
    const seconds = number * size;

    if (type !== "integer" || seconds === 0)
        return null;
    return (size > 1 ? `${number} × ${unit} = ${seconds} s ` : "") + `= ${duration(seconds)}`;
}

/* Range and default, in one line. */
function facts({ min, max, default: standard, secret }) {
    const range = max === undefined ? "" : cockpit.format(_("$0 to $1."), String(min), String(max));
    const shown = secret && standard ? MASK : standard || _("empty");
    const text = standard === undefined ? "" : cockpit.format(_("Default: $0"), shown);

    return [range, text].filter(Boolean).join(" ");
}

/*
 * id: of the element, where the name is taken; value: as stored; draft: what is typed in its place, if
 * anything; problem: why the daemon would refuse it; notes: what else there is to say; readOnlyId: the
 * element that says why it cannot be changed, if so.
 */
export function Field({ name, id = name, description, value, draft, problem, notes = [], readOnlyId, withHelp = true, onChange }) {
    const label = tableText(description.label) || name;
    const isChanged = draft !== undefined;
    const shown = draft ?? (readOnlyId ? value : editable(value));
    const hints = [
        withHelp && tableText(description.help),
        facts(description),
        meaning(description, shown),
        !isChanged && description.effective !== undefined &&
            cockpit.format(_("Counts as $0."), description.effective || _("empty")),
        isChanged && !description.secret && cockpit.format(_("Stored: $0"), value || _("empty")),
        ...notes,
    ].filter(Boolean);
    const [problemId, hintsId] = [`${id}-problem`, `${id}-hints`];
    const describedBy = [problemId, hintsId, readOnlyId].filter(Boolean).join(" ");

    return (
        <FormGroup label={label} fieldId={id} className={isChanged ? "provd-field provd-changed" : "provd-field"}
                   labelInfo={isChanged ? <Label color="blue" isCompact>{_("changed")}</Label> : undefined}>
            <Control id={id} name={name} aria-label={label} aria-describedby={describedBy} description={description}
                     value={shown} isReadOnly={Boolean(readOnlyId)} validated={problem ? "error" : "default"}
                     placeholder={value === MASK ? MASK : undefined} onChange={onChange} />
            <FormHelperText>
                <HelperText id={problemId} isLiveRegion>
                    {problem && <HelperTextItem variant="error">{message(problem)}</HelperTextItem>}
                </HelperText>
                <HelperText id={hintsId}>
                    {hints.map(hint => <HelperTextItem key={hint}>{hint}</HelperTextItem>)}
                </HelperText>
            </FormHelperText>
        </FormGroup>
    );
}
