/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * login.mjs ADDRESS USER PASSWORD [OPTIONS]: logs in to Cockpit, opens the page from its menu, and
 * prints as JSON what the user sees. OPTIONS is JSON: "ahead", by how many seconds the browser's clock
 * is wrong; "timeZone", the browser's; "acts", what is done before one looks, each the name of a
 * function of ACTS with its arguments; "paints", how many first paints are measured afterwards.
 */
import { execFile } from "node:child_process";
import fs from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { promisify } from "node:util";

import { SETTINGS, fill, logIn, openFromMenu, submit } from "./steps.mjs";
import { audit, firstPaint, launchBrowser } from "./world.mjs";

const [base, user, password, given = "{}"] = process.argv.slice(2);
const { ahead = 0, timeZone = "UTC", acts = [], paints = 0 } = JSON.parse(given);

async function texts(locator) {
    return (await locator.allInnerTexts()).map(text => text.trim());
}

/* What stands beside a term of the status. */
function row(frame, term) {
    return frame.locator("dl > div").filter({ hasText: term }).locator("dd");
}

const ACTS = {
    fill,
    fillSettings: async frame => {
        for (const [label, , value] of SETTINGS.flat())
            await fill(frame, label, value);
    },
    submit: async frame => {
        await submit(frame);
        await frame.locator(".provd-outcome > *").waitFor();
    },
    run: (frame, program, ...args) => promisify(execFile)(program, args),
    waitForResync: (frame, isAllowed) => frame.getByRole("button", { name: "Resync now" })
        .and(frame.locator(isAllowed ? ":not([aria-disabled=true])" : "[aria-disabled=true]")).waitFor(),
    waitForNext: (frame, text) => row(frame, "Next resync").filter({ hasText: new RegExp(text) }).waitFor(),
};

async function look(frame) {
    return {
        outcome: await texts(frame.locator(".provd-outcome > *")),
        reason: await texts(frame.locator("#provd-read-only")),
        writable: await frame.locator("form input:not([readonly]), form select").evaluateAll(all => all.map(({ id }) => id)),
        readOnly: await frame.locator("form input[readonly]").count(),
        rule: await frame.locator("#Profile_Rule").inputValue(),
        secret: await frame.locator("#GPP_SA").inputValue(),
        resyncRefused: await frame.getByRole("button", { name: "Resync now" }).getAttribute("aria-disabled"),
        editButtons: await frame.getByRole("button", { name: /^Edit / }).count(),
        state: (await texts(row(frame, "State")))[0],
        audit: await audit(frame),
    };
}

async function measure(page) {
    const measured = [];

    for (let i = 0; i < paints; i++)
        measured.push({
            ours: await firstPaint(page, `${base}/cockpit/@localhost/provisioning/index.html`),
            services: await firstPaint(page, `${base}/cockpit/@localhost/system/services.html`),
        });
    return measured;
}

const directory = await fs.mkdtemp(path.join(os.tmpdir(), "provd-login-"));
const browser = await launchBrowser(directory, { locale: "en-US", timezoneId: timeZone });

try {
    const page = browser.pages()[0];

    if (ahead)
        await page.clock.install({ time: Date.now() + ahead * 1000 });
    await logIn(page, base, user, password);
    const frame = await openFromMenu(page);

    await frame.locator("main[aria-busy=false]").waitFor();
    await frame.getByRole("row").nth(1).waitFor();
    for (const [act, ...args] of acts)
        await ACTS[act](frame, ...args);
    console.log(JSON.stringify({ settings: SETTINGS.flat(), ...await look(frame), paints: await measure(page) }));
} finally {
    await browser.close();
    await fs.rm(directory, { recursive: true, force: true });
}
