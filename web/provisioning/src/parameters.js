/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Every parameter that the phone has, also those that the daemon only keeps. */
import { Button } from "@patternfly/react-core/dist/esm/components/Button/index.js";
import { Card, CardBody, CardTitle } from "@patternfly/react-core/dist/esm/components/Card/index.js";
import { Form } from "@patternfly/react-core/dist/esm/components/Form/index.js";
import { Modal, ModalBody, ModalFooter, ModalHeader } from "@patternfly/react-core/dist/esm/components/Modal/index.js";
import { Pagination } from "@patternfly/react-core/dist/esm/components/Pagination/index.js";
import { SearchInput } from "@patternfly/react-core/dist/esm/components/SearchInput/index.js";
import { Table, Tbody, Td, Th, Thead, Tr } from "@patternfly/react-table/dist/esm/components/Table/index.js";
import cockpit from "cockpit";
import { useDeferredValue, useState } from "react";

import { useDrafts } from "./drafts.js";
import { Field } from "./field.js";
import { Notice } from "./notice.js";
import { MASK } from "./provd.js";
import { maySet } from "./rights.js";
import { message, tableText, word } from "./text.js";

const _ = cockpit.gettext;
const PAGE_SIZES = [20, 50, 100].map(value => ({ title: String(value), value }));

const TITLES = {
    ofWord: _("of"),
    perPageSuffix: _("per page"),
    paginationAriaLabel: _("Pages"),
    toPreviousPageAriaLabel: _("Go to the previous page"),
    toNextPageAriaLabel: _("Go to the next page"),
};

function shownValue(value, description) {
    return description.secret && value ? MASK : value;
}

/* Secrets are not found by what they are. */
function find(sought, { values, descriptions }) {
    const needle = sought.trim().toLowerCase();

    return Object.keys(descriptions).sort().filter(name =>
        [name, tableText(descriptions[name].label), shownValue(values[name], descriptions[name])]
            .some(text => text.toLowerCase().includes(needle)));
}

/* One parameter, changed by itself, or put back to its default. */
function Editor({ provd, state, name, onClose }) {
    const drafts = useDrafts(provd, state);
    const [error, setError] = useState(null);
    const id = `edit-${name}`;
    const description = state.descriptions[name];
    const carry = async action => {
        try {
            await action();
            onClose();
        } catch (failure) {
            setError(failure.message);
        }
    };
    const save = event => {
        event.preventDefault();
        carry(() => provd.set(drafts.changes));
    };

    return (
        <Modal isOpen variant="medium" onClose={onClose} aria-label={name}>
            <ModalHeader title={name} />
            <ModalBody>
                <div aria-live="polite">
                    {error && <Notice variant="danger" title={_("Nothing was changed")}>{message(error)}</Notice>}
                </div>
                <Form id="provd-editor" onSubmit={save} noValidate>
                    <Field name={name} id={id} description={description} value={state.values[name]}
                           draft={drafts.changes[name]} problem={drafts.problems[name]}
                           onChange={text => drafts.change(name, text)} />
                </Form>
            </ModalBody>
            <ModalFooter>
                <Button type="submit" form="provd-editor" isDisabled={!(name in drafts.changes)}>{_("Save")}</Button>
                <Button variant="secondary" isDisabled={description.source === "default"}
                        onClick={() => carry(() => provd.reset(name))}>
                    {description.default === undefined ? _("Remove") : _("Back to default")}
                </Button>
                <Button variant="link" onClick={onClose}>{_("Cancel")}</Button>
            </ModalFooter>
        </Modal>
    );
}

function Row({ name, value, description, isWritable, onEdit }) {
    return (
        <Tr>
            <Td dataLabel={_("Name")} className="provd-value">{name}</Td>
            <Td dataLabel={_("Value")} className="provd-value">{shownValue(value, description)}</Td>
            <Td dataLabel={_("Source")}>{word("source", description.source)}</Td>
            <Td dataLabel={_("Access")}><abbr title={word("access", description.access)}>{description.access}</abbr></Td>
            <Td isActionCell>
                {isWritable && (
                    <Button variant="secondary" size="sm" onClick={onEdit} aria-label={cockpit.format(_("Edit $0"), name)}>
                        {_("Edit")}
                    </Button>)}
            </Td>
        </Tr>
    );
}

function Rows({ names, state, rights, onEdit }) {
    return (
        <Table variant="compact" role="table" aria-labelledby="parameters-title">
            <Thead>
                <Tr>
                    <Th width={30}>{_("Name")}</Th><Th width={40}>{_("Value")}</Th><Th>{_("Source")}</Th><Th>{_("Access")}</Th>
                    <Th screenReaderText={_("Edit")} />
                </Tr>
            </Thead>
            <Tbody>
                {names.map(name =>
                    <Row key={name} name={name} value={state.values[name]} description={state.descriptions[name]}
                         isWritable={maySet(rights, state.descriptions[name])} onEdit={() => onEdit(name)} />)}
            </Tbody>
        </Table>
    );
}

function List({ state, rights, onEdit }) {
    const [sought, setSought] = useState("");
    const [{ page, size }, setPlace] = useState({ page: 1, size: PAGE_SIZES[0].value });
    const names = find(useDeferredValue(sought), state);
    const last = Math.max(1, Math.ceil(names.length / size));
    const shown = Math.min(page, last);
    const seek = text => {
        setSought(text);
        setPlace({ page: 1, size });
    };

    return (
        <>
            <div className="provd-search">
                <SearchInput aria-label={_("Search parameters")} placeholder={_("Name or value")} value={sought}
                             onChange={(event, text) => seek(text)} onClear={() => seek("")}
                             resetButtonLabel={_("Clear")} />
                <div role="status" className="provd-help">
                    {cockpit.format(cockpit.ngettext("$0 parameter", "$0 parameters", names.length), names.length)}
                </div>
            </div>
            <Rows names={names.slice((shown - 1) * size, shown * size)} state={state} rights={rights} onEdit={onEdit} />
            <Pagination variant="bottom" isStatic isCompact titles={TITLES} itemCount={names.length} page={shown} perPage={size}
                        perPageOptions={PAGE_SIZES}
                        onSetPage={(event, wanted) => setPlace({ page: wanted, size })}
                        onPerPageSelect={(event, wanted) => setPlace({ page: 1, size: wanted })} />
        </>
    );
}

export function Parameters({ provd, state, rights }) {
    const [edited, setEdited] = useState(null);

    return (
        <Card component="section" aria-labelledby="parameters-title">
            <CardTitle component="h2" id="parameters-title">{_("All Parameters")}</CardTitle>
            <CardBody>
                {state.complete ? <List state={state} rights={rights} onEdit={setEdited} /> : _("Loading…")}
                {edited in state.descriptions &&
                    <Editor provd={provd} state={state} name={edited} onClose={() => setEdited(null)} />}
            </CardBody>
        </Card>
    );
}
