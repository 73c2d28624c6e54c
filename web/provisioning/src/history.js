/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The last attempts, and what each of them changed. */
import { Button } from "@patternfly/react-core/dist/esm/components/Button/index.js";
import { Card, CardBody, CardTitle } from "@patternfly/react-core/dist/esm/components/Card/index.js";
import { Modal, ModalBody, ModalFooter, ModalHeader } from "@patternfly/react-core/dist/esm/components/Modal/index.js";
import { Table, Tbody, Td, Th, Thead, Tr } from "@patternfly/react-table/dist/esm/components/Table/index.js";
import cockpit from "cockpit";
import { useEffect, useState } from "react";

import { Result } from "./status.js";
import { time, word } from "./text.js";

const _ = cockpit.gettext;
const FEW = 10;

function Changes({ provd, attempt, onClose }) {
    const [rows, setRows] = useState([]);
    const title = cockpit.format(_("What attempt $0 changed"), attempt.id);

    useEffect(() => {
        provd.changes(attempt.id).then(setRows, () => {});
    }, [provd, attempt.id]);
    return (
        <Modal isOpen variant="medium" onClose={onClose} aria-label={title}>
            <ModalHeader title={title} />
            <ModalBody tabIndex={0}>
                {rows.length === 0 ? _("This is not known any more.") : (
                    <Table variant="compact" role="table" aria-label={title}>
                        <Thead><Tr><Th>{_("Name")}</Th><Th>{_("Old value")}</Th><Th>{_("New value")}</Th></Tr></Thead>
                        <Tbody>
                            {rows.map(([name, before, after]) =>
                                <Tr key={name}>
                                    <Td dataLabel={_("Name")}>{name}</Td>
                                    <Td dataLabel={_("Old value")} className="provd-value">{before}</Td>
                                    <Td dataLabel={_("New value")} className="provd-value">{after}</Td>
                                </Tr>)}
                        </Tbody>
                    </Table>)}
            </ModalBody>
            <ModalFooter><Button variant="secondary" onClick={onClose}>{_("Close")}</Button></ModalFooter>
        </Modal>
    );
}

function Row({ attempt, clock, onShow }) {
    const action = `${attempt.changed}: ${cockpit.format(_("What attempt $0 changed"), attempt.id)}`;

    return (
        <Tr>
            <Td dataLabel={_("Started")}>{time(attempt.started, clock.timeZone)}</Td>
            <Td dataLabel={_("Reason")}>{word("reason", attempt.reason)}</Td>
            <Td dataLabel={_("Result")} className="provd-value"><Result attempt={attempt} /></Td>
            <Td dataLabel={_("Changed")}>
                {attempt.changed === 0 ? "0" : (
                    <Button variant="link" isInline onClick={onShow} aria-label={action}>
                        {attempt.changed}
                    </Button>)}
            </Td>
        </Tr>
    );
}

export function History({ provd, history, clock }) {
    const [isWhole, setWhole] = useState(false);
    const [shown, setShown] = useState(null);
    const rows = isWhole ? history : history.slice(0, FEW);

    return (
        <Card component="section" aria-labelledby="history-title">
            <CardTitle component="h2" id="history-title">{_("History")}</CardTitle>
            <CardBody>
                {history.length === 0 ? _("There was no attempt yet.") : (
                    <Table variant="compact" role="table" aria-labelledby="history-title">
                        <Thead>
                            <Tr>
                                <Th width={20}>{_("Started")}</Th><Th width={20}>{_("Reason")}</Th>
                                <Th>{_("Result")}</Th><Th modifier="fitContent">{_("Changed")}</Th>
                            </Tr>
                        </Thead>
                        <Tbody>
                            {rows.map(attempt =>
                                <Row key={attempt.id} attempt={attempt} clock={clock} onShow={() => setShown(attempt)} />)}
                        </Tbody>
                    </Table>)}
                {history.length > rows.length &&
                    <Button variant="link" onClick={() => setWhole(true)}>{_("Show all")}</Button>}
                {shown && <Changes provd={provd} attempt={shown} onClose={() => setShown(null)} />}
            </CardBody>
        </Card>
    );
}
