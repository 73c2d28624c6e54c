/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * login.mjs ADDRESS USER PASSWORD [LABEL VALUE]: logs in to Cockpit, opens the page, puts VALUE into
 * the field LABEL and submits it where they are given, and prints as JSON what the user sees.
 */
import fs from "node:fs/promises";
import os from "node:os";
import path from "node:path";

import { audit, firstPaint, launchBrowser } from "./world.mjs";

const [base, user, password, label, value] = process.argv.slice(2);
const directory = await fs.mkdtemp(path.join(os.tmpdir(), "provd-login-"));
const browser = await launchBrowser(directory, { locale: "en-US" });

async function texts(locator) {
    return (await locator.allInnerTexts()).map(text => text.trim());
}

try {
    const page = browser.pages()[0];

    await page.goto(base);
    await page.fill("#login-user-input", user);
    await page.fill("#login-password-input", password);
    await page.click("#login-button");
    await page.locator("iframe").first().waitFor({ state: "attached" });

    const services = await firstPaint(page, `${base}/cockpit/@localhost/system/services.html`);
    const ours = await firstPaint(page, `${base}/cockpit/@localhost/provisioning/index.html`);

    await page.getByRole("button", { name: "Submit All Changes" }).waitFor();
    await page.getByRole("row").nth(1).waitFor();
    await page.waitForTimeout(1000);
    if (label) {
        await page.getByLabel(label, { exact: true }).first().fill(value);
        await page.getByRole("button", { name: "Submit All Changes" }).click();
        await page.locator(".provd-outcome > *").waitFor();
    }
    console.log(JSON.stringify({
        audit: await audit(page),
        firstPaint: { ours, services },
        outcome: await texts(page.locator(".provd-outcome > *")),
        reason: await texts(page.locator("#provd-read-only")),
        writable: await page.locator("form input:not([readonly]), form select").count(),
        readOnly: await page.locator("form input[readonly]").count(),
        secret: await page.locator("#GPP_SA").inputValue(),
        resyncRefused: await page.getByRole("button", { name: "Resync now" }).getAttribute("aria-disabled"),
        editButtons: await page.getByRole("button", { name: /^Edit / }).count(),
        state: (await texts(page.locator("dd"))).slice(0, 1),
    }));
} finally {
    await browser.close();
    await fs.rm(directory, { recursive: true, force: true });
}
