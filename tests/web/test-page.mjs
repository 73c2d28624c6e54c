/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The administrator's page against the real daemon, in a real browser, as a person drives it. */
import assert from "node:assert/strict";
import fs from "node:fs/promises";
import path from "node:path";
import { after, before, beforeEach, test as define } from "node:test";
import { gunzipSync } from "node:zlib";

import { SETTINGS, field as formField, fill as fillField, openFromMenu, submit as submitForm } from "./steps.mjs";
import { NAME, OBJECT, World, audit, firstPaint, launchBrowser, missing, until } from "./world.mjs";

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

const SOURCES = new URL("../../web/provisioning/", import.meta.url);

const lacking = await missing();
const test = lacking ? () => {} : define;

const world = new World();
const errors = []; /* that the page's code did not handle */
let browser, page;

if (lacking)
    define("the page in a browser", { skip: lacking });

async function open(size = { width: 1280, height: 900 }, url = world.page) {
    await page.setViewportSize(size);
    await page.goto(url);
    await page.locator("main[aria-busy=false]").waitFor();
}

function field(label) {
    return formField(page, label);
}

function fill(label, value) {
    return fillField(page, label, value);
}

async function problem(label) {
    return page.locator(`#${await field(label).getAttribute("id")}-problem`);
}

function submit() {
    return submitForm(page);
}

