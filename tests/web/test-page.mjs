/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The administrator's page against the real daemon, in a real browser, as a person drives it. */
import assert from "node:assert/strict";
import fs from "node:fs/promises";
import path from "node:path";
import { after, before, beforeEach, test as define } from "node:test";
import { gunzipSync } from "node:zlib";

import { NAME, OBJECT, World, audit, firstPaint, launchBrowser, missing } from "./world.mjs";

/* The article's steps: each field by the name that it has there, what is put in, what the bus then says. */
const STEPS = [
    ["Provision Enable", "Provision_Enable", "Yes"],
    ["Resync On Reset", "Resync_On_Reset", "Yes"],
    ["Resync Random Delay", "Resync_Random_Delay", "3"],
    ["Resync At (HHmm)", "Resync_At__HHmm_", "2330"],
    ["Resync At Random Delay", "Resync_At_Random_Delay", "1200"],
    ["Resync Periodic", "Resync_Periodic", "1800,3600+600"],
    ["Resync Error Retry Delay", "Resync_Error_Retry_Delay", "60+60,300"],
    ["Forced Resync Delay", "Forced_Resync_Delay", "7200"],
    ["Resync From SIP", "Resync_From_SIP", "No"],
    ["Resync After Upgrade Attempt", "Resync_After_Upgrade_Attempt", "No"],
    ["Resync Trigger 1", "Resync_Trigger_1", "$UPGTMR gt 300 and $PRVTMR ge 600"],
    ["Resync Trigger 2", "Resync_Trigger_2", "$PRVTMR gt 86400"],
    ["Resync Fails On FNF", "Resync_Fails_On_FNF", "No"],
    ["User Configurable Resync", "User_Configurable_Resync", "No"],
];

/* One value that each kind of field must refuse. */
const WRONG = [
    ["Resync Random Delay", "65536"],
    ["Resync At (HHmm)", "0960"],
    ["Resync Periodic", "3600+"],
    ["Resync Trigger 1", "$PRVTMR gt"],
    ["Profile Rule", "[--key"],
    ["GPP A", "x".repeat(16 * 1024 + 1)],
    ["GPP SA", "********"],
];

const MARKUP = `<img src=x onerror="window.hit=1"><script>window.hit=1</script>`;

const lacking = await missing();
const test = (name, run) => define(name, { skip: lacking ? `${lacking} is not installed` : false }, run);

const world = new World();
let browser, page;

async function open(size = { width: 1280, height: 900 }, url = world.page) {
    await page.setViewportSize(size);
    await page.goto(url);
    await page.getByRole("button", { name: "Submit All Changes" }).waitFor();
}

function field(label) {
    return page.getByLabel(label, { exact: true }).first();
}

async function fill(label, value) {
    const control = field(label);

    if (await control.evaluate(element => element.tagName) === "SELECT")
        await control.selectOption(value);
    else
        await control.fill(value);
}

async function problem(label) {
    return page.locator(`#${await field(label).getAttribute("id")}-problem`);
}

async function submit() {
    await page.getByRole("button", { name: "Submit All Changes" }).click();
}

before(async () => {
    if (lacking)
        return;
    await world.start();
    browser = await launchBrowser(world.directory, { locale: "en-US", timezoneId: "UTC" });
    page = browser.pages()[0];
});

after(async () => {
    await browser?.close();
    await world.close();
});

beforeEach(async () => {
    world.profile = null;
    await world.busctl("call", NAME, OBJECT, NAME, "FactoryReset");
    await page.emulateMedia({ colorScheme: "light" });
});

test("the fourteen settings have the article's names and order", async () => {
    await open();
    const labels = await page.locator("section[aria-labelledby=settings-title] label").allInnerTexts();

    assert.deepEqual(labels.map(label => label.trim()), STEPS.map(([label]) => label));
});

test("each setting of the article, filled in and submitted, is what busctl reads", async () => {
    await open();
    for (const [label, , value] of STEPS)
        await fill(label, value);
    await submit();
    await page.getByText("All changes are stored").waitFor();
    for (const [, name, value] of STEPS)
        assert.equal(await world.parameter(name), value, name);
});

