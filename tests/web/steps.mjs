/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The article's walk through the phone's page, in fifteen steps: log in (1), Voice > Provisioning (2),
 * the settings (3 to 14), Submit All Changes (15).
 */

/* Steps 3 to 14: each field by the name that it has there, its parameter, and what is put in. */
export const SETTINGS = [
    [["Provision Enable", "Provision_Enable", "Yes"]],
    [["Resync On Reset", "Resync_On_Reset", "No"]],
    [["Resync Random Delay", "Resync_Random_Delay", "3"]],
    [["Resync At (HHmm)", "Resync_At__HHmm_", "2330"]],
    [["Resync At Random Delay", "Resync_At_Random_Delay", "1200"]],
    [["Resync Periodic", "Resync_Periodic", "1800,3600+600"]],
    [["Resync Error Retry Delay", "Resync_Error_Retry_Delay", "60+60,300"]],
    [["Forced Resync Delay", "Forced_Resync_Delay", "7200"]],
    [["Resync From SIP", "Resync_From_SIP", "No"]],
    [["Resync After Upgrade Attempt", "Resync_After_Upgrade_Attempt", "No"]],
    [
        ["Resync Trigger 1", "Resync_Trigger_1", "$UPGTMR gt 300 and $PRVTMR ge 600"],
        ["Resync Trigger 2", "Resync_Trigger_2", "$PRVTMR gt 86400"],
    ],
    [["Resync Fails On FNF", "Resync_Fails_On_FNF", "No"]],
];

/* Step 1, where there is a login. */
export async function logIn(page, base, user, password) {
    await page.goto(base);
    await page.fill("#login-user-input", user);
    await page.fill("#login-password-input", password);
    await page.click("#login-button");
}

/* Step 2; returns the page's frame, in which there is a form to be seen. */
export async function openFromMenu(page) {
    await page.getByRole("link", { name: "Provisioning", exact: true }).click();
    const frame = await (await page.waitForSelector("iframe[name$='/provisioning']")).contentFrame();

    await frame.getByRole("button", { name: "Submit All Changes" }).waitFor();
    return frame;
}

/* The field of a form with that name; the table below may have one of the same name in a dialog. */
export function field(where, label) {
    return where.getByLabel(label, { exact: true }).first();
}

/* Steps 3 to 14, one of them. */
export async function fill(where, label, value) {
    const control = field(where, label);

    if (await control.evaluate(element => element.tagName) === "SELECT")
        await control.selectOption(value);
    else
        await control.fill(value);
}

/* Step 15; the daemon's answer is awaited by who knows which one is expected. */
export async function submit(where) {
    await where.getByRole("button", { name: "Submit All Changes" }).click();
}