before(async () => {
    if (lacking)
        return;
    await world.start();
    browser = await launchBrowser(world.directory, { locale: "en-US", timezoneId: "UTC" });
    page = browser.pages()[0];
    page.on("pageerror", error => errors.push(String(error)));
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

/* File names and texts of what the page is written in. */
async function readSources() {
    const names = (await fs.readdir(SOURCES, { recursive: true })).filter(name => /\.(css|html|js|json)$/.test(name));

    return Promise.all(names.map(async name => [name, await fs.readFile(new URL(name, SOURCES), "utf8")]));
}

test("the fourteen settings have the article's names and order", async () => {
    await open();
    const labels = await page.locator("section[aria-labelledby=settings-title] label").allInnerTexts();

    assert.deepEqual(labels.map(label => label.trim()),
        [...SETTINGS.flat().map(([label]) => label), "User Configurable Resync"]);
});

test("the profile rules and the general purpose parameters follow them", async () => {
    await open();
    const labels = await page.locator("form section:not([aria-labelledby=settings-title]) label").allInnerTexts();
    const named = (prefix, letters) => [...letters].map(letter => `${prefix}${letter}`);

    assert.deepEqual(labels.map(label => label.trim()), ["Profile Rule", ...named("Profile Rule ", "BCD"),
        ...named("GPP ", "ABCDEFGHIJKLMNOP"), ...named("GPP S", "ABCD")]);
});

test("the article's fifteen steps, from Cockpit's menu on, set what busctl reads", async () => {
    await page.setViewportSize({ width: 1280, height: 900 });
    await page.goto(world.base); /* step 1; the session is that of who runs the tests */
    const frame = await openFromMenu(page);

    for (const step of SETTINGS)
        for (const [label, , value] of step)
            await fillField(frame, label, value);
    assert.equal(2 + SETTINGS.length + 1, 15);
    await submitForm(frame);
    await frame.getByText("All changes are stored").waitFor();
    for (const [, name, value] of SETTINGS.flat())
        assert.equal(await world.parameter(name), value, name);
});

test("all changes are one change on the bus", async () => {
    await open();
    const monitor = await world.monitor("type='signal',member='ParametersChanged'");

    await fill("GPP A", "one");
    await fill("GPP B", "two");
    await fill("Profile Rule B", "/b.xml");
    await submit();
    await page.getByText("All changes are stored").waitFor();
    await world.provctl("set", "GPP_C=afterwards");
    await until("the signals", () => monitor.messages.length >= 2);
    monitor.stop();
    assert.deepEqual(monitor.messages.map(({ payload }) => payload.data[0].sort()),
        [["GPP_A", "GPP_B", "Profile_Rule_B"], ["GPP_C"]]);
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

test("what came of a change is said until the next one", async () => {
    await open();
    await fill("GPP A", "one");
    await submit();
    await page.getByText("All changes are stored").waitFor();
    await fill("GPP A", "two");
    await page.getByText("All changes are stored").waitFor({ state: "detached" });
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

test("a drop-down leaves no wrong value to choose", async () => {
    await open();
    for (const choice of await page.locator("form select").all())
        assert.deepEqual(await choice.locator("option").allInnerTexts(), ["Yes", "No"]);
    assert.equal(await page.locator("form select").count(), 6);
});

test("on a small screen a refused field and what is wrong with it are in view", async () => {
    await open({ width: 360, height: 560 });
    await fill("Resync Trigger 1", "$PRVTMR gt");
    await fill("GPP P", "far below");
    await submit();
    await page.getByText("Nothing was changed").waitFor();
    const bottom = async locator => locator.evaluate(element => element.getBoundingClientRect().bottom);
    const top = async locator => locator.evaluate(element => element.getBoundingClientRect().top);
    const bar = page.locator(".provd-bar");

    await until("the problem is above the bar", async () =>
        await top(field("Resync Trigger 1")) >= 0 && await bottom(await problem("Resync Trigger 1")) <= await top(bar));
});

test("every field has its help and its default", async () => {
    await open();
    for (const group of await page.locator(".provd-group").all()) {
        const common = await group.locator("> .provd-help").count();

        for (const entry of await group.locator(".provd-field").all()) {
            const hints = await entry.locator("[id$='-hints'] > *").allInnerTexts();

            assert.ok(hints.some(text => text.includes("Default: ")), await entry.innerText());
            assert.ok(common || hints[0].length > 20, await entry.innerText());
        }
    }
});

test("defaults, ranges and units come with the fields, steps of 20 s as seconds", async () => {
    await open();
    await fill("Resync Random Delay", "3");
    const group = page.locator("#Resync_Random_Delay-hints");

    await group.getByText("3 × 20 s = 60 s = 1 min").waitFor();
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
    world.profile = "<flat-profile><Resync_At__HHmm_>0960</Resync_At__HHmm_></flat-profile>";
    await world.provctl("resync");
    await page.getByRole("button", { name: "Undo All Changes" }).click();
    await page.locator("#Resync_At__HHmm_-hints").getByText("Counts as empty.").waitFor();
    assert.equal(await note.count(), 0);
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

test("of the last results three stand above, and all in the history", async () => {
    await open();
    for (let i = 0; i < 4; i++)
        await world.provctl("resync").catch(() => {}); /* it fails: the server has nothing */
    const rows = page.getByRole("table", { name: "History" }).getByRole("row");

    await until("the history", async () => await rows.count() === 1 + 4);
    assert.equal(await page.locator(".provd-last li").count(), 3);
    for (const line of [...await page.locator(".provd-last li").allInnerTexts(), ...(await rows.allInnerTexts()).slice(1)])
        assert.match(line, /20[0-9]{2}.*on request\s+failure\s+FileNotFound: /s);
});

test("the table tells source and access of every parameter", async () => {
    world.profile = "<flat-profile><Station_Name ua='rw'>Front</Station_Name><Logo ua='ro'>x</Logo></flat-profile>";
    await world.provctl("resync");
    await world.provctl("set", "Resync_At_Random_Delay=0");
    await open();
    for (const row of [/^Station_Name Front profile rw/, /^Logo x profile ro/, /^Resync_At_Random_Delay 0 local na/,
        /^Log_Success_Msg .* default na/]) {
        await page.getByLabel("Search parameters").fill(row.source.slice(1).split(" ")[0]);
        await page.getByRole("row", { name: row }).waitFor();
    }
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
    await dialog.locator("[id$='-problem']").getByText(/./).first().waitFor();
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
    await open();
    await page.getByLabel("Search parameters").fill("Evil");
    await page.getByRole("row", { name: `Evil ${MARKUP}` }).waitFor();
    await fill("Resync Periodic", MARKUP);
    await (await problem("Resync Periodic")).getByText(/./).first().waitFor();
    await page.getByRole("button", { name: "Undo All Changes" }).click();
    await fill("GPP E", MARKUP);
    await fill("Profile Rule", "/$E");
    await submit();
    await page.getByText("All changes are stored").waitFor();
    world.profile = null;
    await page.getByRole("button", { name: "Resync now" }).click();
    await page.locator(".provd-last").getByText("<script>window.hit=1</script>").waitFor();
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
        await page.getByLabel("Zufällige Verzögerung des Abgleichs", { exact: true }).first().fill("65536");
        await page.getByText("„65536“ ist nicht erlaubt, es muss eine ganze Zahl von 0 bis 65535 sein").waitFor();
    } finally {
        await browser.clearCookies();
    }
});

test("every text of the page is translated into every language", async () => {
    const catalogs = (await fs.readdir(process.env.WEB_PACKAGE)).filter(name => name.startsWith("po."));
    const sources = await readSources();

    assert.equal(catalogs.length, 4);
    for (const name of catalogs) {
        const catalog = gunzipSync(await fs.readFile(path.join(process.env.WEB_PACKAGE, name))).toString();

        for (const [file, text] of sources)
            for (const [, literal] of text.matchAll(/\b(?:_|N_|ngettext)\(("(?:[^"\\]|\\.)*")/g))
                assert.ok(catalog.includes(`${literal}:[`), `${name}, ${file}: ${literal}`);
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
    assert.ok(Math.min(...ours) <= Math.max(1000, Math.min(...services)), `${ours} ms`);
});

test("the page is small: less than Cockpit's Services", async t => {
    const sizeOf = async (directory, names) => (await Promise.all(
        names.map(async name => (await fs.stat(path.join(directory, name))).size))).reduce((a, b) => a + b);
    const ours = await sizeOf(process.env.WEB_PACKAGE, ["index.js.gz", "index.css.gz"]);
    const services = await sizeOf("/usr/share/cockpit/systemd", ["services.js.gz", "services.css.gz"]);

    t.diagnostic(`compressed bytes: this page ${ours}, Cockpit's Services ${services}`);
    assert.ok(ours < services);
});

test("the page is written in less than 1,500 lines, and no value becomes HTML", async t => {
    const sources = await readSources();
    const lines = sources.reduce((sum, [, text]) => sum + text.split("\n").length - 1, 0);

    t.diagnostic(`${lines} lines in ${sources.length} files`);
    assert.ok(lines < 1500);
    for (const [name, text] of sources)
        assert.doesNotMatch(text, /dangerouslySetInnerHTML|(?:inner|outer)HTML|insertAdjacentHTML|document\.write|\beval\(/, name);
});

test("the page's code left no error unhandled", () => {
    assert.deepEqual(errors, []);
});