test("all changes are one change on the bus", async () => {
    await open();
    const monitor = world.spawn("busctl", ["--user", "--json=short", "--match",
        "type='signal',member='ParametersChanged'", "monitor"], { stdio: ["ignore", "pipe", "ignore"] });
    const lines = [];

    monitor.stdout.on("data", data => lines.push(...data.toString().split("\n").filter(line => line.includes("ParametersChanged"))));
    await world.busctl("status", NAME);
    await fill("GPP A", "one");
    await fill("GPP B", "two");
    await fill("Profile Rule B", "/b.xml");
    await submit();
    await page.getByText("All changes are stored").waitFor();
    await world.provctl("get", "GPP_A");
    monitor.kill();
    assert.equal(lines.length, 1);
    assert.deepEqual(JSON.parse(lines[0]).payload.data[0].sort(), ["GPP_A", "GPP_B", "Profile_Rule_B"]);
});

test("what was changed is marked, and undone", async () => {
    await open();
    await fill("Forced Resync Delay", "60");
    await page.getByText("1 field is changed").waitFor();
    await page.locator(".provd-changed").getByText("Stored: 14400").waitFor();
    await page.getByRole("button", { name: "Undo All Changes" }).click();
    assert.equal(await field("Forced Resync Delay").inputValue(), "14400");
    assert.equal(await page.locator(".provd-changed").count(), 0);
    assert.equal(await world.parameter("Forced_Resync_Delay"), "14400");
});

for (const [label, value] of WRONG)
    test(`${label}: ${value.slice(0, 20)} is refused as it is typed, and when it is submitted`, async () => {
        await open();
        await fill("GPP P", "innocent");
        await fill(label, value);
        const said = await problem(label);

        await said.getByText(/./).first().waitFor();
        assert.equal(await field(label).getAttribute("aria-invalid"), "true");
        await submit();
        await page.getByText("Nothing was changed").waitFor();
        assert.match(await said.innerText(), /\S/);
        assert.equal(await world.parameter("GPP_P"), "");
        assert.equal(await field(label).evaluate(element => element === document.activeElement), true);
    });

test("defaults, ranges and units come with the fields, steps of 20 s as seconds", async () => {
    await open();
    await fill("Resync Random Delay", "3");
    const group = page.locator("#Resync_Random_Delay-hints");

    await group.getByText("3 × 20 s = 1 min").waitFor();
    await group.getByText("0 to 65535. Default: 0").waitFor();
    await page.locator("#Forced_Resync_Delay-hints").getByText("= 4 hr").waitFor();
    await fill("Resync At Random Delay", "300");
    await submit();
    await page.locator("#Resync_At_Random_Delay-hints").getByText("Counts as 600.", { exact: true }).waitFor();
});

test("Resync At says that Resync Periodic is ignored", async () => {
    await open();
    const note = page.locator("#Resync_Periodic-hints").getByText("Ignored while Resync At (HHmm) is set.");

    assert.equal(await note.count(), 0);
    await fill("Resync At (HHmm)", "0300");
    await note.waitFor();
    await fill("Resync At (HHmm)", "0360");
    await note.waitFor({ state: "detached" });
});

test("what provctl changes appears, and what was typed stays", async () => {
    await open();
    await fill("GPP A", "typed");
    await world.provctl("set", "GPP_B=by provctl", "GPP_A=meanwhile", "Station_Name=new");
    await page.waitForFunction(() => document.getElementById("GPP_B").value === "by provctl");
    assert.equal(await field("GPP A").inputValue(), "typed");
    await page.locator("#GPP_A-hints").getByText("Stored: meanwhile").waitFor();
    await page.getByLabel("Search parameters").fill("Station_N");
    await page.getByRole("row", { name: /Station_Name new/ }).waitFor();
    await world.provctl("reset", "Station_Name");
    await page.getByRole("row", { name: /Station_Name/ }).waitFor({ state: "detached" });
});

test("state, countdown, reason and the last results are live", async () => {
    await open();
    const status = page.locator("section[aria-labelledby=status-title]");

    await page.getByRole("button", { name: "Resync now" }).click();
    await status.getByText("FileNotFound").first().waitFor();
    await status.getByText("after a failure").first().waitFor();
    world.profile = "<flat-profile><Station_Name>Front</Station_Name></flat-profile>";
    await page.getByRole("button", { name: "Resync now" }).click();
    await status.getByText("success", { exact: true }).waitFor();
    const before = await page.getByRole("timer").innerText();

    assert.match(before, /^in (1 hr|59 min)/);
    await page.waitForFunction(text => document.querySelector("[role=timer]").innerText !== text, before);
    assert.equal(await page.locator(".provd-last li").count(), 2);
    await page.getByRole("button", { name: "What attempt" }).first().click();
    await page.getByRole("dialog").getByText("Front").waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
});

