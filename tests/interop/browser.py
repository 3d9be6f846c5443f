"""A report in headless Chromium: what it fetches, what it complains of, what a screen reader is told."""

import json
import sys

from playwright.sync_api import sync_playwright

WIDTHS = [380, 900, 1600]
SCHEMES = ["light", "dark"]


def look(browser, address, scheme, width, said):
    """Opens the page as somebody would, and notes whatever happens."""
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page = context.new_page()
    page.on("request", lambda one: said["requests"].append(one.url))
    page.on("console", lambda one: said["console"].append(one.text))
    page.on("pageerror", lambda error: said["console"].append(str(error)))
    page.goto(address)
    wide = page.evaluate("document.documentElement.scrollWidth")
    if wide > width:
        said["too_wide"].append(f"{scheme} {width}: {wide}")
    said["backgrounds"].append(page.evaluate("getComputedStyle(document.body).backgroundColor"))
    return context, page


def accessible(context, page):
    """Role and name of everything in the accessibility tree."""
    nodes = context.new_cdp_session(page).send("Accessibility.getFullAXTree")["nodes"]
    return [
        [node["role"]["value"], node.get("name", {}).get("value", "")]
        for node in nodes
        if not node.get("ignored") and "role" in node
    ]


def main(path):
    said = {"requests": [], "console": [], "too_wide": [], "backgrounds": []}
    address = f"file://{path}"
    with sync_playwright() as playwright:
        # The tests run as root, where Chromium's own sandbox is not to be had.
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox"]
        )
        said["version"] = browser.version
        for scheme in SCHEMES:
            for width in WIDTHS:
                context, page = look(browser, address, scheme, width, said)
                said["tree"] = accessible(context, page)
                # The first stop is the way past the contents.
                page.keyboard.press("Tab")
                said["first_stop"] = page.evaluate("document.activeElement.className")
                last = (scheme, width) == (SCHEMES[-1], WIDTHS[-1])
                said["pdf"] = len(page.pdf()) if last else 0
                context.close()
        browser.close()
    said["requests"] = [url for url in said["requests"] if url != address]
    print(json.dumps(said))


main(sys.argv[1])
