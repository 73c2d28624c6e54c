/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Light or dark: what was chosen in Cockpit's menu, or else what the browser prefers. Cockpit keeps
 * the choice in the local storage that its pages share, and tells the page's own frame by an event.
 */
const DARK_CLASS = "pf-v6-theme-dark";
const prefersDark = window.matchMedia("(prefers-color-scheme: dark)");

function apply(chosen) {
    const style = chosen ?? localStorage.getItem("shell:style") ?? "auto";
    const dark = style === "dark" || (style === "auto" && prefersDark.matches);

    document.documentElement.classList.toggle(DARK_CLASS, dark);
}

export function followTheme() {
    apply();
    prefersDark.addEventListener("change", () => apply());
    window.addEventListener("storage", event => event.key === "shell:style" && apply());
    window.addEventListener("cockpit-style", event => apply(event.detail.style));
}