test("active lines are live", async () => {
    await open();
    const holder = world.spawn(process.env.PROVCTL, ["--session", "line", "3", "active"]);
    const row = page.locator("dl > div").filter({ hasText: "Active lines" });

    await row.getByText("3").waitFor();
    holder.kill("SIGINT");
    await row.getByText("none").waitFor();
});

test("a disabled phone says so, and refuses a resync", async () => {
    await open();
    await fill("Provision Enable", "No");
    await submit();
    await page.getByText("Provisioning is switched off.").waitFor();
    assert.equal(await page.getByRole("button", { name: "Resync now" }).getAttribute("aria-disabled"), "true");
});

test("the daemon stops and starts under the page", async () => {
    await world.provctl("set", "GPP_C=kept");
    await open();
    await fill("GPP D", "typed");
    await world.stopProvd();
    await page.getByText("provd is not running").waitFor();
    await world.startProvd();
    await page.getByText("provd is not running").waitFor({ state: "detached" });
    assert.equal(await field("GPP C").inputValue(), "kept");
    assert.equal(await field("GPP D").inputValue(), "typed");
    await world.provctl("set", "GPP_C=live again");
    await page.waitForFunction(() => document.getElementById("GPP_C").value === "live again");
});

test("any parameter is found, edited, and put back to its default", async () => {
    await world.provctl("set", "Station_Name=Front");
    await open();
    await page.getByLabel("Search parameters").fill("front");
    await page.getByRole("button", { name: "Edit Station_Name" }).click();
    const dialog = page.getByRole("dialog");

    await dialog.getByLabel("Station_Name", { exact: true }).last().fill("Back");
    await dialog.getByRole("button", { name: "Save" }).click();
    await dialog.waitFor({ state: "detached" });
    assert.equal(await world.parameter("Station_Name"), "Back");
    await page.getByLabel("Search parameters").fill("Resync_Periodic");
    await page.getByRole("button", { name: "Edit Resync_Periodic" }).click();
    await dialog.getByLabel("Resync Periodic", { exact: true }).fill("x");
    await dialog.getByText(/schedule|seconds|element/i).last().waitFor();
    await dialog.getByRole("button", { name: "Save" }).click();
    await dialog.getByText("Nothing was changed").waitFor();
    assert.deepEqual(await audit(page), []);
});

test("secrets are written, and shown only on request", async () => {
    await open();
    await fill("GPP SA", "s3cret");
    await submit();
    await page.getByText("All changes are stored").waitFor();
    assert.equal(await world.parameter("GPP_SA"), "s3cret");
    assert.equal(await field("GPP SA").getAttribute("type"), "password");
    await page.getByLabel("Search parameters").fill("GPP_SA");
    await page.getByRole("row", { name: /GPP_SA \*{8}/ }).waitFor();
    assert.equal(await page.getByText("s3cret").count(), 0);
});

test("values that are markup stay text", async () => {
    world.profile = `<flat-profile><Evil><![CDATA[${MARKUP}]]></Evil><GPP_D><![CDATA[${MARKUP}]]></GPP_D></flat-profile>`;
    await world.provctl("resync");
    await world.provctl("set", `Profile_Rule=/${MARKUP}`).catch(() => {});
    await open();
    await page.getByLabel("Search parameters").fill("Evil");
    await page.getByRole("row", { name: `Evil ${MARKUP}` }).waitFor();
    await fill("GPP E", MARKUP);
    await submit();
    await page.getByText("All changes are stored").waitFor();
    await page.getByRole("button", { name: "What attempt" }).first().click();
    await page.getByRole("dialog").getByText(MARKUP).first().waitFor();
    assert.equal(await page.evaluate(() => window.hit), undefined);
    assert.equal(await page.locator("main img, main script, [role=dialog] img").count(), 0);
});

test("Cockpit's menu leads to the page", async () => {
    await page.setViewportSize({ width: 1280, height: 900 });
    await page.goto(`${world.base}/provisioning`);
    await page.frameLocator("iframe[name$='/provisioning']").getByRole("button", { name: "Submit All Changes" }).waitFor();
    await page.getByRole("link", { name: "Provisioning" }).waitFor();
});

test("it speaks the reader's language, from the daemon's own translations", async () => {
    await browser.addCookies([{ name: "CockpitLang", value: "de-de", url: world.base }]);
    try {
        await page.goto(world.page);
        await page.getByText("Nächster Abgleich").waitFor();
        assert.equal(await page.evaluate(() => document.documentElement.lang), "de");
        await page.getByText("Zufällige Verzögerung des Abgleichs", { exact: true }).waitFor();
    } finally {
        await browser.clearCookies();
    }
});

test("every text of the page is translated", async () => {
    const sources = new URL("../../web/provisioning/src/", import.meta.url);
    const catalog = gunzipSync(await fs.readFile(path.join(process.env.WEB_PACKAGE, "po.ja.js.gz"))).toString();

    for (const name of await fs.readdir(sources)) {
        const text = await fs.readFile(new URL(name, sources), "utf8");

        for (const [, literal] of text.matchAll(/\b(?:_|N_|ngettext)\(("(?:[^"\\]|\\.)*")/g))
            assert.ok(catalog.includes(`${literal}:[`), `${name}: ${literal}`);
    }
});

test("the keyboard alone changes and submits a value", async () => {
    await open();
    await field("Resync Fails On FNF").focus();
    await page.keyboard.press("N");
    for (let i = 0; i < 60 && !await page.evaluate(() => document.activeElement.type === "submit"); i++)
        await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await page.getByText("All changes are stored").waitFor();
    assert.equal(await world.parameter("Resync_Fails_On_FNF"), "No");
});

/* For docs/screenshots; what is in view is what a person sees first. */
async function takePicture(name, width) {
    await page.setViewportSize({ width, height: width < 1280 ? 1400 : 1000 });
    await page.evaluate(() => window.scrollTo(0, 0));
    await page.screenshot({ path: path.join(process.env.WEB_SCREENSHOTS, `web-${name}.png`) });
}

const VIEWS = [
    ["desktop", 1280, "light"],
    ["phone", 360, "light"],
    ["desktop-dark", 1280, "dark"],
    ["phone-dark", 360, "dark"],
];

for (const [name, width, colorScheme] of VIEWS)
    test(`${name}: nothing sticks out, and axe finds nothing`, async () => {
        world.profile = "<flat-profile><Station_Name>Front desk</Station_Name><Password_1_>x</Password_1_></flat-profile>";
        await world.provctl("resync");
        await page.emulateMedia({ colorScheme });
        await open({ width, height: 900 });
        await fill("Forced Resync Delay", "70000");
        await fill("Resync At (HHmm)", "0300");
        await (await problem("Forced Resync Delay")).getByText(/./).first().waitFor();
        await page.getByRole("row", { name: /Station_Name|GPP_A/ }).first().waitFor();
        assert.ok(await page.evaluate(() => document.documentElement.scrollWidth) <= width);
        assert.deepEqual(await audit(page), []);
        if (process.env.WEB_SCREENSHOTS)
            await takePicture(name, width);
    });

test("the first paint comes within a second", async t => {
    const ours = [], services = [];

    for (let i = 0; i < 5; i++) {
        ours.push(await firstPaint(page, world.page));
        services.push(await firstPaint(page, `${world.base}/cockpit/@localhost/system/services.html`));
    }
    t.diagnostic(`first paint in ms: this page ${ours}, Cockpit's Services ${services}`);
    assert.ok(Math.min(...ours) <= 1000, `${ours} ms`);
});

test("the page is small: less than Cockpit's Services", async t => {
    const sizeOf = async (directory, names) => (await Promise.all(
        names.map(async name => (await fs.stat(path.join(directory, name))).size))).reduce((a, b) => a + b);
    const ours = await sizeOf(process.env.WEB_PACKAGE, ["index.js.gz", "index.css.gz"]);
    const services = await sizeOf("/usr/share/cockpit/systemd", ["services.js.gz", "services.css.gz"]);

    t.diagnostic(`compressed bytes: this page ${ours}, Cockpit's Services ${services}`);
    assert.ok(ours < services);
});
